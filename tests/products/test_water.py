"""Water extent and water colour: classes where they belong, hue a full circle, limits of Forel-Ule."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernels import recipe_of, run
from recipes import TABLES, bound_of, plain, scene_of, stored

from rs.algorithms.hue import forel_ule, hue_angle
from rs.core.bands import Band
from rs.core.product import Flag
from rs.products import product
from rs.products.water_colour import Five, water_colour_5
from rs.products.water_extent import DOUBT, water_extent
from rs.readers._sentinel2 import PLATFORMS

EXTENT, COLOUR = product("water_extent"), product("water_colour")
S2A = PLATFORMS["sentinel-2a"]
LIMITS = [
    227.168, 220.977, 209.994, 190.779, 163.084, 132.999, 109.054, 94.037, 83.346, 74.572,
    67.957, 62.186, 56.435, 50.665, 45.129, 39.769, 34.906, 30.439, 26.337, 22.741,
]  # fmt: skip
light = st.floats(0.0005, 0.5)


@pytest.mark.parametrize(
    "green, infrared, expected",
    [(0.1, 0.02, 1.0), (0.02, 0.1, 0.0), (0.1, 0.1, 2.0), (0.1, 0.095, 2.0), (-0.01, -0.02, 2.0), (0.0, 0.0, 2.0)],
)
def test_water_dry_and_where_the_measurement_does_not_tell(green: float, infrared: float, expected: float) -> None:
    assert water_extent(green, infrared) == water_extent.compiled()(green, infrared) == expected


@given(green=light, infrared=light)
def test_the_class_is_the_index_against_the_doubt(green: float, infrared: float) -> None:
    index = (green - infrared) / (green + infrared)
    expected = 1.0 if index > DOUBT else 0.0 if index < -DOUBT else 2.0
    assert water_extent(green, infrared) == expected
    assert run(EXTENT, EXTENT.recipes[0], S2A, [green, infrared]).layers[0][0, 0] == expected


def test_short_wave_comes_before_near_infrared() -> None:
    assert [recipe.bound["infrared"] for recipe in EXTENT.recipes] == [Band.SWIR16, Band.NIR, Band.NIR08]
    assert "MNDWI" in EXTENT.recipes[0].title
    assert all("NDWI" in recipe.title and "MNDWI" not in recipe.title for recipe in EXTENT.recipes[1:])


@given(degrees=st.floats(0.0, 359.999), radius=st.floats(0.01, 0.3))
def test_hue_is_the_angle_about_the_white_point(degrees: float, radius: float) -> None:
    x = 1 / 3 + radius * np.cos(np.radians(degrees))
    y = 1 / 3 + radius * np.sin(np.radians(degrees))
    off = (hue_angle(x, y, 1 - x - y) - degrees + 180) % 360 - 180
    assert abs(off) < 1e-6
    assert hue_angle(x, y, 1 - x - y) == pytest.approx(hue_angle.compiled()(x, y, 1 - x - y), abs=1e-9)


@given(bands=st.lists(light, min_size=5, max_size=5), factor=st.floats(0.01, 100))
def test_colour_does_not_depend_on_brightness(bands: list[float], factor: float) -> None:
    weights = Five(**S2A.coefficients["water_colour_5"])
    formula: Any = water_colour_5
    one, other = (formula(*(b * f for b in bands), weights)[0] for f in (1.0, factor))
    assert one == pytest.approx(other, abs=1e-6)


def test_a_sum_that_is_not_positive_has_no_hue() -> None:
    assert np.isnan(hue_angle(-0.1, 0.05, 0.0))
    assert np.isnan(hue_angle(0.0, 0.0, 0.0))


@pytest.mark.parametrize("number, limit", list(enumerate(LIMITS, 1)))
def test_limits_of_forel_ule(number: int, limit: float) -> None:
    assert forel_ule(limit + 1e-6) == number
    assert forel_ule(limit) == number + 1
    assert forel_ule.compiled()(limit + 1e-6) == number


@pytest.mark.parametrize(
    "hue, expected", [(232.0, 1.0), (232.001, np.nan), (np.nan, np.nan), (0.0, 21.0), (-5.0, 21.0)]
)
def test_ends_of_forel_ule(hue: float, expected: float) -> None:
    assert np.array_equal(forel_ule(hue), expected, equal_nan=True)
    assert np.array_equal(forel_ule.compiled()(hue), expected, equal_nan=True)


def test_a_hue_without_a_class_keeps_its_angle() -> None:
    indigo = run(COLOUR, recipe_of(COLOUR, "water_colour_5"), S2A, [0.024, 0.008, 0.003, 0.0005, 0.0003])
    assert COLOUR.layers[0].value(int(indigo.layers[0][0, 0])) == pytest.approx(233.9056, abs=0.005)
    assert indigo.layers[1][0, 0] == COLOUR.layers[1].nodata
    assert indigo.tally.tolist() == [[0, 0, 0], [0, 0, 1]]
    assert not indigo.flags.any()


THREE = bound_of(COLOUR, recipe_of(COLOUR, "water_colour_3"), scene_of("landsat-7"))
WEIGHTS_479_561_661 = np.array([[13.104, 53.791, 31.304], [24.097, 65.801, 15.883], [63.845, 2.142, 0.013]])
POLYNOMIAL = [-84.94, 594.17, -1559.86, 1852.50, -918.11, 151.49]


def raw_of(pixel: list[float]) -> float:
    """Raw hue angle [degrees] of blue, green and red by the published weights."""
    x, y, z = WEIGHTS_479_561_661 @ pixel
    return float(np.degrees(np.arctan2(y / (x + y + z) - 1 / 3, x / (x + y + z) - 1 / 3)) % 360)


@pytest.mark.parametrize("pixel", [[0.02, 0.03, 0.01], [0.03, 0.02, 0.004], [0.03, 0.05, 0.045], [0.012, 0.03, 0.012]])
def test_hue_of_three_bands(pixel: list[float]) -> None:
    raw = raw_of(pixel)
    assert 35 < raw < 227
    hue, fui = plain(THREE, pixel)
    assert hue == pytest.approx(raw + np.polyval(POLYNOMIAL, raw / 100), abs=1e-9)
    assert fui == forel_ule(hue)
    assert not stored(THREE, [pixel])[1].any()


@given(green=light, red=light, more=st.floats(1.001, 2.0))
def test_hue_of_three_bands_keeps_the_order_of_raw_angles(green: float, red: float, more: float) -> None:
    bluer, redder = [0.02, green, red], [0.02, green, red * more]
    if raw_of(redder) < raw_of(bluer) < 300:
        assert plain(THREE, redder)[0] < plain(THREE, bluer)[0] + 1e-9


@pytest.mark.parametrize("pixel", [[0.001, 0.02, 0.06], [0.05, 0.0, 0.05]], ids=["brown", "violet"])
def test_hue_of_three_bands_is_doubted_beyond_its_fit(pixel: list[float]) -> None:
    assert not 35 < raw_of(pixel) < 227
    assert stored(THREE, [pixel])[1][0] == Flag.LOW_CONFIDENCE.bit
    nearest = 35.0 if raw_of(pixel) < 35 else 227.0
    assert plain(THREE, pixel)[0] == pytest.approx(raw_of(pixel) + np.polyval(POLYNOMIAL, nearest / 100), abs=1e-9)


def test_landsat_5_and_7_give_a_colour() -> None:
    for platform in ("landsat-5", "landsat-7"):
        served = [r.name for r in COLOUR.recipes if r.formula_name in TABLES[platform]]
        assert served == ["three_bands"]
