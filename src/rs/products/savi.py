"""Soil-adjusted vegetation index (Huete 1988)."""

from __future__ import annotations

import numpy as np

from rs.core.bands import Band
from rs.core.pixel import pixelwise
from rs.core.product import Family, Layer, Product, Recipe, Theme

SOIL = 0.5
"""Soil adjustment [1] for vegetation of middle density."""


@pixelwise
def savi(red: float, nir: float) -> float:
    """SAVI [1] from surface reflectance [1]: 1.5 (nir - red) / (nir + red + 0.5) (Huete 1988).

    NaN where the denominator is not positive.
    """
    total = nir + red + SOIL
    if total <= 0.0:
        return np.nan
    return (1.0 + SOIL) * (nir - red) / total


PRODUCT = Product(
    name="savi",
    version="1.0.0",
    title="Soil-adjusted vegetation index SAVI",
    title_zh="土壤调节植被指数",
    description="Greenness where soil shows between the plants.",
    family=Family.LAND,
    themes=(Theme.AGRICULTURE, Theme.ECOLOGY, Theme.NATURAL_RESOURCES),
    recipes=(
        Recipe(savi, name="wide_nir", title="SAVI from red and the wide near-infrared band"),
        Recipe(savi, name="narrow_nir", title="SAVI from red and the narrow near-infrared band", nir=Band.NIR08),
    ),
    layers=(
        Layer(
            "savi", "SAVI", "土壤调节植被指数", "1", (-1.0, 1.0), "int16", -32768, scale=0.0001,
            colours=("#8a5a36", "#c69a6d", "#ecdcbc", "#d3d68f", "#97bd62", "#489343", "#10591f"),
            shown=(-0.2, 0.8),
        ),
    ),
    sources=("Huete 1988, https://doi.org/10.1016/0034-4257(88)90106-X",),
    limits=(
        "One soil adjustment (0.5) for all densities: too strong for dense, too weak for sparse vegetation.",
        "The wide and the narrow near-infrared band differ: do not mix them in one series.",
    ),
    evidence=("spyndex 0.12: equal to 1e-6",),
)  # fmt: skip
