"""Chlorophyll a of coastal and inland water: OCI and red edge, blended (Smith et al. 2018)."""

from __future__ import annotations

import numpy as np

from rs.algorithms.chlorophyll_blend import NO_SKILL, OUTSIDE, blue_green, chlorophyll_blend
from rs.algorithms.confidence import always_doubtful
from rs.algorithms.ocean_colour import Polynomial
from rs.core.bands import Quality
from rs.core.pixel import pixelwise
from rs.core.product import ClassValue, Family, Layer, Maturity, Product, Recipe, Resampling, Theme
from rs.core.scene import Reflectance


@pixelwise
def chlorophyll(
    coastal: float, blue: float, green: float, red: float, rededge071: float, c: Polynomial
) -> tuple[float, float]:
    """Chlorophyll a [mg m-3] and its quality class from rho_w [1]: OCI, two-band red edge, blend between."""
    return chlorophyll_blend(coastal, blue, green, red, rededge071, c)


@pixelwise
def chlorophyll_doubt(coastal: float, blue: float, green: float, red: float, rededge071: float, c: Polynomial) -> float:
    """1 where the value lies outside the range that its formula was made for, else 0."""
    _, quality = chlorophyll_blend(coastal, blue, green, red, rededge071, c)
    return 1.0 if quality >= OUTSIDE else 0.0


@pixelwise
def chlorophyll_oc3(coastal: float, blue: float, green: float, red: float, c: Polynomial) -> tuple[float, float]:
    """Chlorophyll a [mg m-3] and its quality class from rho_w [1]: OC3 alone, the sensor has no red edge."""
    value = blue_green(coastal, blue, green, red, c)
    return value, np.nan if np.isnan(value) else NO_SKILL


@pixelwise
def chlorophyll_oc2(blue: float, green: float, red: float, c: Polynomial) -> tuple[float, float]:
    """Chlorophyll a [mg m-3] and its quality class from rho_w [1]: OC2, one blue band."""
    value = blue_green(blue, blue, green, red, c)
    return value, np.nan if np.isnan(value) else NO_SKILL


PRODUCT = Product(
    name="chlorophyll",
    version="1.0.0",
    title="Chlorophyll a in water",
    title_zh="叶绿素a浓度",
    description="Green pigment of algae in surface water, with a class that says how far to trust it.",
    family=Family.MARINE,
    themes=(Theme.ECOLOGY, Theme.NATURAL_RESOURCES, Theme.EMERGENCY),
    reflectance=Reflectance.WATER_LEAVING,
    recipes=(
        Recipe(
            chlorophyll, name="smith2018", low_confidence=chlorophyll_doubt,
            title="OCI in clear water, Gilerson 2010 in green water, blended by red edge over red (Smith 2018)",
        ),
        Recipe(
            chlorophyll_oc3, name="oc3", low_confidence=always_doubtful,
            title="OC3 without red edge: no better than a guess",
        ),
        Recipe(
            chlorophyll_oc2, name="oc2", low_confidence=always_doubtful,
            title="OC2 borrowed from OLI: no better than a guess",
        ),
    ),
    layers=(
        Layer(
            "chlorophyll", "Chlorophyll a", "叶绿素a浓度", "mg m-3", (0.01, 200.0), "uint16", 65535, scale=0.005,
            colours=("#1d2f6f", "#2b6cb0", "#38b2ac", "#7bc96f", "#d7d75b", "#e8913a", "#a8322d"), shown=(0.01, 40.0),
        ),
        Layer(
            "chlorophyll_quality", "Trust in chlorophyll", "叶绿素可信等级", "1", (1, 4), "uint8", 0,
            resampling=Resampling.NEAREST, overviews=Resampling.MODE,
            classes=(
                ClassValue(1, "calibrated", "calibrated range", "定标范围内", "#2f855a"),
                ClassValue(2, "blended", "between formulas", "算法过渡区", "#9cc46c"),
                ClassValue(3, "outside", "outside calibration", "超出定标范围", "#e0a63a"),
                ClassValue(4, "no_skill", "no better than a guess", "与常数估计无异", "#b9484e"),
            ),
        ),
    ),
    require=Quality.WATER,
    sources=(
        "O'Reilly and Werdell 2019, https://doi.org/10.1016/j.rse.2019.04.021",
        "Hu et al. 2019, https://doi.org/10.1029/2019JC014941",
        "Gilerson et al. 2010, https://doi.org/10.1364/OE.18.024109",
        "Smith et al. 2018, https://doi.org/10.1016/j.rse.2018.06.002",
    ),
    limits=(
        "From Landsat surface reflectance it is no better than a constant guess: always class 4, low confidence.",
        "Sentinel-2 is not scored against samples here; land-corrected blue is its weakest band.",
        "No value where red exceeds 0.05 and red edge does not rule: sediment decides on the blue-green ratio there.",
        "Brown water (dissolved matter) with sediment biases blue-green ratios two- to fivefold.",
        "The red-edge formula was made for 709 nm and is used at 705 nm; valid 3 to 200, blue-green 0.01 to 10.",
    ),
    maturity=Maturity.EXPERIMENTAL,
    evidence=(
        "Landsat surface reflectance: OC3 of OLI MdSA 195 %, r 0.08 (98 of 201 samples; constant 155 %); "
        "OC2 of TM and ETM+ 266 %, r 0.58 (109 of 190; constant 174 %)",
        "In-situ Rrs of the same samples: OC3 148 %, r 0.64; OC2 99 %, r 0.66",
    ),
)  # fmt: skip
