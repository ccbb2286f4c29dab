"""Quality bits that a pixel decides alone: own water test, the classification beside it, doubt, sun and glint."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scenes import write_item

from rs.core.bands import Band, Quality
from rs.core.scene import Angles, Scene
from rs.pipeline.masks import LOW_SUN_ZENITH, SWIR_CLEAR, pixel_bits, quality_bands, water_test
from rs.readers import open_scene

Bands = dict[Band, NDArray[np.float64]]
Flags = NDArray[np.uint16]
WET = {Band.BLUE: 0.06, Band.GREEN: 0.08, Band.RED: 0.05, Band.NIR: 0.02, Band.SWIR16: 0.01, Band.SWIR22: 0.005}
DRY = {Band.BLUE: 0.06, Band.GREEN: 0.08, Band.RED: 0.09, Band.NIR: 0.3, Band.SWIR16: 0.2, Band.SWIR22: 0.15}
BRIGHT = {**WET, Band.BLUE: 0.15}
SHINING = {**WET, Band.SWIR16: SWIR_CLEAR}
NOTHING = dict.fromkeys(WET, np.nan)
PIXELS = (WET, DRY, BRIGHT, SHINING, NOTHING)
ALL = tuple(WET)
NODATA, WATER, LAND, CLOUD = Quality.NODATA, Quality.WATER, Quality.LAND, Quality.CLOUD
UNSURE, HIGH_SWIR = Quality.UNSURE, Quality.HIGH_SWIR


def block(*names: Band) -> Bands:
    """One row of pixels: wet, dry, bright in blue, high in SWIR, not measured."""
    return {name: np.array([[pixel[name] for pixel in PIXELS]]) for name in names}


def scene(folder: Path, *names: Band, classified: bool = False) -> Scene:
    """A scene that holds these bands, with or without SCL."""
    scl = np.full((1, 5), 6) if classified else None
    return open_scene(str(write_item(folder, block(*names), scl=scl)))


def flags(*row: int) -> Flags:
    """Sensor flags of the five pixels."""
    return np.array([row], np.uint16)


def bits(made: Scene, *names: Band, sensor: tuple[Flags, ...] = ()) -> list[int]:
    found: list[int] = pixel_bits(made, block(*names), list(sensor))[0].tolist()
    return found


def test_without_a_classification_short_wave_tells_water(tmp_path: Path) -> None:
    made = scene(tmp_path, *ALL)
    assert water_test(made).note == "water bit: MNDWI > 0 and blue < 0.15; the scene has no classification"
    found = bits(made, *ALL)
    assert found == [WATER | UNSURE, LAND | UNSURE, LAND | UNSURE, WATER | HIGH_SWIR | UNSURE, NODATA]


@pytest.mark.parametrize("infrared", [Band.NIR, Band.NIR08])
def test_without_short_wave_near_infrared_tells_water(tmp_path: Path, infrared: Band) -> None:
    held = (Band.BLUE, Band.GREEN, Band.NIR)
    made = scene(tmp_path, *held)
    bands = {**block(Band.BLUE, Band.GREEN), infrared: block(Band.NIR)[Band.NIR]}
    made = replace(made, assets={band: made.assets[Band.NIR if band is infrared else band] for band in bands})
    assert water_test(made).note == "water bit: NDWI > 0 and blue < 0.15; the scene has no classification"
    found = pixel_bits(made, bands, [])[0].tolist()
    assert found == [WATER | UNSURE, LAND | UNSURE, LAND | UNSURE, WATER | UNSURE, NODATA]


def test_where_classification_and_own_test_agree_nothing_is_unsure(tmp_path: Path) -> None:
    made = scene(tmp_path, *ALL, classified=True)
    own = "MNDWI > 0 and blue < 0.15"
    assert water_test(made).note == (
        f"water bit: the scene's classification or {own}; where they differ the pixel is unsure"
    )
    found = bits(made, *ALL, sensor=(flags(WATER, LAND, LAND, WATER, NODATA),))
    assert found == [WATER, LAND, LAND, WATER | HIGH_SWIR, NODATA]


def test_where_they_differ_the_pixel_is_water_and_unsure(tmp_path: Path) -> None:
    """Turbid water passes for land in classifications; what either takes for water is kept, with the doubt."""
    made = scene(tmp_path, *ALL, classified=True)
    found = bits(made, *ALL, sensor=(flags(LAND, WATER, WATER, LAND, WATER),))
    assert found[:3] == [WATER | UNSURE, WATER | HIGH_SWIR | UNSURE, WATER | UNSURE]
    assert found[3:] == [WATER | HIGH_SWIR | UNSURE, WATER]
    unclassed = bits(made, *ALL, sensor=(flags(0, 0, UNSURE, 0, 0),))
    assert unclassed[:4] == [WATER | UNSURE, LAND, LAND | UNSURE, WATER | HIGH_SWIR | UNSURE]


@pytest.mark.parametrize("band", [Band.GREEN, Band.BLUE, Band.SWIR16])
def test_where_a_band_of_the_own_test_is_missing_the_classification_stands_alone(tmp_path: Path, band: Band) -> None:
    made = scene(tmp_path, *ALL, classified=True)
    bands = block(*ALL)
    bands[band][:] = np.nan
    found = pixel_bits(made, bands, [flags(WATER, LAND, LAND, 0, NODATA)])[0].tolist()
    assert [b & ~HIGH_SWIR for b in found] == [WATER, LAND, LAND, 0, NODATA]
    alone = replace(made, quality=())
    assert pixel_bits(alone, bands, [])[0].tolist() == [UNSURE, UNSURE, UNSURE, UNSURE, NODATA]


@pytest.mark.parametrize(
    "settled", [CLOUD, Quality.CLOUD_SHADOW, Quality.CIRRUS, Quality.SNOW, Quality.SATURATED], ids=lambda q: q.name
)
def test_what_is_settled_is_left_alone(tmp_path: Path, settled: Quality) -> None:
    made = scene(tmp_path, *ALL, classified=True)
    found = bits(made, *ALL, sensor=(flags(settled | WATER, settled, settled | LAND, settled, NODATA | settled),))
    assert found == [settled | WATER, settled, settled | LAND, settled, NODATA]


def test_a_source_that_knows_no_clouds_leaves_the_sky_unsure(tmp_path: Path) -> None:
    made = scene(tmp_path, *ALL, classified=True)
    sensor = flags(WATER, LAND, LAND, WATER, NODATA)
    water_only = replace(made, quality=tuple(replace(s, knows=Quality.WATER) for s in made.quality))
    assert [bool(b & UNSURE) for b in bits(made, *ALL, sensor=(sensor,))] == [False] * 5
    assert [bool(b & UNSURE) for b in bits(water_only, *ALL, sensor=(sensor,))] == [True, True, True, True, False]


def test_bits_of_several_sources_are_joined_and_no_data_stands_alone(tmp_path: Path) -> None:
    made = scene(tmp_path, Band.RED, classified=True)
    assert water_test(made).note == "water bit: from the scene's own classification"
    sensor = (flags(WATER, LAND, CLOUD, WATER, NODATA), flags(Quality.SNOW, 0, NODATA, 0, CLOUD))
    assert bits(made, Band.RED, sensor=sensor) == [WATER | Quality.SNOW, LAND, NODATA, WATER, NODATA]


def test_without_any_bands_for_it_nothing_is_water(tmp_path: Path) -> None:
    made = scene(tmp_path, Band.RED, Band.NIR)
    assert water_test(made).note == "water bit: no band tells"
    assert bits(made, Band.RED, Band.NIR) == [UNSURE, UNSURE, UNSURE, UNSURE, NODATA]


@pytest.mark.parametrize(
    "held, classified, needed",
    [
        (ALL, False, (Band.GREEN, Band.BLUE, Band.SWIR16, Band.RED)),
        (ALL, True, (Band.GREEN, Band.BLUE, Band.SWIR16, Band.RED)),
        ((Band.BLUE, Band.GREEN, Band.NIR), False, (Band.GREEN, Band.BLUE, Band.NIR)),
        ((Band.GREEN, Band.NIR), False, (Band.GREEN,)),
        ((Band.GREEN, Band.NIR), True, ()),
        ((Band.RED, Band.SWIR16), False, (Band.SWIR16, Band.RED)),
        ((Band.RED, Band.NIR), False, (Band.RED,)),
    ],
)
def test_quality_reads_the_same_bands_whatever_the_products(
    tmp_path: Path, held: tuple[Band, ...], classified: bool, needed: tuple[Band, ...]
) -> None:
    assert quality_bands(scene(tmp_path, *held, classified=classified)) == needed


@pytest.mark.parametrize("zenith, low", [(None, False), (LOW_SUN_ZENITH, False), (LOW_SUN_ZENITH + 0.1, True)])
def test_a_low_sun_is_said_of_every_measured_pixel(tmp_path: Path, zenith: float | None, low: bool) -> None:
    made = replace(scene(tmp_path, *ALL), angles=Angles(sun_zenith=zenith))
    assert [bool(b & Quality.LOW_SUN) for b in bits(made, *ALL)] == [low, low, low, low, False]


@pytest.mark.parametrize(
    "angles, glint",
    [
        (Angles(sun_zenith=40, sun_azimuth=100, view_zenith=15, view_azimuth=280), True),
        (Angles(sun_zenith=40, sun_azimuth=100, view_zenith=15, view_azimuth=100), False),
        (Angles(sun_zenith=29, view_zenith=0), True),
        (Angles(sun_zenith=31, view_zenith=0), False),
        (Angles(sun_zenith=29), False),
        (Angles(view_zenith=0), False),
    ],
)
def test_water_near_the_mirror_image_of_the_sun_bears_the_risk_of_glint(
    tmp_path: Path, angles: Angles, glint: bool
) -> None:
    """The mirror image stands at the sun's zenith angle, opposite in azimuth: 25 and 55 degrees away here."""
    found = bits(replace(scene(tmp_path, *ALL), angles=angles), *ALL)
    assert [bool(b & Quality.GLINT) for b in found] == [glint, False, False, glint, False]
