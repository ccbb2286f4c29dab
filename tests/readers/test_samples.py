"""Every sample scene opens from metadata and headers alone, and says what it holds, lacks and assumes."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from pathlib import Path

import numpy as np
import pytest
from landsat import LC08, LC09
from rasterio.windows import Window
from shapely.geometry import shape

from rs.core.bands import Band
from rs.core.scene import Reflectance, Scene
from rs.errors import UnreadableRaster
from rs.raster.blocks import handles
from rs.readers import open_scene, reader_of, readers

FOUR = "blue green red nir"
ELEVEN = "coastal blue green red rededge071 rededge075 rededge078 nir nir08 swir16 swir22"
SIX = "blue green red nir08 swir16 swir22"


@dataclass(frozen=True)
class Expected:
    """What a sample scene must say of itself."""

    name: str
    bands: str
    offset: float
    rows_cols: tuple[int, int]
    crs: str
    clouds: bool
    instant: bool
    platform: str


SAMPLES = [
    Expected("S2A_33TWM_20230815_0_L2A", FOUR, -0.1, (915, 915), "EPSG:32633", True, True, "sentinel-2a"),
    Expected("S2A_33TWM_20230818_0_L2A", FOUR, -0.1, (915, 915), "EPSG:32633", True, True, "sentinel-2a"),
    Expected("S2_bolzano_2023", FOUR, 0.0, (705, 935), "EPSG:32632", True, False, "sentinel-2"),
    Expected("S2_parana_20230511", ELEVEN, -0.1, (218, 219), "EPSG:32721", False, False, "sentinel-2"),
    Expected("S2_parana_20231212", ELEVEN, -0.1, (218, 219), "EPSG:32721", False, False, "sentinel-2"),
    Expected("S2_parana_20240520", ELEVEN, -0.1, (218, 219), "EPSG:32721", False, False, "sentinel-2"),
    Expected("S2_parana_20241216", ELEVEN, -0.1, (218, 219), "EPSG:32721", False, False, "sentinel-2"),
    Expected(LC08, f"coastal {SIX} thermal", -0.2, (386, 379), "EPSG:32620", True, True, "landsat-8"),
    Expected(LC09, SIX, -0.2, (468, 851), "EPSG:32620", False, True, "landsat-9"),
]


@pytest.fixture(params=SAMPLES, ids=lambda e: e.name)
def expected(request: pytest.FixtureRequest) -> Expected:
    found: Expected = request.param
    return found


@pytest.fixture
def scene(expected: Expected, scenes: Path) -> Scene:
    return open_scene(str(scenes / expected.name))


def test_bands_calibration_and_grid(scene: Scene, expected: Expected) -> None:
    assert {band.value for band in scene.assets} == set(expected.bands.split())
    scale = 2.75e-5 if scene.platform.sensor == "landsat-oli" else 1e-4
    for band, asset in scene.assets.items():
        kelvin = (0.00341802, 149.0)
        assert (asset.scale, asset.offset) == (kelvin if band is Band.THERMAL else (scale, expected.offset)), band
        assert 0.0 in asset.nodata
        assert (tuple(asset.grid.shape), asset.grid.crs) == (expected.rows_cols, expected.crs)
    assert scene.reflectance is Reflectance.SURFACE


def test_id_platform_time_and_sky(scene: Scene, expected: Expected) -> None:
    assert (scene.id, scene.platform.name) == (expected.name, expected.platform)
    assert scene.time.is_instant is expected.instant
    assert scene.time.start.tzinfo is UTC
    assert scene.time.end - scene.time.start < timedelta(days=366)
    assert scene.cloud_state_known is expected.clouds


def test_footprint_is_valid_and_where_the_grid_is(scene: Scene) -> None:
    outline = shape(dict(scene.footprint))
    assert outline.is_valid
    assert not outline.is_empty
    box = next(iter(scene.assets.values())).grid.geobox.geographic_extent.geom
    assert outline.intersects(box)
    assert outline.area < 1.1 * box.area


def test_files_lie_in_the_scene(scene: Scene, scenes: Path, expected: Expected) -> None:
    for file in scene.files:
        assert os.path.isfile(file)
        assert Path(file).is_relative_to(scenes / expected.name)
    assert scene.metadata


def test_licence_and_attribution_are_stated(scene: Scene) -> None:
    assert scene.licence
    assert scene.attribution == (
        "Landsat data courtesy of the U.S. Geological Survey"
        if scene.platform.sensor == "landsat-oli"
        else f"Contains modified Copernicus Sentinel data {scene.time.start.year}"
    )


@pytest.mark.parametrize("name, kept", [("S2_parana_20230511", 4_096), (LC09, 8_192), ("S2_bolzano_2023", 20_000)])
def test_opening_reads_no_pixel(scenes: Path, tmp_path: Path, name: str, kept: int) -> None:
    """A copy whose pixels are cut away opens as the whole does, and fails at the first read only."""
    copy = tmp_path / name
    shutil.copytree(scenes / name, copy)
    for file in [f for f in copy.iterdir() if f.suffix.lower() == ".tif"]:
        file.write_bytes(file.read_bytes()[:kept])
    cut, whole = open_scene(str(copy)), open_scene(str(scenes / name))
    assert [replace(a, href="") for a in cut.assets.values()] == [replace(a, href="") for a in whole.assets.values()]
    red = cut.assets[Band.RED]
    with handles() as held, pytest.raises(UnreadableRaster, match="cannot be decoded"):
        held.read(red, Window(0, 0, red.grid.shape.cols, red.grid.shape.rows))


@pytest.mark.parametrize("name, reader", [(LC08, "landsat-c2-l2"), (LC09, "landsat-c2-l2")])
def test_landsat_folders_are_taken_by_the_specific_reader(scenes: Path, name: str, reader: str) -> None:
    found = reader_of(str(scenes / name))
    assert found is not None
    assert found.name == reader
    assert [r.rank for r in readers()] == sorted((r.rank for r in readers()), reverse=True)


def test_what_33twm_says(scenes: Path) -> None:
    scene = open_scene(str(scenes / "S2A_33TWM_20230815_0_L2A"))
    assert (scene.datatake, scene.tile, scene.baseline) == ("20230815T095031", "33TWM", "05.09")
    assert scene.angles.sun_zenith == pytest.approx(35.04700080)
    assert set(scene.missing.values()) == {"listed as https only, not held"}
    assert {"swir16", "swir22", "coastal", "rededge071"} <= {band.value for band in scene.missing}
    red = scene.assets[Band.RED]
    assert red.rival_offset == 0.0
    assert red.rival_source == (
        "the item states offset -0.1 and earthsearch:boa_offset_applied says it is applied already"
    )
    assert scene.notes == ("decimated copy: pixels of 120 m, the item describes finer ones",)


def test_what_parana_assumes(scenes: Path) -> None:
    scene = open_scene(str(scenes / "S2_parana_20241216"))
    assert scene.notes == ("platform not stated: coefficients of sentinel-2a are used, the family's default",)
    assert scene.assets[Band.RED].nodata == (0.0, 2.0**32 - 1)
    assert np.dtype(scene.assets[Band.RED].dtype) == np.uint32
