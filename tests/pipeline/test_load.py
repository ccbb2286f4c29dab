"""Loading: counts become reflectance once; users' Datasets hold the very numbers that the engine reads."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scenes import band_asset, grid_of, item_of, save_item, write_tif
from vectors import Vector, close, vectors

from rs.core.bands import Band, Quality
from rs.core.scene import Asset, Scene
from rs.pipeline.load import calibrate, dataset, read_band, read_flags, unit_grid
from rs.pipeline.prepare import prepare
from rs.raster.blocks import handles
from rs.readers import open_scene

GRID = grid_of(1, 1)


def asset_of(dtype: str = "uint16", **fields: Any) -> Asset:
    return replace(Asset("x", "x.tif", 1, GRID, dtype), **fields)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Red at 10 m, SWIR at 20 m, SCL at 20 m and half as wide: grids that do not match."""
    folder, random = tmp_path_factory.mktemp("mixed"), np.random.default_rng(0)
    fine, coarse, narrow = grid_of(50, 70), grid_of(25, 35, 20.0), grid_of(25, 18, 20.0)
    write_tif(folder / "red.tif", random.integers(0, 9999, fine.shape).astype(np.uint16), fine)
    write_tif(folder / "swir16.tif", random.integers(0, 9999, coarse.shape).astype(np.uint16), coarse)
    write_tif(folder / "SCL.tif", random.integers(4, 7, narrow.shape).astype(np.uint8), narrow)
    assets = {name: band_asset(f"{name}.tif", name, offset=-0.1) for name in ("red", "swir16")}
    item = item_of(fine, {**assets, "scl": {"href": "SCL.tif"}})
    for name in ("proj:shape", "proj:transform"):
        del item["properties"][name]
    return open_scene(str(save_item(folder, item)))


@pytest.mark.parametrize("vector", vectors("s2_boa"), ids=str)
def test_sentinel_counts(vector: Vector) -> None:
    quantum = vector.inputs["BOA_QUANTIFICATION_VALUE"]
    asset = asset_of(scale=1 / quantum, offset=vector.inputs["BOA_ADD_OFFSET"] / quantum, nodata=(0.0,))
    assert close(calibrate(asset, np.array([vector.inputs["DN"]], np.uint16))[0], vector)
    assert np.isnan(calibrate(asset, np.array([0], np.uint16))[0])


@pytest.mark.parametrize("vector", vectors("landsat_sr"), ids=str)
def test_landsat_counts(scenes: Path, vector: Vector) -> None:
    red = open_scene(str(scenes / "LC09_L2SP_231062_20230723_20230802_02_T1")).assets[Band.RED]
    assert close(calibrate(red, np.array([vector.inputs["DN"]], np.uint16))[0], vector)


def test_what_is_no_number_is_no_data() -> None:
    found = calibrate(asset_of("float32", scale=2.0, nodata=(-9.0,)), np.array([1.0, -9.0, np.nan, np.inf], np.float32))
    assert np.array_equal(found, [2.0, np.nan, np.nan, np.nan], equal_nan=True)
    assert found.dtype == np.float64
    two = calibrate(asset_of("uint32", nodata=(0.0, 2.0**32 - 1)), np.array([0, 5, 2**32 - 1], np.uint32))
    assert np.array_equal(two, [np.nan, 5.0, np.nan], equal_nan=True)


def test_the_finest_grid_of_the_bands_is_the_grid_of_the_unit(mixed: Scene) -> None:
    assert unit_grid(mixed, [Band.SWIR16, Band.RED]).pixel_size == 10.0
    assert unit_grid(mixed, [Band.SWIR16]).pixel_size == 20.0


def whole(scene: Scene, band: Band) -> NDArray[np.float64]:
    """A band on the grid of red, read in one go."""
    grid = unit_grid(scene, [Band.RED])
    with handles() as held:
        return read_band(held, scene.assets[band], grid, grid.whole)


@given(size=st.integers(7, 80))
def test_blocks_are_parts_of_the_whole(mixed: Scene, size: int) -> None:
    grid = unit_grid(mixed, [Band.RED])
    with handles() as held:
        for band in mixed.assets:
            for b in grid.blocks(size):
                part = read_band(held, mixed.assets[band], grid, b)
                meant = whole(mixed, band)[b.row : b.row + b.height, b.col : b.col + b.width]
                assert np.array_equal(part, meant, equal_nan=True)


@pytest.mark.parametrize("chunk", [16, 1024])
def test_users_datasets_hold_the_same_bits(mixed: Scene, chunk: int) -> None:
    made = dataset(mixed, [Band.RED, Band.SWIR16], chunk=chunk)
    assert made["red"].chunks is not None
    for band in (Band.RED, Band.SWIR16):
        assert made[band.value].dtype == np.float64
        assert made[band.value].values.tobytes() == whole(mixed, band).tobytes()
    assert made.rio.crs.to_epsg() == 32633
    assert (float(made.x[0]), float(made.y[0])) == (500_005.0, 5_199_995.0)
    assert made.rio.transform()[:6] == tuple(unit_grid(mixed, [Band.RED]).transform)


def test_users_datasets_are_settled_first(scenes: Path) -> None:
    path = str(scenes / "S2A_33TWM_20230815_0_L2A")
    made = dataset(open_scene(path), [Band.RED])
    assert made["red"].values.tobytes() == whole(prepare(path), Band.RED).tobytes()
    assert float(made["red"].min()) > -0.01


def test_outside_of_its_file_a_flag_is_no_data(mixed: Scene) -> None:
    grid = unit_grid(mixed, [Band.RED])
    with handles() as held:
        flags = read_flags(held, mixed.quality[0], grid, grid.whole)
    assert (flags[:, 36:] == Quality.NODATA).all()
    assert not (flags[:, :36] & np.uint16(Quality.NODATA)).any()
    assert not np.isnan(whole(mixed, Band.SWIR16)[:, 36:]).all()
