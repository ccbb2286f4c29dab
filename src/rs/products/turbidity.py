"""Turbidity of coastal and inland water: red / near-infrared switch (Dogliotti et al. 2015)."""

from __future__ import annotations

from typing import NamedTuple

from rs.algorithms.turbid_water import nechad
from rs.core.bands import Quality
from rs.core.pixel import pixelwise
from rs.core.product import Family, Layer, Maturity, Product, Recipe, Theme
from rs.core.scene import Reflectance

RED_ONLY = 0.05
NIR_ONLY = 0.07


class Switch(NamedTuple):
    """Coefficients of red (645 nm) and near infrared (859 nm): a [FNU], c [1]."""

    red_a: float
    red_c: float
    nir_a: float
    nir_c: float


class Single(NamedTuple):
    """Coefficients of one band: a [FNU], c [1]."""

    a: float
    c: float


DOGLIOTTI_2015 = Switch(228.1, 0.1641, 3078.9, 0.2112)


@pixelwise
def turbidity(red: float, nir08: float, c: Switch) -> float:
    """Turbidity [FNU] of a pixel from water-leaving reflectance rho_w [1] near 645 and 859 nm."""
    if red < RED_ONLY:
        return nechad(red, c.red_a, c.red_c)
    if red > NIR_ONLY:
        return nechad(nir08, c.nir_a, c.nir_c)
    share = (red - RED_ONLY) / (NIR_ONLY - RED_ONLY)
    return (1.0 - share) * nechad(red, c.red_a, c.red_c) + share * nechad(nir08, c.nir_a, c.nir_c)


@pixelwise
def turbidity_red(red: float, c: Single) -> float:
    """Turbidity [FNU] of a pixel from red water-leaving reflectance rho_w [1] alone (Nechad et al. 2009)."""
    return nechad(red, c.a, c.c)


@pixelwise
def beyond_red(red: float, c: Single) -> float:
    """1 where the water is so turbid that red alone loses its grip, else 0."""
    return 1.0 if red > NIR_ONLY else 0.0


PRODUCT = Product(
    name="turbidity",
    version="1.0.0",
    title="Turbidity of water",
    title_zh="水体浊度",
    description="Cloudiness of surface water by suspended particles.",
    family=Family.MARINE,
    themes=(Theme.ECOLOGY, Theme.NATURAL_RESOURCES, Theme.EMERGENCY),
    reflectance=Reflectance.WATER_LEAVING,
    recipes=(
        Recipe(
            turbidity, name="dogliotti2015",
            title="Dogliotti 2015: red below 0.05, near infrared above 0.07, blended between",
        ),
        Recipe(
            turbidity_red, name="nechad2009_red", low_confidence=beyond_red,
            title="Nechad 2009: red only (655 nm); low confidence above a red reflectance of 0.07",
        ),
    ),
    layers=(
        Layer(
            "turbidity", "Turbidity", "浊度", "FNU", (0.0, 1000.0), "uint16", 65535, scale=0.05,
            colours=("#0b2c6b", "#1f78a8", "#55b59a", "#d9d27a", "#c98a3c", "#7a3b12"), shown=(0.0, 150.0),
        ),
    ),
    require=Quality.WATER,
    sources=(
        "Dogliotti et al. 2015, https://doi.org/10.1016/j.rse.2014.09.020",
        "Nechad et al. 2009, https://doi.org/10.1117/12.830700",
    ),
    limits=(
        "From land-corrected reflectance it rests on the residual-SWIR subtraction (level D).",
        "Over-estimates by 30 to 90 % on 38 samples of the Parana river (see docs/department.md).",
        "The bits high_swir and unsure of the quality layer mark pixels that deserve less trust.",
    ),
    maturity=Maturity.PROVISIONAL,
    evidence=("Parana river, 38 samples 2023-2024",),
)  # fmt: skip
