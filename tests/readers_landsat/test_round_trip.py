"""A synthetic Landsat folder gives back what was put in: Level 1 and 2, all satellites, all collections."""

from __future__ import annotations

import math
from functools import reduce
from operator import or_
from pathlib import Path

import numpy as np
import pytest
from made import agrees, put_in, read, speckled

from rs.core.bands import Band, Quality
from rs.core.grid import Block
from rs.core.scene import Correction, Reflectance, Scene
from rs.pipeline.load import read_flags
from rs.raster.blocks import handles
from rs.readers import open_scene, reader_of
from rs.testing import LandsatSpec, World, write_landsat
from rs.testing.world import places

OLD = [Band.BLUE, Band.GREEN, Band.RED, Band.NIR08, Band.SWIR16, Band.SWIR22]
NEW = [Band.COASTAL, *OLD]
SENSORS = {
    "landsat-5": "landsat-tm",
    "landsat-7": "landsat-etm",
    "landsat-8": "landsat-oli",
    "landsat-9": "landsat-oli",
}


def made(folder: Path, **stated: object) -> tuple[Scene, LandsatSpec, World]:
    """A scene with its specification and its world."""
    spec = LandsatSpec(**stated)  # type: ignore[arg-type]
    world = speckled(spec.extent)
    root = write_landsat(folder, world, spec)
    reader = reader_of(str(root))
    assert reader is not None
    assert reader.name == ("landsat-c2-l2" if spec.level == "L2" else "landsat-l1")
    return open_scene(str(root)), spec, world


@pytest.mark.parametrize("platform", ["landsat-5", "landsat-7", "landsat-8", "landsat-9"])
def test_level_2_comes_back_to_half_a_count(tmp_path: Path, platform: str) -> None:
    scene, _, world = made(tmp_path, platform=platform)
    reflective = NEW if platform > "landsat-7" else OLD
    assert set(scene.assets) == {*reflective, Band.THERMAL, Band.THERMAL_UNCERTAINTY}
    for band in reflective:
        agrees(scene, world, band, 2.75e-5 / 2, saturation=False)
    agrees(scene, world, Band.THERMAL, 0.00341802 / 2)
    agrees(scene, world, Band.THERMAL_UNCERTAINTY, 0.005)
    assert (scene.platform.name, scene.platform.sensor) == (platform, SENSORS[platform])
    assert (scene.reflectance, scene.correction) == (Reflectance.SURFACE, Correction.AS_DELIVERED)
    assert (scene.missing, scene.notes) == ({}, ())
    assert scene.assets[Band.THERMAL].name == ("ST_B10" if platform > "landsat-7" else "ST_B6")


@pytest.mark.parametrize("platform", ["landsat-5", "landsat-7", "landsat-8", "landsat-9"])
@pytest.mark.parametrize("collection", [2, 1])
def test_level_1_is_top_of_atmosphere_reflectance(tmp_path: Path, platform: str, collection: int) -> None:
    scene, spec, world = made(tmp_path, level="L1", platform=platform, collection=collection, sun=(90.0, 180.0))
    beside = {"landsat-5": [], "landsat-7": [Band.PAN]}.get(platform, [Band.PAN, Band.CIRRUS])
    bands = [*(NEW if platform > "landsat-7" else OLD), *beside]
    assert set(scene.assets) == {*bands, Band.THERMAL}
    for band in bands:
        limited = spec.satellite.highest == 255
        check(scene, world, band, spec.satellite.mult / 2, highest=254 * spec.satellite.mult if limited else None)
    assert (scene.reflectance, scene.correction) == (Reflectance.TOA, Correction.NONE)
    thermal = scene.assets[Band.THERMAL]
    assert thermal.name == {"landsat-5": "B6", "landsat-7": "B6_VCID_1"}.get(platform, "B10")
    # half a count of radiance, in kelvin where it changes most: the coldest
    k1, k2 = thermal.kelvin
    coldest = np.nanmin(put_in(world, Band.THERMAL, thermal.grid))
    slope = k1 * k2 * np.exp(k2 / coldest) / (coldest * np.expm1(k2 / coldest)) ** 2
    agrees(scene, world, Band.THERMAL, thermal.scale / 2 / slope * 1.01)
    assert scene.assets[Band.RED].grid.pixel_size == 30.0
    if Band.PAN in scene.assets:
        assert scene.assets[Band.PAN].grid.pixel_size == 15.0


def check(scene: Scene, world: World, band: Band, half: float, *, highest: float | None) -> None:
    """As `agrees`; values that 8 bits can't hold come back as the highest count."""
    if highest is None:
        return agrees(scene, world, band, half)
    grid = scene.assets[band].grid
    found = read(scene.assets[band])
    expected = np.minimum(world.values(band, *places(grid, grid.whole)), highest + scene.assets[band].offset)
    seen = np.isfinite(found)
    assert seen.mean() > 0.5
    np.testing.assert_allclose(found[seen], expected[seen], rtol=0, atol=half * 1.001)


@pytest.mark.parametrize("elevation", [12.0, 47.3, 89.0])
def test_the_sun_goes_into_scale_and_offset(tmp_path: Path, elevation: float) -> None:
    scene, _, world = made(tmp_path, level="L1", platform="landsat-8", sun=(elevation, 150.0))
    red, sine = scene.assets[Band.RED], math.sin(math.radians(elevation))
    assert (red.scale, red.offset) == pytest.approx((2e-5 / sine, -0.1 / sine))
    assert scene.angles.sun_zenith == pytest.approx(90.0 - elevation)
    if elevation > 40:
        agrees(scene, world, Band.RED, red.scale / 2)


PIXEL = {
    0: Quality.NODATA, 3: Quality.CLOUD_SHADOW, 6: Quality.WATER, 8: Quality.CLOUD, 9: Quality.CLOUD,
    10: Quality.CIRRUS, 11: Quality.SNOW, **dict.fromkeys((1, 2, 4, 5, 7), Quality.LAND),
}  # fmt: skip
FIRST = {
    0: Quality.NODATA, 1: Quality.SATURATED, 3: Quality.CLOUD_SHADOW, 8: Quality.UNSURE, 9: Quality.CLOUD,
    10: Quality.CIRRUS, 11: Quality.SNOW,
}  # fmt: skip
BEFORE = {0: Quality.NODATA, 8: Quality.UNSURE, 9: Quality.CLOUD, 10: Quality.CIRRUS, 11: Quality.SNOW}


@pytest.mark.parametrize(
    "level, collection, expected, knows",
    [
        ("L2", 2, PIXEL, Quality.WATER | Quality.LAND | Quality.CLOUD | Quality.SATURATED),
        ("L1", 2, PIXEL, Quality.WATER | Quality.LAND | Quality.CLOUD | Quality.TERRAIN_SHADOW),
        ("L1", 1, FIRST, Quality.CLOUD | Quality.CLOUD_SHADOW | Quality.CIRRUS | Quality.SATURATED),
        ("L1", 0, BEFORE, Quality.CLOUD | Quality.CIRRUS | Quality.SNOW),
    ],
)
def test_flags_of_every_collection(
    tmp_path: Path, level: str, collection: int, expected: dict[int, Quality], knows: Quality
) -> None:
    scene, spec, world = made(tmp_path, level=level, platform="landsat-8", collection=collection)
    found_knows = reduce(or_, (source.knows for source in scene.quality))
    assert knows in found_knows
    assert (Quality.WATER in found_knows) is (collection == 2)
    grid = spec.grid(Band.RED)
    block = Block(0, 0, grid.shape.rows - 2, grid.shape.cols)
    with handles() as held:
        found = np.bitwise_or.reduce([read_flags(held, source, grid, block) for source in scene.quality])
    classes = world.classes(*places(grid, block))
    for number in range(12):
        assert set(found[classes == number].tolist()) == {int(expected.get(number, 0))}, number


@pytest.mark.parametrize("platform", ["landsat-5", "landsat-8"])
def test_a_pixel_saturated_in_any_reflective_band_is_saturated(tmp_path: Path, platform: str) -> None:
    scene, spec, _ = made(tmp_path, platform=platform)
    grid = spec.grid(Band.RED)
    with handles() as held:
        radsat = next(source for source in scene.quality if source.asset.name == "QA_RADSAT")
        found = read_flags(held, radsat, grid, grid.whole)
    assert set(found[-2:, -2:].ravel().tolist()) == {int(Quality.SATURATED)}
    assert set(found[:-2].ravel().tolist()) == {0}


@pytest.mark.parametrize(
    "platform, count, expected",
    [
        ("landsat-8", 1 << 11, Quality.TERRAIN_SHADOW), ("landsat-8", 1 << 8, Quality(0)),
        ("landsat-8", 1 << 6 | 1, Quality.SATURATED), ("landsat-5", 1 << 5, Quality(0)),
        ("landsat-5", 1 << 9, Quality.SATURATED), ("landsat-7", 1 << 8, Quality(0)),
        ("landsat-7", 1 << 11, Quality(0)),
    ],
)  # fmt: skip
def test_bits_of_qa_radsat(tmp_path: Path, platform: str, count: int, expected: Quality) -> None:
    from rs.pipeline.flags import translate

    scene, _, _ = made(tmp_path, platform=platform, size=(8, 8))
    radsat = next(source for source in scene.quality if source.asset.name == "QA_RADSAT")
    assert translate(radsat, np.array([[count]], np.uint16)).tolist() == [[int(expected)]]


def test_what_the_reflectance_rests_on_is_noted_and_both_levels_share_a_slot(tmp_path: Path) -> None:
    one, _, _ = made(tmp_path, level="L1")
    two, _, _ = made(tmp_path, level="L2")
    assert one.notes == (
        "the reflectance rests on the sun's mean elevation, not on angles by pixel (SZA, SAA, VZA, VAA are held)",
        "thermal is band 10: brightness temperature at the sensor, not of the surface",
    )
    assert (one.platform, one.datatake, one.tile) == (two.platform, two.datatake, two.tile)
    assert (one.datatake, one.tile) == ("20241107T025219", "122044")
    assert one.id != two.id


@pytest.mark.parametrize("form", ["txt", "json", "xml"])
@pytest.mark.parametrize("level", ["L1", "L2"])
def test_every_form_of_the_mtl_gives_the_same_scene(tmp_path: Path, form: str, level: str) -> None:
    whole, spec, _ = made(tmp_path, level=level)
    stem = tmp_path / spec.product / f"{spec.product}_MTL"
    for other in {"txt", "json", "xml"} - {form}:
        Path(f"{stem}.{other}").unlink()
    scene = open_scene(str(tmp_path / spec.product))
    assert scene.metadata == (f"{stem}.{form}",)
    assert (scene.assets, scene.quality, scene.angles, scene.time) == (
        whole.assets, whole.quality, whole.angles, whole.time
    )  # fmt: skip
