"""Synthetic scenes for tests: known values on every band, holes, saturation, all classes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rs.core.bands import Band
from rs.core.grid import Block, Grid
from rs.core.scene import Asset, Scene
from rs.pipeline.load import calibrate
from rs.raster.blocks import handles
from rs.testing import SafeSpec, World
from rs.testing.world import places

Floats = NDArray[np.float64]

BANDS = tuple(band for band in Band if band not in (Band.VV, Band.VH, Band.THERMAL, Band.THERMAL_UNCERTAINTY))


def speckled(extent: tuple[float, float], *, lowest: float = 0.001, seed: int = 0, side: int = 60) -> World:
    """A world of random values [lowest, 1.1] on `side` x `side` cells, with a hole, one saturated cell, all classes."""
    random = np.random.default_rng(seed)
    values: dict[Band, Floats] = {}
    for band in BANDS:
        values[band] = random.uniform(lowest, 1.1, (side, side))
        values[band][: side // 4, : side // 5] = np.nan
        values[band][side - 1, side - 1] = np.inf
    values[Band.THERMAL] = random.uniform(270.0, 320.0, (side, side))
    values[Band.THERMAL_UNCERTAINTY] = random.uniform(0.5, 6.0, (side, side))
    for band in (Band.THERMAL, Band.THERMAL_UNCERTAINTY):
        values[band][: side // 4, : side // 5] = np.nan
    classes = random.integers(1, 12, (side, side)).astype(np.uint8)
    classes[: side // 4, : side // 5] = 0
    return World.of_arrays(values, extent, classes)


def read(asset: Asset) -> Floats:
    """Values of a whole band as the engine reads them."""
    grid = asset.grid
    with handles() as held:
        from rasterio.windows import Window

        return calibrate(asset, held.read(asset, Window(0, 0, grid.shape.cols, grid.shape.rows)))


def put_in(world: World, band: Band, grid: Grid) -> Floats:
    """What a band must give: the values of the world, NaN where nothing is measured or it saturates."""
    values = world.values(band, *places(grid, Block(0, 0, *grid.shape)))
    return np.where(np.isfinite(values), values, np.nan)


def agrees(scene: Scene, world: World, band: Band, half_a_count: float, *, saturation: bool = True) -> None:
    """Fails unless a band gives what was put in, to half a count.

    saturation: saturated pixels have a count of their own; else only a flag file tells them.
    """
    found, expected = read(scene.assets[band]), put_in(world, band, scene.assets[band].grid)
    if not saturation:
        grid = scene.assets[band].grid
        found[np.isposinf(world.values(band, *places(grid, grid.whole)))] = np.nan
    np.testing.assert_array_equal(np.isnan(found), np.isnan(expected))
    seen = ~np.isnan(expected)
    assert seen.mean() > 0.5
    np.testing.assert_allclose(found[seen], expected[seen], rtol=0, atol=half_a_count * (1 + 1e-6))


def edit(path: Path, pattern: str, text: str | Callable[[re.Match[str]], str], *, times: int = 1) -> None:
    """Replace in a text file; nothing replaced is an error of the test."""
    old = path.read_text(encoding="utf-8")
    new, count = re.subn(pattern, text, old, count=times, flags=re.DOTALL)
    assert count, f"{pattern!r} is not in {path}"
    path.write_text(new, encoding="utf-8")


def spec_of(**stated: object) -> SafeSpec:
    """A product of 120 px, 2 km2."""
    fields: Mapping[str, object] = {"size": 120, **stated}
    return SafeSpec(**fields)  # type: ignore[arg-type]
