"""Colour of water: hue angle and Forel-Ule class (van der Woerd and Wernand 2018)."""

from __future__ import annotations

from typing import NamedTuple

from rs.algorithms.hue import forel_ule, hue_angle
from rs.core.bands import Quality
from rs.core.pixel import pixelfunc, pixelwise
from rs.core.product import ClassValue, Family, Layer, Product, Recipe, Resampling, Theme
from rs.core.scene import Reflectance

SCALE_COLOURS = (
    "#2158bc", "#316dc5", "#327cbb", "#4b80a0", "#568f96", "#6d9298", "#698c86", "#759e72", "#7ba654",
    "#7dae38", "#95b645", "#94b660", "#a5bc76", "#aab86d", "#adb55f", "#a8a965", "#ae9f5c", "#b3a053",
    "#af8a44", "#a46905", "#9f4d04",
)  # fmt: skip


class Five(NamedTuple):
    """Chromaticity weights of 443, 490, 560, 665, 705 nm and the hue correction p5 (highest) .. p0."""

    x0: float
    x1: float
    x2: float
    x3: float
    x4: float
    y0: float
    y1: float
    y2: float
    y3: float
    y4: float
    z0: float
    z1: float
    z2: float
    z3: float
    z4: float
    p5: float
    p4: float
    p3: float
    p2: float
    p1: float
    p0: float


class Four(NamedTuple):
    """Chromaticity weights of 443, 483, 561, 655 nm and the hue correction p5 (highest) .. p0."""

    x0: float
    x1: float
    x2: float
    x3: float
    y0: float
    y1: float
    y2: float
    y3: float
    z0: float
    z1: float
    z2: float
    z3: float
    p5: float
    p4: float
    p3: float
    p2: float
    p1: float
    p0: float


class Three(NamedTuple):
    """Chromaticity weights of 479, 561, 661 nm and the hue correction p5 (highest) .. p0."""

    x0: float
    x1: float
    x2: float
    y0: float
    y1: float
    y2: float
    z0: float
    z1: float
    z2: float
    p5: float
    p4: float
    p3: float
    p2: float
    p1: float
    p0: float


FITTED_LOW, FITTED_HIGH = 33.0, 242.0
"""Raw hue angles [degrees] within which the corrected angle grows with the raw one, for sensors with a coastal band."""

THREE_LOW, THREE_HIGH = 35.0, 227.0
"""The same for the three visible bands of Landsat 5 and 7, whose correction bends back sooner."""


@pixelfunc
def corrected(raw: float, p5: float, p4: float, p3: float, p2: float, p1: float, p0: float) -> float:
    """Hue angle [degrees] of a raw angle [degrees] corrected for the sensor's bands by a polynomial in raw / 100.

    Beyond the fitted angles the polynomial bends back; the correction of the nearest fitted angle is kept there.
    """
    h = min(max(raw, FITTED_LOW), FITTED_HIGH) / 100.0
    return raw + ((((p5 * h + p4) * h + p3) * h + p2) * h + p1) * h + p0


@pixelfunc
def raw_hue_5(coastal: float, blue: float, green: float, red: float, rededge071: float, c: Five) -> float:
    """Raw hue angle [degrees] of five bands."""
    x = c.x0 * coastal + c.x1 * blue + c.x2 * green + c.x3 * red + c.x4 * rededge071
    y = c.y0 * coastal + c.y1 * blue + c.y2 * green + c.y3 * red + c.y4 * rededge071
    z = c.z0 * coastal + c.z1 * blue + c.z2 * green + c.z3 * red + c.z4 * rededge071
    return hue_angle(x, y, z)


@pixelfunc
def raw_hue_4(coastal: float, blue: float, green: float, red: float, c: Four) -> float:
    """Raw hue angle [degrees] of four bands."""
    x = c.x0 * coastal + c.x1 * blue + c.x2 * green + c.x3 * red
    y = c.y0 * coastal + c.y1 * blue + c.y2 * green + c.y3 * red
    z = c.z0 * coastal + c.z1 * blue + c.z2 * green + c.z3 * red
    return hue_angle(x, y, z)


@pixelfunc
def raw_hue_3(blue: float, green: float, red: float, c: Three) -> float:
    """Raw hue angle [degrees] of three bands."""
    x = c.x0 * blue + c.x1 * green + c.x2 * red
    y = c.y0 * blue + c.y1 * green + c.y2 * red
    z = c.z0 * blue + c.z1 * green + c.z2 * red
    return hue_angle(x, y, z)


@pixelwise
def water_colour_5(
    coastal: float, blue: float, green: float, red: float, rededge071: float, c: Five
) -> tuple[float, float]:
    """Hue angle [degrees] and Forel-Ule class 1..21 from water-leaving reflectance [any common scale]."""
    hue = corrected(raw_hue_5(coastal, blue, green, red, rededge071, c), c.p5, c.p4, c.p3, c.p2, c.p1, c.p0)
    return hue, forel_ule(hue)


@pixelwise
def water_colour_4(coastal: float, blue: float, green: float, red: float, c: Four) -> tuple[float, float]:
    """Hue angle [degrees] and Forel-Ule class 1..21 from water-leaving reflectance [any common scale]."""
    hue = corrected(raw_hue_4(coastal, blue, green, red, c), c.p5, c.p4, c.p3, c.p2, c.p1, c.p0)
    return hue, forel_ule(hue)


@pixelwise
def water_colour_3(blue: float, green: float, red: float, c: Three) -> tuple[float, float]:
    """Hue angle [degrees] and Forel-Ule class 1..21 from water-leaving reflectance [any common scale]."""
    raw = raw_hue_3(blue, green, red, c)
    near = min(max(raw, THREE_LOW), THREE_HIGH)
    hue = raw - near + corrected(near, c.p5, c.p4, c.p3, c.p2, c.p1, c.p0)
    return hue, forel_ule(hue)


@pixelwise
def beyond_fit_5(coastal: float, blue: float, green: float, red: float, rededge071: float, c: Five) -> float:
    """1 where the raw hue angle lies beyond the angles that the correction was fitted to, else 0."""
    raw = raw_hue_5(coastal, blue, green, red, rededge071, c)
    return 1.0 if raw < FITTED_LOW or raw > FITTED_HIGH else 0.0


@pixelwise
def beyond_fit_4(coastal: float, blue: float, green: float, red: float, c: Four) -> float:
    """1 where the raw hue angle lies beyond the angles that the correction was fitted to, else 0."""
    raw = raw_hue_4(coastal, blue, green, red, c)
    return 1.0 if raw < FITTED_LOW or raw > FITTED_HIGH else 0.0


@pixelwise
def beyond_fit_3(blue: float, green: float, red: float, c: Three) -> float:
    """1 where the raw hue angle lies beyond the angles that the correction was fitted to, else 0."""
    raw = raw_hue_3(blue, green, red, c)
    return 1.0 if raw < THREE_LOW or raw > THREE_HIGH else 0.0


PRODUCT = Product(
    name="water_colour",
    version="1.0.0",
    title="Colour of water",
    title_zh="水色",
    description="Hue angle of water and its class on the Forel-Ule scale, from indigo (1) to cola brown (21).",
    family=Family.MARINE,
    themes=(Theme.ECOLOGY, Theme.URBAN),
    reflectance=Reflectance.WATER_LEAVING,
    recipes=(
        Recipe(
            water_colour_5,
            name="five_bands",
            low_confidence=beyond_fit_5,
            title="Hue from five visible bands, corrected for the sensor's bands",
        ),
        Recipe(
            water_colour_4,
            name="four_bands",
            low_confidence=beyond_fit_4,
            title="Hue from four visible bands, corrected for the sensor's bands",
        ),
        Recipe(
            water_colour_3,
            name="three_bands",
            low_confidence=beyond_fit_3,
            title="Hue from three visible bands of Landsat 5 and 7, corrected for the sensor's bands",
        ),
    ),
    layers=(
        Layer(
            "water_colour", "Hue angle", "色相角", "deg", (0.0, 360.0), "uint16", 65535, scale=0.01,
            colours=SCALE_COLOURS[::-1], shown=(20.0, 232.0),
        ),
        Layer(
            "forel_ule", "Forel-Ule class", "福莱尔-乌勒水色等级", "1", (1, 21), "uint8", 0,
            resampling=Resampling.NEAREST, overviews=Resampling.MODE,
            classes=tuple(
                ClassValue(k, f"fu_{k}", f"FU {k}", f"{k} 级", colour) for k, colour in enumerate(SCALE_COLOURS, 1)
            ),
        ),
    ),
    require=Quality.WATER,
    sources=(
        "van der Woerd and Wernand 2018, https://doi.org/10.3390/rs10020180",
        "Forel-Ule limits of the 2015 intercomparison (hue angle of each class)",
    ),
    limits=(
        "A ratio of bands: robust against flat errors of atmospheric correction, not against haze in blue.",
        "Hue angles above 232 degrees have no class.",
        "Raw hue angles below 33 or above 242 degrees, very brown or violet, bear the flag low_confidence.",
        "Landsat 5 and 7 see three visible bands: flagged below 35 and above 227; 5 borrows the coefficients of 7.",
    ),
)  # fmt: skip
