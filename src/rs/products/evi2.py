"""Two-band enhanced vegetation index (Jiang et al. 2008)."""

from __future__ import annotations

import numpy as np

from rs.core.bands import Band
from rs.core.pixel import pixelwise
from rs.core.product import Family, Layer, Product, Recipe, Theme

GAIN = 2.5
RED_WEIGHT = 2.4
CANOPY = 1.0
"""Constants [1]: gain, weight of red, background of the canopy."""


@pixelwise
def evi2(red: float, nir: float) -> float:
    """EVI2 [1] from surface reflectance [1]: 2.5 (nir - red) / (nir + 2.4 red + 1) (Jiang et al. 2008).

    NaN where the denominator is not positive.
    """
    total = nir + RED_WEIGHT * red + CANOPY
    if total <= 0.0:
        return np.nan
    return GAIN * (nir - red) / total


PRODUCT = Product(
    name="evi2",
    version="1.0.0",
    title="Two-band enhanced vegetation index EVI2",
    title_zh="双波段增强型植被指数",
    description="Greenness of dense vegetation without the blue band.",
    family=Family.LAND,
    themes=(Theme.AGRICULTURE, Theme.ECOLOGY, Theme.NATURAL_RESOURCES),
    recipes=(
        Recipe(evi2, name="wide_nir", title="EVI2 from red and the wide near-infrared band"),
        Recipe(evi2, name="narrow_nir", title="EVI2 from red and the narrow near-infrared band", nir=Band.NIR08),
    ),
    layers=(
        Layer(
            "evi2", "EVI2", "双波段增强型植被指数", "1", (-1.0, 1.0), "int16", -32768, scale=0.0001,
            colours=("#7a6a58", "#c9b79c", "#efe9d8", "#cfdc9a", "#8fbf63", "#3f9142", "#0b5d1e"),
            shown=(-0.2, 0.8),
        ),
    ),
    sources=("Jiang et al. 2008, https://doi.org/10.1016/j.rse.2008.06.006",),
    limits=(
        "Without blue, haze lowers it as it lowers NDVI.",
        "The wide and the narrow near-infrared band differ: do not mix them in one series.",
    ),
    evidence=("spyndex 0.12: equal to 1e-6",),
)  # fmt: skip
