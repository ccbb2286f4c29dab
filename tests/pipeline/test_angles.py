"""Angles of pixels between nodes: exact on planes, over north, beyond the swath, the same in any block."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import spec_of
from numpy.typing import NDArray
from producing import made_of, path_of, result_of, values_in
from rasterio.windows import Window

from rs.algorithms.atmosphere import Geometry, clear_path, lambert_inversion
from rs.core.bands import Band
from rs.core.grid import Block, Grid, Shape, Transform
from rs.core.scene import AngleGrid, Scene
from rs.core.slot import sha256_of
from rs.pipeline.angles import angles_digest, filled, has_pixel_angles, pixel_angles
from rs.pipeline.prepare import prepare
from rs.raster.blocks import handles
from rs.readers import open_scene
from rs.testing import World, write_safe

Floats = NDArray[np.float64]
GRID = Grid("EPSG:32649", Transform(60.0, 0.0, 699_960.0, 0.0, -60.0, 2_600_040.0), Shape(200, 210))


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A scene whose grid of angles a test replaces."""
    spec = spec_of(level="L1C", size=12, masks=False)
    world = World.of_arrays({Band.RED: np.full((2, 2), 0.1)}, spec.extent)
    return open_scene(str(write_safe(tmp_path_factory.mktemp("angles"), world, spec)))


def table(values: object) -> tuple[tuple[float | None, ...], ...]:
    """An array as a table of nodes."""
    rows = np.asarray(values, float)
    return tuple(tuple(None if np.isnan(v) else float(v) for v in row) for row in rows)


def with_nodes(scene: Scene, sun: tuple[object, object], view: tuple[object, object]) -> Scene:
    """The scene with these tables of zenith and azimuth angles, a node every 5 km from the corner of GRID."""
    t = GRID.transform
    nodes = AngleGrid(GRID.crs, t.c, t.f, 5000.0, -5000.0, *(table(part) for part in (*sun, *view)))
    return replace(scene, angle_grid=nodes)


def at(scene: Scene, block: Block) -> Geometry:
    """Angles on a block of GRID."""
    with handles() as held:
        found = pixel_angles(held, scene, GRID, block)
    assert found is not None
    return found


def km(block: Block) -> tuple[Floats, Floats]:
    """Way down and to the right of pixel centres of GRID in nodes [rows, 1], [1, cols]."""
    down = (np.arange(block.row, block.row + block.height) + 0.5)[:, None] * 60 / 5000
    return down, (np.arange(block.col, block.col + block.width) + 0.5)[None, :] * 60 / 5000


def test_a_plane_of_nodes_is_a_plane_of_pixels(scene: Scene) -> None:
    row, col = np.mgrid[0:4, 0:4].astype(float)
    flat = np.full((4, 4), 100.0)
    made = with_nodes(scene, (30 + 2 * row + col, flat), (5 + 0.5 * row - col, flat - 40))
    down, right = km(GRID.whole)
    found = at(made, GRID.whole)
    np.testing.assert_allclose(found.sun_zenith, 30 + 2 * down + right, rtol=0, atol=1e-10)
    np.testing.assert_allclose(found.view_zenith, 5 + 0.5 * down - right, rtol=0, atol=1e-10)
    np.testing.assert_allclose(found.azimuth, 40, rtol=0, atol=1e-10)


def test_north_is_no_jump(scene: Scene) -> None:
    flat = np.zeros((2, 2))
    made = with_nodes(scene, (flat + 30, [[350, 10], [350, 10]]), (flat + 5, flat))
    found = np.asarray(at(made, Block(0, 0, 1, 83)).azimuth)
    # half-way between 350 and 10 degrees lies 0, not 180
    assert np.abs(found).max() <= 10
    assert abs(found[0, 41]) < 0.2
    assert (np.diff(found[0]) > 0).all()


def test_nodes_out_of_the_swath_take_the_nearest_that_saw(scene: Scene) -> None:
    nan = np.nan
    # of two as near, the first in the order of rows counts
    found_table = filled(np.array([[nan, nan, 3.0], [nan, 1.0, nan], [nan, nan, nan]]))
    np.testing.assert_array_equal(found_table, [[1, 3, 3], [1, 1, 3], [1, 1, 1]])
    flat = np.full((4, 4), 30.0)
    view = np.array([[nan, nan, 4.0, 5.0]] * 4)
    found = at(with_nodes(scene, (flat, flat), (view, flat)), GRID.whole)
    seen = np.asarray(found.view_zenith)
    assert np.isfinite(seen).all()
    assert (seen[:, :83] == 4.0).all()
    assert seen.max() <= 5.0


tables = st.lists(st.floats(0, 70), min_size=9, max_size=9).map(lambda v: np.array(v).reshape(3, 3))


@settings(max_examples=40, deadline=None)
@given(tables, tables, st.integers(0, 199), st.integers(0, 209), st.integers(1, 90), st.integers(1, 90))
def test_a_pixel_has_the_same_path_in_whatever_block(
    scene: Scene, sun: Floats, view: Floats, row: int, col: int, height: int, width: int
) -> None:
    made = with_nodes(scene, (sun, sun * 5), (view / 4, view * 5))
    block = Block(row, col, min(height, 200 - row), min(width, 210 - col))
    whole, part = clear_path(665.0, at(made, GRID.whole)), clear_path(665.0, at(made, block))
    for name in ("gas", "path", "down", "up"):
        cut = np.asarray(getattr(whole, name))[row : row + block.height, col : col + block.width]
        np.testing.assert_array_equal(getattr(part, name), cut)


def test_without_usable_nodes_there_are_only_means(scene: Scene) -> None:
    flat, none = np.full((2, 2), 30.0), np.full((2, 2), np.nan)
    good = with_nodes(scene, (flat, flat), (flat, flat))
    assert has_pixel_angles(good)
    assert good.angle_grid is not None
    elsewhere = replace(good, angle_grid=replace(good.angle_grid, crs="EPSG:32650"))
    for made in (replace(scene, angle_grid=None), with_nodes(scene, (flat, flat), (none, none)), elsewhere):
        assert not has_pixel_angles(made)
        with handles() as held:
            assert pixel_angles(held, made, GRID, GRID.whole) is None
    assert len({angles_digest(made) for made in (good, scene, elsewhere)}) == 3


@pytest.fixture(scope="module")
def tile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole tile in large pixels: the sun's zenith changes by 0.66 degrees from north to south."""
    spec = spec_of(level="L1C", size=90, pixel=1220.0, masks=False, sun=(62.0, 150.0))
    values = {Band.BLUE: 0.1, Band.GREEN: 0.11, Band.RED: 0.07, Band.NIR08: 0.06, Band.SWIR16: 0.01, Band.CIRRUS: 0.001}
    world = World.of_arrays(
        {band: np.full((2, 2), v) for band, v in values.items()}, spec.extent, np.full((2, 2), 6, np.uint8)
    )
    return write_safe(tmp_path_factory.mktemp("tile"), world, spec)


def test_a_product_is_corrected_with_the_angles_of_each_pixel_and_says_so(tile: Path, tmp_path: Path) -> None:
    scene = prepare(str(tile))
    made = [
        made_of(scene, tmp_path / str(size), ["floating_algae"], block=size)["floating_algae"] for size in (17, 512)
    ]
    results = [result_of(outcome) for outcome in made]
    assert len({sha256_of(path_of(result, "floating_algae")) for result in results}) == 1
    assert sum("corrected with the angles of each pixel at sea level" in note for note in results[0].notes) == 1
    found = values_in(results[0], "floating_algae")
    mean = result_of(made_of(replace(scene, angle_grid=None), tmp_path / "mean", ["floating_algae"])["floating_algae"])
    assert sum("corrected with the mean geometry at sea level" in note for note in mean.notes) == 1
    assert mean.key != results[0].key
    assert found[0].max() < found[-1].min() or found[0].min() > found[-1].max(), "the sun's way over the tile shows"
    step = results[0].product.layers[0].scale
    np.testing.assert_allclose(found[::EVERY, ::EVERY], algae_of(scene), rtol=0, atol=step / 2 * (1 + 1e-6))


EVERY = 15


def algae_of(scene: Scene) -> Floats:
    """The index of every 15th pixel, with the sun that the metadata state for it: nodes of 5 km, a plane of angles."""
    waves, grid = scene.platform.wavelengths, scene.assets[Band.RED].grid
    bands = (Band.RED, Band.NIR08, Band.SWIR16)
    with handles() as held:
        counts = {band: float(held.read(scene.assets[band], Window(0, 0, 1, 1))[0, 0]) for band in bands}
    share = (waves["nir08"] - waves["red"]) / (waves["swir16"] - waves["red"])

    def index(row: int, col: int) -> float:
        down, right = ((k + 0.5) * grid.pixel_size / 5000 for k in (row, col))
        sun = Geometry(62.0 + 0.03 * (11 - down), 6.75, 150.0 + 0.02 * (right - 11) - 104.5)
        rho = {}
        for band in bands:
            path = clear_path(waves[band.value], sun)
            rho[band] = float(lambert_inversion(counts[band] * 1e-4 - 0.1, path))
        return rho[Band.NIR08] - rho[Band.RED] - (rho[Band.SWIR16] - rho[Band.RED]) * share

    rows, cols = (range(0, side, EVERY) for side in grid.shape)
    return np.array([[index(row, col) for col in cols] for row in rows])
