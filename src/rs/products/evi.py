"""Enhanced vegetation index (Huete et al. 2002)."""

from __future__ import annotations

import numpy as np

from rs.core.bands import Band
from rs.core.pixel import pixelwise
from rs.core.product import Family, Layer, Product, Recipe, Theme

GAIN = 2.5
RED_WEIGHT = 6.0
BLUE_WEIGHT = 7.5
CANOPY = 1.0
"""Constants [1] of MODIS: gain, aerosol weights of red and blue, background of the canopy."""


@pixelwise
def evi(blue: float, red: float, nir: float) -> float:
    """EVI [1] from surface reflectance [1]: 2.5 (nir - red) / (nir + 6 red - 7.5 blue + 1) (Huete et al. 2002).

    NaN where the denominator is not positive, as over cloud and snow.
    """
    total = nir + RED_WEIGHT * red - BLUE_WEIGHT * blue + CANOPY
    if total <= 0.0:
        return np.nan
    return GAIN * (nir - red) / total


PRODUCT = Product(
    name="evi",
    version="1.0.0",
    title="Enhanced vegetation index EVI",
    title_zh="增强型植被指数",
    description="Greenness of dense vegetation: near infrared against red, with blue against haze.",
    family=Family.LAND,
    themes=(Theme.AGRICULTURE, Theme.ECOLOGY, Theme.NATURAL_RESOURCES),
    recipes=(
        Recipe(evi, name="wide_nir", title="EVI from blue, red and the wide near-infrared band"),
        Recipe(evi, name="narrow_nir", title="EVI from blue, red and the narrow near-infrared band", nir=Band.NIR08),
    ),
    layers=(
        Layer(
            "evi", "EVI", "增强型植被指数", "1", (-1.0, 1.0), "int16", -32768, scale=0.0001,
            colours=("#7a6a58", "#c9b79c", "#efe9d8", "#cfdc9a", "#8fbf63", "#3f9142", "#0b5d1e"),
            shown=(-0.2, 0.8),
        ),
    ),
    sources=("Huete et al. 2002, https://doi.org/10.1016/S0034-4257(02)00096-2",),
    limits=(
        "Explodes over cloud, snow and water that the mask has missed; values outside -1 .. 1 are no data.",
        "Blue is the band that atmospheric correction leaves worst.",
        "The wide and the narrow near-infrared band differ: do not mix them in one series.",
    ),
    evidence=("spyndex 0.12: equal to 1e-6",),
)  # fmt: skip
