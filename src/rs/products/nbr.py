"""Normalised burn ratio (Key and Benson 2006)."""

from __future__ import annotations

from rs.algorithms.ratios import normalised_difference
from rs.core.bands import Band
from rs.core.pixel import pixelwise
from rs.core.product import Family, Layer, Product, Recipe, Theme


@pixelwise
def nbr(nir08: float, swir22: float) -> float:
    """NBR [1] from surface reflectance [1]: (nir - swir22) / (nir + swir22) (Key and Benson 2006).

    NaN where the sum is not positive.
    """
    return normalised_difference(nir08, swir22)


PRODUCT = Product(
    name="nbr",
    version="1.0.0",
    title="Burn ratio NBR",
    title_zh="归一化燃烧指数",
    description="Charred and bare ground against living vegetation, at one time; the change of it maps burns.",
    family=Family.LAND,
    themes=(Theme.EMERGENCY, Theme.ECOLOGY, Theme.NATURAL_RESOURCES),
    recipes=(
        Recipe(nbr, name="narrow_nir", title="NBR from the narrow near-infrared band"),
        Recipe(nbr, name="wide_nir", title="NBR from the wide near-infrared band", nir08=Band.NIR),
    ),
    layers=(
        Layer(
            "nbr", "NBR", "归一化燃烧指数", "1", (-1.0, 1.0), "int16", -32768, scale=0.0001,
            colours=("#3a1212", "#8c2d19", "#d9822b", "#f2dfae", "#b7cf86", "#5f9f4a", "#1b5e2b"),
            shown=(-0.6, 0.9),
        ),
    ),
    sources=("Key and Benson 2006, https://doi.org/10.2737/RMRS-GTR-164", "https://doi.org/10.3133/ofr0211"),
    limits=(
        "One date alone does not show a burn: water, bare soil and harvest are low too.",
        "On Sentinel-2 a product of 20 m: the narrow near-infrared band has the pixel of the shortwave one.",
    ),
    evidence=("spyndex 0.12: equal to 1e-6",),
)  # fmt: skip
