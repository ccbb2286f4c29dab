"""The compiled pass: any formula, NaN-safe, cached under a name of its own, the same without compilation."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import formulas
import numpy as np
import pytest
from formulas import Gain
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from kernels import one_count, run, scene_on
from numpy.typing import NDArray

from rs.core.jit import use_cache
from rs.core.pixel import PixelFunction
from rs.core.product import Family, Layer, Product, Recipe, Theme
from rs.core.scene import Platform
from rs.pipeline.apply import Counts, Seen, Tally, bind
from rs.pipeline.kernel import compiled, source_of

PLATFORM = Platform("made", "made", {"gained": {"factor": 2.0, "shift": 0.25}})
LAYER = Layer("made", "Made", "制", "1", (-3.0, 3.0), "int16", -32768, scale=0.0001)
SUPPORT = str(Path(__file__).parent.parent / "support")
values = st.floats(-1, 1) | st.sampled_from([0.0, np.nan, np.inf, -np.inf, 0.25])


def made(formula: PixelFunction[..., Any], *layers: Layer, **options: Any) -> Product:
    return Product("made", "1.0.0", "Made", "制", "x", Family.LAND, (Theme.URBAN,), (Recipe(formula, **options),),
                   layers or (LAYER,), ("x",), ("y",))  # fmt: skip


def expected_count(value: float) -> int:
    return LAYER.nodata if not -3.0 <= value <= 3.0 else LAYER.count(value)


@pytest.mark.parametrize("formula", [formulas.ratio, formulas.outer, formulas.power], ids=lambda f: f.__name__)
@given(block=hnp.arrays(float, (2, 3, 4), elements=values))
def test_counts_are_the_plain_formula_where_all_is_finite(
    formula: PixelFunction[..., Any], block: NDArray[np.float64]
) -> None:
    product = made(formula)
    found = run(product, product.recipes[0], PLATFORM, list(block))
    for at in np.ndindex(3, 4):
        red, nir = block[(0, *at)], block[(1, *at)]
        finite = np.isfinite(red) and np.isfinite(nir)
        value = float(formula(red, nir)) if finite else np.nan
        assert found.layers[0][at] == expected_count(value)
        assert found.flags[at] == (1 if finite and not np.isnan(value) and abs(value) > 3.0 else 0)


def test_a_formula_with_coefficients_and_one_with_scalars() -> None:
    product = made(formulas.gained)
    assert one_count(product, product.recipes[0], PLATFORM, [0.5]) == 12_500
    sunny = made(formulas.sunny, Layer("made", "m", "m", "1", (0, 600), "uint16", 65535, scale=0.01))
    assert one_count(sunny, sunny.recipes[0], PLATFORM, [0.5]) == 22_800  # 0.5 / cos 60, day 227
    assert formulas.gained(0.5, Gain(2.0, 0.25)) == 1.25


def test_each_layer_has_its_own_range_and_tally() -> None:
    layers = (LAYER, Layer("second", "s", "s", "1", (0.0, 1.0), "uint8", 255, scale=0.01))
    product = made(formulas.pair, *layers)
    found = run(product, product.recipes[0], PLATFORM, [[[0.1, 0.1, 0.1]], [[0.5, 0.25, 0.01]]])
    assert found.layers[0].tolist() == [[2000, 4000, -32768]]
    assert found.layers[1].tolist() == [[255, 255, 255]]
    assert found.tally.tolist() == [[0, 1, 0], [1, 2, 0]]
    assert found.flags.tolist() == [[1, 1, 1]]


def test_doubt_is_a_bit_of_its_own() -> None:
    product = made(formulas.ratio, low_confidence=formulas.bright)
    found = run(product, product.recipes[0], PLATFORM, [[[0.1, 0.3, 0.9]], [[0.5, 0.5, 0.1]]])
    assert found.flags.tolist() == [[0, 2, 3]]


def test_the_generated_source_reads_as_a_pass() -> None:
    source = source_of(Recipe(formulas.gained), 1)
    head = "def kernel(bits, require, reject, masked, red_, c, limits, out0, flags, tally, seen, histogram0):"
    assert head in source
    assert "red = red_[i, j]\n" in source
    compile(source, "kernel", "exec")
    taken = source_of(Recipe(formulas.gained), 1, residual=True)
    assert "red_, residual_, c, limits" in taken and "red = red_[i, j] - residual_[i, j]\n" in taken


@given(
    block=hnp.arrays(float, (3, 3, 4), elements=values), bits=hnp.arrays(np.uint16, (3, 4), elements=st.integers(0, 7))
)
def test_a_residual_is_taken_off_and_bits_decide_what_is_seen(
    block: NDArray[np.float64], bits: NDArray[np.uint16]
) -> None:
    product = made(formulas.ratio)
    bound = bind(product, product.recipes[0], scene_on(PLATFORM))
    red, nir, residual = block
    ok = ((bits & 1) == 1) & ((bits & 4) == 0)
    with np.errstate(invalid="ignore"):
        expected = bound.counts(ok, [red - residual, nir - residual])
    found = Counts([np.empty((3, 4), np.int16)], np.empty((3, 4), np.uint8), [Tally(LAYER)])
    bound.fill(Seen(bits, require=1, reject=4, masked=255), [red, nir], found, residual)
    assert (found.layers[0] == expected.layers[0]).all()
    assert (found.flags == np.where(ok, expected.flags, 255)).all()
    assert (found.allowed, found.flagged) == (ok.sum(), (expected.flags[ok] != 0).sum())
    assert (found.tally == expected.tally).all() and found.tallies[0].valid == expected.tallies[0].valid
    assert found.tallies[0].valid == (found.layers[0] != LAYER.nodata).sum()


def test_light_formulas_are_told_from_those_that_call_a_library() -> None:
    assert formulas.ratio.is_light and formulas.gained.is_light
    assert not formulas.power.is_light and not formulas.sunny.is_light


@pytest.fixture
def own_cache(tmp_path: Path, kernel_cache: Path) -> Iterator[Path]:
    """A cache folder of this test alone."""
    assert use_cache(tmp_path / "kernels")
    yield tmp_path / "kernels"
    assert use_cache(kernel_cache)


def test_kernels_are_kept_under_a_name_that_changes_with_the_source(own_cache: Path) -> None:
    first = compiled(Recipe(formulas.ratio), 1)
    assert compiled(Recipe(formulas.ratio, title="other words"), 1) is first
    compiled(Recipe(formulas.outer), 1)
    compiled(Recipe(formulas.ratio, low_confidence=formulas.bright), 1)
    assert len(list(own_cache.glob("rs_kernel_*.py"))) == 3


def test_a_folder_that_cannot_be_written_is_said_and_not_used(own_cache: Path) -> None:
    file = own_cache / "file"
    file.write_text("")
    assert not use_cache(file / "below")
    product = made(formulas.ratio)
    assert one_count(product, product.recipes[0], PLATFORM, [0.5, 1.0]) == 5_000


def test_without_compilation_the_counts_are_the_same(kernel_cache: Path) -> None:
    code = (
        f"import sys; sys.path.insert(0, {SUPPORT!r}); import numba, numpy as np; from kernels import *;"
        "from rs.products import products; from rs.readers._sentinel2 import PLATFORMS;"
        "from pathlib import Path; from rs.core.jit import use_cache;"
        f"assert use_cache(Path({str(kernel_cache)!r}));"
        "r = np.random.default_rng(0); np.seterr(all='ignore'); print(numba.config.DISABLE_JIT)\n"
        "for p in (one for one in products().values() if one.recipes):\n"
        "    bands = list(r.uniform(-0.02, 0.3, (len(p.recipes[0].bands), 5, 7)))\n"
        "    c = run(p, p.recipes[0], PLATFORMS['sentinel-2a'], bands)\n"
        "    print(p.name, [x.tolist() for x in c.layers], c.flags.tolist(), c.tally.tolist())\n"
    )
    said = []
    for off in ("0", "1"):
        env = {**os.environ, "NUMBA_DISABLE_JIT": off}
        done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
        flag, _, rest = done.stdout.partition("\n")
        assert flag == off
        said.append(rest)
    assert said[0] == said[1]
    assert said[0].count("\n") >= 4
