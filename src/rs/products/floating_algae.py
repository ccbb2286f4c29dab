"""Floating algae: near infrared above a line from red to shortwave infrared (Hu 2009), and the cover it means.

Thick mats look like meadows: classification and own water test both take them for land. So this product does
not ask for water; it leaves out land, which is land by both tests and not surrounded by water. What lies amid
water is kept whatever it looks like, and bears the quality bit `unsure`: a mat, a boat, a pier, a small island.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rs.core.bands import NOT_CLEAR, Quality
from rs.core.pixel import pixelfunc, pixelwise
from rs.core.product import Family, Layer, Maturity, Product, Recipe, Theme
from rs.core.scene import Reflectance

WATER = 0.0
ALGAE = 0.2
"""End-members: FAI [1] of water without algae and of a surface full of them (Lu et al. 2019: linear up to 0.2)."""

BRIGHT_RED = 0.08
"""Red rho_rc [1] from which a positive index is sediment, glint or cloud rather than algae."""


class Line(NamedTuple):
    """Effective wavelengths [nm] of red, near and shortwave infrared; end-members [1] of the product."""

    red_nm: float
    nir_nm: float
    swir_nm: float
    water: float
    algae: float


@pixelfunc
def fai(red: float, nir: float, swir: float, c: Line) -> float:
    """Floating algae index [1] from Rayleigh-corrected reflectance [1] (Hu 2009)."""
    return nir - (red + (swir - red) * (c.nir_nm - c.red_nm) / (c.swir_nm - c.red_nm))


@pixelfunc
def looks_green(red: float, nir: float) -> float:
    """1 where the pixel may bear algae: NDVI above 0 and red rho_rc [1] below 0.08, else 0."""
    return 1.0 if nir > red and nir + red > 0.0 and red < BRIGHT_RED else 0.0


@pixelwise
def floating_algae(red: float, nir08: float, swir16: float, c: Line) -> tuple[float, float]:
    """FAI [1] and the share of the pixel [0..1] under algae, from Rayleigh-corrected reflectance [1].

    The share is linear between fixed end-members, and 0 where the pixel does not look green; NaN where
    the end-member of algae does not exceed that of water.
    """
    index = fai(red, nir08, swir16, c)
    if c.algae <= c.water:
        return index, np.nan
    share = (index - c.water) / (c.algae - c.water)
    if share <= 0.0 or looks_green(red, nir08) == 0.0:
        return index, 0.0
    return index, 1.0 if share > 1.0 else share


@pixelwise
def bright_without_green(red: float, nir08: float, swir16: float, c: Line) -> float:
    """1 where the index exceeds that of water and yet the pixel does not look green: sediment, glint, cloud edge."""
    return 1.0 if fai(red, nir08, swir16, c) > c.water and looks_green(red, nir08) == 0.0 else 0.0


PRODUCT = Product(
    name="floating_algae",
    version="1.1.0",
    title="Floating algae",
    title_zh="漂浮藻类",
    description="Algae on the water surface: an index, and the share of each pixel that they cover.",
    family=Family.MARINE,
    themes=(Theme.ECOLOGY, Theme.EMERGENCY, Theme.TRANSPORT),
    reflectance=Reflectance.RAYLEIGH_CORRECTED,
    recipes=(
        Recipe(
            floating_algae, name="fai_fixed", low_confidence=bright_without_green,
            title="FAI with fixed end-members of cover",
        ),
    ),
    layers=(
        Layer(
            "floating_algae", "Floating algae index", "漂浮藻类指数", "1", (-0.5, 1.0), "int16", -32768, scale=0.0001,
            colours=("#12304f", "#2f6f92", "#a5c6c2", "#eef0d5", "#b5d56a", "#4f9d3a", "#125226"), shown=(-0.05, 0.2),
        ),
        Layer(
            "algae_cover", "Share of the pixel under algae", "漂浮藻类覆盖度", "1", (0.0, 1.0), "uint8", 255,
            scale=0.005, colours=("#eaf1f4", "#d6e59a", "#94c652", "#3f8f35", "#0f4d20"),
        ),
    ),
    reject=NOT_CLEAR | Quality.LAND,
    sources=(
        "Hu 2009, https://doi.org/10.1016/j.rse.2009.05.012",
        "Lu et al. 2019 (linear up to 0.2), https://doi.org/10.1364/OE.27.018620",
    ),
    limits=(
        "Dense mats read as land: kept where water fills over half of the 200 m around, with the quality bit unsure.",
        "So mats wider than some 80 m (single pixels of Landsat, 3 across) lose their middle, as do all along a shore.",
        "Boats, piers, spits and islands of that size with plants on them read as algae: mind the bit unsure.",
        "End-members are fixed (0 and 0.2), not taken from the scene; the true ones vary with species and thickness.",
        "Sediment plumes and glint raise the index: no cover unless NDVI > 0 and red < 0.08, and low confidence there.",
        "Report the sum of cover and the count of pixels together; the area enclosed is a third number.",
        "Submerged and thin algae stay below it.",
    ),
    maturity=Maturity.EXPERIMENTAL,
    evidence=("spyndex 0.12: index equal to 1e-6; no algae samples to compare with here",),
    parameters={"water": WATER, "algae": ALGAE},
)  # fmt: skip
