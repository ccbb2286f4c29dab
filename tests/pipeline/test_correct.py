"""Correction: the water bit with and without a classification, doubt where no sky is known, level D."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scenes import write_item

from rs.core.bands import Band, Quality
from rs.core.scene import Correction, Reflectance, Scene
from rs.pipeline.correct import (
    SWIR_CLEAR,
    brought_to,
    correctable,
    correction_bands,
    correction_level,
    quality_bands,
    quality_bits,
    water_test,
)
from rs.products import product
from rs.readers import open_scene

Bands = dict[Band, NDArray[np.float64]]
WET = {Band.BLUE: 0.06, Band.GREEN: 0.08, Band.RED: 0.05, Band.NIR: 0.02, Band.SWIR16: 0.01, Band.SWIR22: 0.005}
DRY = {Band.BLUE: 0.06, Band.GREEN: 0.08, Band.RED: 0.09, Band.NIR: 0.3, Band.SWIR16: 0.2, Band.SWIR22: 0.15}
BRIGHT = {**WET, Band.BLUE: 0.15}
GLINT = {**WET, Band.SWIR16: SWIR_CLEAR}
NOTHING = dict.fromkeys(WET, np.nan)
PIXELS = (WET, DRY, BRIGHT, GLINT, NOTHING)
ALL, UNSURE = tuple(WET), Quality.UNSURE
FLAGS = np.array([[Quality.WATER, Quality.LAND, Quality.CLOUD, Quality.WATER, Quality.NODATA]], np.uint16)


def block(*names: Band) -> Bands:
    """One row of pixels: wet, dry, bright in blue, high in SWIR, not measured."""
    return {name: np.array([[pixel[name] for pixel in PIXELS]]) for name in names}


def scene(folder: Path, *names: Band, classified: bool = False) -> Scene:
    """A scene that holds these bands, with or without SCL."""
    scl = np.full((1, 5), 6) if classified else None
    return open_scene(str(write_item(folder, block(*names), scl=scl)))


def bits(made: Scene, *names: Band, flags: list[NDArray[np.uint16]] | None = None) -> list[int]:
    found: list[int] = quality_bits(made, block(*names), flags or [])[0].tolist()
    return found


def test_without_a_classification_short_wave_tells_water(tmp_path: Path) -> None:
    made = scene(tmp_path, *ALL)
    assert water_test(made).note == "water bit: MNDWI > 0 and blue < 0.15; the scene has no classification"
    wet, dry, bright, glint, nothing = bits(made, *ALL)
    assert (wet, dry, nothing) == (Quality.WATER | UNSURE, Quality.LAND | UNSURE, Quality.NODATA)
    assert glint == wet | Quality.HIGH_SWIR
    assert not bright & Quality.WATER
    assert bright & UNSURE


def test_without_short_wave_near_infrared_tells_water(tmp_path: Path) -> None:
    held = (Band.BLUE, Band.GREEN, Band.NIR)
    made = scene(tmp_path, *held)
    assert water_test(made).note == "water bit: NDWI > 0 and blue < 0.15; the scene has no classification"
    wet, dry, bright, glint, nothing = bits(made, *held)
    assert wet == glint == Quality.WATER | UNSURE
    assert (dry, nothing) == (Quality.LAND | UNSURE, Quality.NODATA)
    assert not bright & Quality.WATER


def test_a_classification_decides_alone(tmp_path: Path) -> None:
    made = scene(tmp_path, *ALL, classified=True)
    assert water_test(made).note == "water bit: from the scene's own classification"
    assert quality_bands(made) == (Band.SWIR16, Band.RED)
    assert bits(made, *ALL, flags=[FLAGS]) == [Quality.WATER, Quality.LAND, Quality.CLOUD,
                                               Quality.WATER | Quality.HIGH_SWIR, Quality.NODATA]  # fmt: skip


def test_a_source_that_knows_no_clouds_leaves_the_sky_unsure(tmp_path: Path) -> None:
    made = scene(tmp_path, *ALL, classified=True)
    water_only = replace(made, quality=tuple(replace(s, knows=Quality.WATER) for s in made.quality))
    assert [bool(b & UNSURE) for b in bits(water_only, *ALL, flags=[FLAGS])] == [True, True, True, True, False]


def test_bits_of_several_sources_are_joined_and_no_data_stands_alone(tmp_path: Path) -> None:
    made = scene(tmp_path, Band.RED, classified=True)
    other = np.array([[Quality.SNOW, 0, Quality.NODATA, 0, Quality.CLOUD]], np.uint16)
    found = bits(made, Band.RED, flags=[FLAGS, other])
    assert found == [Quality.WATER | Quality.SNOW, Quality.LAND, Quality.NODATA, Quality.WATER, Quality.NODATA]


def test_without_any_bands_for_it_nothing_is_water(tmp_path: Path) -> None:
    made = scene(tmp_path, Band.RED, Band.NIR)
    assert quality_bands(made) == (Band.RED,)
    assert bits(made, Band.RED, Band.NIR) == [UNSURE, UNSURE, UNSURE, UNSURE, Quality.NODATA]


@pytest.mark.parametrize(
    "held, needed",
    [
        (ALL, (Band.GREEN, Band.BLUE, Band.SWIR16, Band.RED)),
        ((Band.BLUE, Band.GREEN, Band.NIR), (Band.GREEN, Band.BLUE, Band.NIR)),
        ((Band.GREEN, Band.NIR), (Band.GREEN,)),
        ((Band.RED, Band.SWIR16), (Band.SWIR16, Band.RED)),
    ],
)
def test_quality_reads_the_same_bands_whatever_the_products(
    tmp_path: Path, held: tuple[Band, ...], needed: tuple[Band, ...]
) -> None:
    assert quality_bands(scene(tmp_path, *held)) == needed


def test_level_d_takes_the_residual_off_every_band(tmp_path: Path) -> None:
    made, turbidity = scene(tmp_path, *ALL), product("turbidity")
    bands = block(*ALL)
    red, green = brought_to(turbidity, made, bands, (Band.RED, Band.GREEN))
    assert np.array_equal(red, bands[Band.RED] - bands[Band.SWIR22], equal_nan=True)
    assert np.array_equal(green, bands[Band.GREEN] - bands[Band.SWIR22], equal_nan=True)
    assert correction_bands(made, turbidity) == (Band.SWIR22,)
    assert correction_level(made, turbidity) is Correction.D_RESIDUAL_SWIR


def test_land_products_take_surface_reflectance_as_it_is(tmp_path: Path) -> None:
    made, ndvi = scene(tmp_path, *ALL), product("ndvi")
    bands = block(*ALL)
    assert brought_to(ndvi, made, bands, (Band.RED,))[0] is bands[Band.RED]
    assert correction_bands(made, ndvi) == ()
    assert correction_level(made, ndvi) is Correction.AS_DELIVERED
    assert correctable(made, ndvi) == ""


def test_water_leaving_input_is_not_corrected_again(tmp_path: Path) -> None:
    made = replace(scene(tmp_path, *ALL), reflectance=Reflectance.WATER_LEAVING)
    bands = block(*ALL)
    assert brought_to(product("turbidity"), made, bands, (Band.RED,))[0] is bands[Band.RED]
    assert correctable(made, product("turbidity")) == ""
    assert correctable(made, product("ndvi")) == "it needs surface reflectance and the scene holds water_leaving"


def test_top_of_atmosphere_gives_nothing_yet(tmp_path: Path) -> None:
    made = replace(scene(tmp_path, *ALL), reflectance=Reflectance.TOA)
    for name in ("ndvi", "turbidity"):
        assert correctable(made, product(name)).endswith("and the scene holds toa")
