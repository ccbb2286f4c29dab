"""A synthetic product gives back what was put in: folder and zip, all baselines, old and new names."""

from __future__ import annotations

from functools import reduce
from operator import or_
from pathlib import Path

import numpy as np
import pytest
from made import BANDS, agrees, spec_of, speckled

from rs.core.bands import Band, Quality
from rs.core.grid import Block
from rs.core.scene import Correction, Reflectance, Scene
from rs.pipeline.load import read_flags
from rs.raster.blocks import handles
from rs.readers import open_scene, reader_of
from rs.testing import SafeSpec, World, write_safe, zip_product
from rs.testing.world import places

HALF = 0.5e-4
PIXELS = {
    Band.COASTAL: 60, Band.BLUE: 10, Band.GREEN: 10, Band.RED: 10, Band.REDEDGE071: 20, Band.REDEDGE075: 20,
    Band.REDEDGE078: 20, Band.NIR: 10, Band.NIR08: 20, Band.NIR09: 60, Band.CIRRUS: 60, Band.SWIR16: 20,
    Band.SWIR22: 20,
}  # fmt: skip
KINDS = [("05.11", "compact"), ("04.00", "compact"), ("03.01", "compact"), ("02.04", "old")]


def made(folder: Path, **stated: object) -> tuple[Path, SafeSpec, World]:
    """A product with its specification and its world."""
    spec = spec_of(**stated)
    world = speckled(spec.extent, lowest=-0.09 if spec.counts_offset else 0.001)
    return write_safe(folder, world, spec), spec, world


@pytest.mark.parametrize("level", ["L1C", "L2A"])
@pytest.mark.parametrize("baseline, layout", KINDS)
@pytest.mark.parametrize("form", ["folder", "zip"])
def test_reflectance_comes_back_to_half_a_count(
    tmp_path: Path, level: str, baseline: str, layout: str, form: str
) -> None:
    root, spec, world = made(tmp_path, level=level, baseline=baseline, layout=layout)
    path = root if form == "folder" else zip_product(root, tmp_path / f"{root.stem}.zip")
    reader = reader_of(str(path))
    assert reader is not None
    assert reader.name == "sentinel2-safe"
    scene = open_scene(str(path))
    assert set(scene.assets) == set(BANDS) - {Band.PAN} - ({Band.CIRRUS} if level == "L2A" else set())
    assert scene.missing == {}
    assert scene.notes == ()
    for band, asset in scene.assets.items():
        assert asset.grid == spec.grid(PIXELS[band])
        agrees(scene, world, band, HALF)
    facts(scene, spec)


def facts(scene: Scene, spec: SafeSpec) -> None:
    """What the scene says beside its pixels."""
    is_toa = spec.level == "L1C"
    assert scene.reflectance is (Reflectance.TOA if is_toa else Reflectance.SURFACE)
    assert scene.correction is (Correction.NONE if is_toa else Correction.AS_DELIVERED)
    assert (scene.platform.name, scene.tile, scene.baseline) == (spec.platform, spec.tile, spec.baseline)
    assert scene.datatake == "20241105T025331"
    assert scene.time.start == spec.sensed
    assert (scene.angles.sun_zenith, scene.angles.sun_azimuth) == pytest.approx(spec.sun)
    assert (scene.angles.view_zenith, scene.angles.view_azimuth) == pytest.approx(spec.view)
    assert scene.properties["sat:relative_orbit"] == spec.relative_orbit
    assert scene.properties["sat:absolute_orbit"] == spec.absolute_orbit
    grid = scene.angle_grid
    assert grid is not None
    assert (grid.crs, grid.left, grid.top, grid.step_x, grid.step_y) == ("EPSG:32649", 699_960, 2_600_040, 5000, -5000)
    assert grid.sun_zenith[0][0] == pytest.approx(spec.sun[0] + 0.33)
    assert np.array(grid.view_zenith, float) == pytest.approx(spec.view[0])
    assert np.array(grid.view_azimuth, float) == pytest.approx(spec.view[1])
    assert f"T{spec.tile}" in scene.id
    assert scene.attribution == "Contains modified Copernicus Sentinel data 2024"


SCL = {
    1: Quality.SATURATED, 2: Quality.TERRAIN_SHADOW, 3: Quality.CLOUD_SHADOW, 4: Quality.LAND, 5: Quality.LAND,
    6: Quality.WATER, 7: Quality.UNSURE, 8: Quality.CLOUD, 9: Quality.CLOUD, 10: Quality.CIRRUS, 11: Quality.SNOW,
    0: Quality.NODATA,
}  # fmt: skip
CLASSI = {8: Quality.CLOUD, 9: Quality.CLOUD, 10: Quality.CIRRUS, 11: Quality.SNOW}
POLYGONS = {8: Quality.CLOUD, 9: Quality.CLOUD, 10: Quality.CIRRUS}


@pytest.mark.parametrize(
    "level, baseline, pixel, expected, knows",
    [
        ("L2A", "05.11", 20, SCL, Quality.CLOUD | Quality.WATER),
        ("L1C", "05.11", 60, CLASSI, Quality.CLOUD | Quality.CIRRUS | Quality.SNOW),
        ("L1C", "03.01", 60, POLYGONS, Quality.CLOUD | Quality.CIRRUS),
    ],
)
@pytest.mark.parametrize("form", ["folder", "zip"])
def test_masks_become_quality_bits(
    tmp_path: Path, level: str, baseline: str, pixel: int, expected: dict[int, Quality], knows: Quality, form: str
) -> None:
    root, spec, world = made(tmp_path, level=level, baseline=baseline)
    path = root if form == "folder" else zip_product(root, tmp_path / f"{root.stem}.zip")
    scene = open_scene(str(path))
    assert scene.cloud_state_known
    assert knows in reduce(or_, (source.knows for source in scene.quality))
    grid = spec.grid(pixel)
    block = Block(3, 2, *(side - 5 for side in grid.shape))
    with handles() as held:
        found = np.bitwise_or.reduce([read_flags(held, source, grid, block) for source in scene.quality])
    classes = world.classes(*places(grid, block))
    for number in range(12):
        assert set(found[classes == number].tolist()) == {int(expected.get(number, 0))}, number


def test_every_copy_is_passed_over_but_the_native_one(tmp_path: Path) -> None:
    root, spec, world = made(tmp_path, complete=True)
    scene = open_scene(str(root))
    assert len(list(root.rglob("*_B02_*.jp2"))) == 3
    for band in scene.assets:
        assert scene.assets[band].grid == spec.grid(PIXELS[band])
        agrees(scene, world, band, HALF)
    assert scene.quality[0].asset.grid == spec.grid(20)


def test_a_coarser_copy_stands_in_and_says_so(tmp_path: Path) -> None:
    root, spec, world = made(tmp_path, complete=True)
    for path in root.rglob("*_B02_10m.jp2"):
        path.unlink()
    scene = open_scene(str(root))
    assert scene.assets[Band.BLUE].grid == spec.grid(20)
    assert scene.notes[0].startswith("B02: the copy of 20 m is used, T49QGF_20241105T025331_B02_10m is not there")
    agrees(scene, world, Band.BLUE, HALF)


def test_a_decimated_copy_covers_the_tile_and_says_so(tmp_path: Path) -> None:
    root, _, world = made(tmp_path, size=90, pixel=1220.0)
    scene = open_scene(str(root))
    assert scene.assets[Band.RED].grid.bounds == (699_960.0, 2_490_240.0, 809_760.0, 2_600_040.0)
    assert scene.notes[0] == "decimated copy: pixels of 7320 m, the tile's metadata describes finer ones"
    agrees(scene, world, Band.RED, HALF)


def test_what_the_offset_tag_says_counts_and_nothing_else(tmp_path: Path) -> None:
    spec = spec_of(offset=-500)
    world = speckled(spec.extent, lowest=-0.04)
    scene = open_scene(str(write_safe(tmp_path, world, spec)))
    assert scene.assets[Band.RED].offset == -0.05
    agrees(scene, world, Band.RED, HALF)


def test_all_forms_of_a_product_are_one_scene(tmp_path: Path) -> None:
    root, _, _ = made(tmp_path / "a", level="L1C")
    archive = zip_product(root, tmp_path / "a.zip")
    whole = open_scene(str(root))
    for path in (tmp_path / "a", root / "MTD_MSIL1C.xml", next(root.glob("GRANULE/*")), archive):
        other = open_scene(str(path))
        assert (other.id, set(other.assets), other.angles) == (whole.id, set(whole.assets), whole.angles)
    assert open_scene(str(archive)).files == (str(archive),)
    assert len(whole.files) == 13 + 13 + 1 + 3
