"""Metadata of real products: calibration, place, time and angles are what others read from them."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scenes import write_tif
from shapely.geometry import shape

from rs.core.bands import Band
from rs.core.grid import Grid, Shape
from rs.core.scene import Scene
from rs.errors import MissingPart
from rs.readers import open_scene
from rs.readers._safe import locate
from rs.readers._sentinel2 import NATIVE
from rs.readers._sentinel2_product import read_product
from rs.readers._sentinel2_tile import read_tile

pytestmark = pytest.mark.shared

PRODUCTS = (
    "S2A_MSIL1C_20210908T042701_N0301_R133_T46RER_20210908T070248",
    "S2A_MSIL2A_20190212T192651_N0212_R013_T07HFE_20201007T160857",
    "S2A_MSIL2A_20230625T234621_N0509_R073_T01WCP_20230626T022158",
)
ASSETS = {
    "coastal": Band.COASTAL, "blue": Band.BLUE, "green": Band.GREEN, "red": Band.RED, "rededge1": Band.REDEDGE071,
    "rededge2": Band.REDEDGE075, "rededge3": Band.REDEDGE078, "nir": Band.NIR, "nir08": Band.NIR08,
    "nir09": Band.NIR09, "cirrus": Band.CIRRUS, "swir16": Band.SWIR16, "swir22": Band.SWIR22,
}  # fmt: skip


@pytest.fixture(params=PRODUCTS)
def product(request: pytest.FixtureRequest, shared: Path) -> Path:
    """A folder with real metadata, without pixels."""
    path: Path = shared / "data" / "metadata_only" / "sentinel2" / f"{request.param}.SAFE"
    return path


@pytest.fixture
def expected(product: Path) -> dict[str, Any]:
    """The STAC item that others made of it."""
    item: dict[str, Any] = json.loads((product / "expected_output.json").read_text())
    return item


@pytest.fixture
def scene(product: Path, tmp_path: Path) -> Scene:
    """The scene of the real metadata with small images of 1000 under the listed names."""
    copy = tmp_path / product.name
    shutil.copytree(product, copy, copy_function=shutil.copyfile)
    package = locate(str(copy))
    assert package is not None
    tile = read_tile(package.document(package.tile))
    facts = read_product(package.document(package.product), package.level, tile.name)
    ending = "tif" if facts.rewritten else "jp2"
    for stem in (s for s in facts.images if "TCI" not in s):
        pixel = int(stem[-3:-1]) if stem.endswith("m") else 60
        target = next(copy.glob("GRANULE/*")) / "IMG_DATA" / f"{stem}.{ending}"
        target.parent.mkdir(exist_ok=True)
        grid = tile.grids[pixel].resized(Shape(61, 61))
        counts = np.full((61, 61), 4 if "SCL" in stem else 1_000, np.uint8 if "SCL" in stem else np.uint16)
        write_tif(target, counts, grid)
    return open_scene(str(copy))


def test_platform_datatake_tile_and_orbit(scene: Scene, expected: dict[str, Any]) -> None:
    stated = expected["properties"]
    assert scene.platform.name == stated["platform"]
    assert scene.properties["grid:code"] == stated["grid:code"] == f"MGRS-{scene.tile}"
    assert stated["s2:datatake_id"].startswith(f"GS2A_{scene.datatake}_")
    assert scene.baseline == stated["s2:processing_baseline"]
    assert scene.properties["sat:relative_orbit"] == stated["sat:relative_orbit"]
    assert scene.properties["sat:orbit_state"] == stated["sat:orbit_state"]
    assert f"{scene.id}.SAFE" == stated["s2:product_uri"]
    begun = datetime.fromisoformat(stated["datetime"])
    assert 0 <= (scene.time.start - begun).total_seconds() < 30 * 60


def test_calibration_of_every_band(scene: Scene, expected: dict[str, Any]) -> None:
    assets = {ASSETS[key]: asset for key, asset in expected["assets"].items() if key in ASSETS}
    assert set(scene.assets) == set(assets)
    for band, asset in assets.items():
        stated = asset["raster:bands"][0]
        held = scene.assets[band]
        assert (held.scale, held.offset) == (stated["scale"], stated["offset"])
        assert stated["nodata"] in held.nodata
        assert held.grid.bounds == pytest.approx(tuple(asset["proj:bbox"]))
        assert NATIVE[held.name] == asset["gsd"] == stated["spatial_resolution"]


def test_place(scene: Scene, expected: dict[str, Any]) -> None:
    red = expected["assets"]["red"]
    code = expected["properties"].get("proj:code") or f"EPSG:{expected['properties']['proj:epsg']}"
    grid = scene.assets[Band.RED].grid
    assert (grid.crs, list(grid.bounds)) == (code, red["proj:bbox"])
    ours, theirs = shape(dict(scene.footprint)), shape(expected["geometry"])
    assert ours.symmetric_difference(theirs).area < 1e-4 * theirs.area


def test_mean_angles(scene: Scene, expected: dict[str, Any]) -> None:
    stated, angles = expected["properties"], scene.angles
    if "view:sun_elevation" in stated:
        assert angles.sun_zenith == pytest.approx(90.0 - stated["view:sun_elevation"])
        assert angles.sun_azimuth == pytest.approx(stated["view:sun_azimuth"])
        assert angles.view_zenith == pytest.approx(stated["view:incidence_angle"])
        assert angles.view_azimuth == pytest.approx(stated["view:azimuth"], abs=0.01)
    else:
        assert "mean sun angles are not stated: the mean of the angle grid is used" in scene.notes
        assert angles.sun_zenith == pytest.approx(42.9, abs=0.1)
    grid = scene.angle_grid
    assert grid is not None
    assert angles.sun_zenith is not None
    sun = np.array(grid.sun_zenith, float)
    assert sun.shape == (23, 23)
    assert sun.mean() == pytest.approx(angles.sun_zenith, abs=0.5)
    views = np.array(grid.view_zenith, float)
    assert np.nanmax(views) < 13.0
    assert np.isfinite(views).any()


def test_without_pixels_the_absent_files_are_named(product: Path) -> None:
    with pytest.raises(MissingPart, match=r"none of the 1[23] listed band files is there") as caught:
        open_scene(str(product))
    assert caught.value.where == str(product)


def test_old_offsets_are_none_and_new_ones_are_read(scene: Scene) -> None:
    offsets = {asset.offset for asset in scene.assets.values()}
    assert offsets == ({-0.1} if scene.baseline >= "04.00" else {0.0})
    assert isinstance(scene.assets[Band.RED].grid, Grid)
