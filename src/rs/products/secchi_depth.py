"""Secchi depth of coastal and inland water by P3QAA (Pitarch and Vanhellemont 2021)."""

from __future__ import annotations

import numpy as np

from rs.algorithms.three_bands import ThreeBands, red_is_plausible, secchi
from rs.core.bands import Quality
from rs.core.pixel import pixelwise
from rs.core.product import Family, Layer, Product, Recipe, Theme
from rs.core.scene import Reflectance


@pixelwise
def secchi_depth(blue: float, green: float, red: float, c: ThreeBands) -> float:
    """Secchi depth [m] from rho_w [1] of blue, green, red (Pitarch and Vanhellemont 2021)."""
    return secchi(blue / np.pi, green / np.pi, red / np.pi, c)


@pixelwise
def red_replaced(blue: float, green: float, red: float, c: ThreeBands) -> float:
    """1 where the red rho_w [1] can't belong to the green one and was replaced, else 0."""
    return 1.0 - red_is_plausible(green / np.pi, red / np.pi)


PRODUCT = Product(
    name="secchi_depth",
    version="1.0.0",
    title="Secchi depth of water",
    title_zh="水体透明度",
    description="Depth at which a white disk disappears: how clear the water is.",
    family=Family.MARINE,
    themes=(Theme.ECOLOGY, Theme.NATURAL_RESOURCES, Theme.URBAN),
    reflectance=Reflectance.WATER_LEAVING,
    recipes=(Recipe(secchi_depth, name="p3qaa", low_confidence=red_replaced, title="P3QAA: blue, green and red"),),
    layers=(
        Layer(
            "secchi_depth", "Secchi depth", "透明度", "m", (0.01, 60.0), "uint16", 65535, scale=0.001,
            colours=("#5b3a1e", "#a67c45", "#d9cf8f", "#8cc5a0", "#3f9bb0", "#1f5f9c", "#152c66"), shown=(0.01, 4.0),
        ),
    ),
    require=Quality.WATER,
    sources=(
        "Pitarch and Vanhellemont 2021, https://doi.org/10.1016/j.rse.2021.112667",
        "Lee et al. 2015, https://doi.org/10.1016/j.rse.2015.08.002",
    ),
    limits=(
        "Water so shallow that the bottom shows reads as too clear or too turbid.",
        "Landsat 9 uses the coefficients of Landsat 8, Landsat 5 those of Landsat 7, Sentinel-2C those of Sentinel-2B.",
        "No value where blue is black, as in water brown with dissolved matter after level D.",
        "Low confidence where red did not fit green and was replaced.",
        "From land-corrected reflectance it rests on the residual-SWIR subtraction (level D).",
    ),
    evidence=(
        "Landsat surface reflectance, 333 of 334 samples: MdSA 47 %, r 0.76; constant 93 %; in-situ Rrs: 41 %, 0.78",
        "Parana, Sentinel-2 less the residual at 2.2 um, 36 of 37 samples: MdSA 44 %, r 0.84; constant 132 %",
    ),
)  # fmt: skip
