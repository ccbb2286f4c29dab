"""The rules that peers follow: masks against definitions, products against the command, loops of the floors too."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from benchmarks import rules
from benchmarks.compare import difference
from benchmarks.floors import arithmetic
from benchmarks.harness import raster
from benchmarks.peers import windows
from benchmarks.peers.files import NODATA
from benchmarks.scenes import TINY, Cache
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from rs.cli.settings import layout_at
from rs.operate.order import Order
from rs.operate.run import run
from rs.products import product

Bools = NDArray[np.bool_]

COMPARED = ("ndvi", "nbr", "water_extent", "suspended_matter", "floating_algae")
"""Of each kind one: 10 m, 20 m, classes, water, what floats."""


def masks(rows: int, cols: int, seed: int, share: float) -> Bools:
    return np.random.default_rng(seed).random((rows, cols)) < share


@settings(max_examples=20)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 12), st.integers(0, 99))
def test_growing_is_being_near(rows: int, cols: int, radius: int, seed: int) -> None:
    mask = masks(rows, cols, seed, 0.02)
    y, x = np.nonzero(mask)
    i, j = np.mgrid[:rows, :cols]
    near = (((i[..., None] - y) ** 2 + (j[..., None] - x) ** 2) <= radius * radius).any(axis=-1)
    assert np.array_equal(rules.grown(mask, radius), near)


@settings(max_examples=20)
@given(st.integers(1, 30), st.integers(1, 30), st.integers(1, 6), st.integers(0, 99))
def test_mostly_counts_the_square(rows: int, cols: int, radius: int, seed: int) -> None:
    mask = masks(rows, cols, seed, 0.5)
    padded = np.pad(mask, radius)
    side = 2 * radius + 1
    square = np.lib.stride_tricks.sliding_window_view(padded, (side, side)).sum(axis=(2, 3))
    assert np.array_equal(rules.mostly(mask, radius), 2 * square > side * side)


@pytest.fixture(scope="module")
def scene(cache: Cache) -> Path:
    """The smallest scene of the benchmarks."""
    return cache.item(TINY)


@pytest.fixture(scope="module")
def ours(scene: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the command makes of it."""
    out = tmp_path_factory.mktemp("ours")
    report = run(Order(layout_at(out), tuple(map(product, COMPARED)), paths=(str(scene),), title="t"))
    assert len(report.made) == len(COMPARED)
    return out


def test_peers_make_the_products_of_the_command(scene: Path, ours: Path, tmp_path: Path) -> None:
    windows.eight(str(scene), tmp_path)
    for name in COMPARED:
        mine, theirs = raster(ours, name), raster(tmp_path, name)
        assert mine is not None and theirs is not None
        found = difference(mine, theirs, 0 if name == "water_extent" else 1)
        assert found.equal, f"{name}: {found}"


def test_the_floor_does_the_same_arithmetic(scene: Path) -> None:
    (block,) = arithmetic.read(str(scene), tuple(arithmetic.FILES))
    buffers = arithmetic.Buffers()
    made = arithmetic.eight(block, buffers)
    wide = {name: rules.widened(block[name], (TINY, TINY)) for name in ("scl", "nir08", "swir16", "swir22")}
    ok = rules.clear_of(wide["scl"])
    water, _ = rules.water_and_land(wide["scl"], block["green"], block["blue"], wide["swir16"])
    wanted = {
        "ndvi": rules.difference(block["nir"], block["red"], ok),
        "nbr": rules.difference(block["nir08"], block["swir22"], ok[1::2, 1::2]),
        "water_extent": rules.water_extent(block["green"], wide["swir16"], ok),
        "suspended_matter": rules.suspended_matter(block["red"], wide["nir08"], wide["swir22"], ok & water),
    }
    for name, counts in wanted.items():
        valid = counts != NODATA[name]
        assert np.array_equal(made[name] != NODATA[name], valid), name
        assert np.abs(made[name][valid].astype(np.int32) - counts[valid]).max() <= 1, name
