"""A composite of a SAFE folder or zip takes what products of the scene take: bands, masks of bands, classes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from made import spec_of
from periods import composite_of
from producing import counts_in, made_of, result_of

from rs.core.bands import NOT_CLEAR, Band
from rs.pipeline.load import read_band
from rs.pipeline.period_choose import Wish
from rs.pipeline.prepare import prepare
from rs.raster.blocks import handles
from rs.raster.target import read_target
from rs.testing import World, write_safe, zip_product

BANDS = (Band.BLUE, Band.GREEN, Band.RED, Band.NIR, Band.SWIR16, Band.SWIR22)


@pytest.mark.parametrize("form", ["folder", "zip"])
def test_one_date_is_the_scene_itself(form: str, tmp_path: Path) -> None:
    spec = spec_of(level="L2A")
    random, classes = np.random.default_rng(0), np.full((60, 60), 4, np.uint8)
    classes[5:8, 40:44], classes[30:32, 10:13], classes[50:54, 50:53], classes[:9, :9] = 9, 3, 11, 0
    values = {band: random.uniform(0.01, 0.9, (60, 60)) for band in BANDS}
    plain = World.of_arrays(values, spec.extent, classes)

    def flaws(band: Band, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        spots = (np.floor(y[:, None] / 60) + np.floor(x[None, :] / 60)) % 7 == 0
        return (spots * np.uint8(1 if band is Band.RED else 0)).astype(np.uint8)

    root = write_safe(tmp_path, World(plain.values, plain.classes, flaws), spec)
    scene = prepare(str(root if form == "folder" else zip_product(root, tmp_path / f"{root.stem}.zip")))
    assert scene.assets[Band.RED].masks
    result = result_of(composite_of([scene], "median", tmp_path / "made", block=64))
    assert [layer.name for layer in result.product.layers] == [*(band.value for band in BANDS), "count"]
    quality = counts_in(result_of(made_of(scene, tmp_path / "scene", ["ndvi"])["ndvi"]), "quality")
    grid = result.grid
    with handles() as held:
        values = {band: read_band(held, scene.assets[band], grid, grid.whole) for band in BANDS}
    seen = np.logical_and.reduce([np.isfinite(one) for one in values.values()])
    seen &= (quality & int(NOT_CLEAR)) == 0
    assert 0.01 < seen.mean() < 0.9
    np.testing.assert_array_equal(counts_in(result, "count") == 1, seen)
    for band, one in values.items():
        meant = np.where(seen, np.rint(np.where(seen, one, 0) * 1e4), -32768)
        np.testing.assert_array_equal(counts_in(result, band.value), meant)
    moved = result_of(composite_of([scene], "median", tmp_path / "moved", one_row_more(grid.bounds)))
    np.testing.assert_array_equal(counts_in(moved, "red")[:-1], counts_in(result, "red"))


def one_row_more(bounds: tuple[float, float, float, float]) -> Wish:
    """The grid of the scene with one row more: not its own, but each pixel lies on one of it."""
    west, south, east, north = bounds
    return Wish(read_target(f"EPSG:32649,10,{west},{south - 10},{east},{north}"), (*BANDS[:4],))
