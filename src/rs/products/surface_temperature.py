"""Temperature of the land and water surface: the sensor's own product, screened by its uncertainty."""

from __future__ import annotations

import numpy as np

from rs.core.pixel import pixelwise
from rs.core.product import Family, Layer, Product, Recipe, Theme

WORST = 5.0
"""Uncertainty [K] above which a temperature is not given."""


@pixelwise
def surface_temperature(thermal: float, thermal_uncertainty: float) -> tuple[float, float]:
    """Surface temperature [K] and its uncertainty [K], as delivered (Landsat Collection 2 ST, ST_QA).

    The temperature is NaN where the uncertainty exceeds 5 K or makes no sense; the uncertainty stays to tell why.
    """
    if thermal_uncertainty < 0.0:
        return np.nan, np.nan
    if thermal_uncertainty > WORST:
        return np.nan, thermal_uncertainty
    return thermal, thermal_uncertainty


PRODUCT = Product(
    name="surface_temperature",
    version="1.0.0",
    title="Surface temperature",
    title_zh="地表温度",
    description="Skin temperature of land and water at the time of the overpass, with its uncertainty.",
    family=Family.LAND,
    themes=(Theme.URBAN, Theme.ECOLOGY, Theme.EMERGENCY, Theme.AGRICULTURE),
    recipes=(
        Recipe(
            surface_temperature, name="as_delivered", title="Surface temperature as delivered, where known to 5 K"
        ),
    ),
    layers=(
        Layer(
            "surface_temperature", "Surface temperature", "地表温度", "K", (150.0, 373.0), "uint16", 65535, scale=0.01,
            colours=("#2b2f77", "#3c7fb8", "#8fc7c9", "#f1ecc8", "#f0b35a", "#d95a34", "#8a1538"),
            shown=(275.0, 325.0),
        ),
        Layer(
            "uncertainty", "Uncertainty of the temperature", "地表温度不确定度", "K", (0.0, 100.0), "uint16", 65535,
            scale=0.01, colours=("#f4f1e6", "#d8c7a8", "#b08968", "#7a4b4b", "#3d2340"), shown=(0.0, 6.0),
        ),
    ),
    sources=(
        "USGS LSDS-1619, Landsat 8-9 Collection 2 Level 2 Science Product Guide",
        "Cook et al. 2014, https://doi.org/10.3390/rs61111244",
    ),
    limits=(
        "Errors of 1.5 to 2.5 K over land and below 1 K over water where the sky is clear.",
        "Within 1 km of a cloud it is often too cold; the distance to cloud is not used here.",
        "Emissivity comes from ASTER: new roofs, fresh burns and harvested fields keep their old one.",
        "Thermal pixels of 60 to 120 m were resampled to 30 m by the provider.",
        "The temperature of the skin, not of the air and not of the water below.",
    ),
    evidence=("Landsat Collection 2: the scaling of the product guide, to half a count",),
)  # fmt: skip
