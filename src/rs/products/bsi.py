"""Bare soil index (Rikimaru et al. 2002)."""

from __future__ import annotations

from rs.algorithms.ratios import normalised_difference
from rs.core.bands import Band
from rs.core.pixel import pixelwise
from rs.core.product import Family, Layer, Maturity, Product, Recipe, Theme


@pixelwise
def bsi(blue: float, red: float, nir: float, swir16: float) -> float:
    """BSI [1] from surface reflectance [1]: ((swir16 + red) - (nir + blue)) over their sum (Rikimaru et al. 2002).

    NaN where the sum is not positive.
    """
    return normalised_difference(swir16 + red, nir + blue)


PRODUCT = Product(
    name="bsi",
    version="1.0.0",
    title="Bare soil index BSI",
    title_zh="裸土指数",
    description="Bare ground against vegetation and water: shortwave infrared and red against near infrared and blue.",
    family=Family.LAND,
    themes=(Theme.NATURAL_RESOURCES, Theme.URBAN, Theme.AGRICULTURE),
    recipes=(
        Recipe(bsi, name="wide_nir", title="BSI from the wide near-infrared band"),
        Recipe(bsi, name="narrow_nir", title="BSI from the narrow near-infrared band", nir=Band.NIR08),
    ),
    layers=(
        Layer(
            "bsi", "BSI", "裸土指数", "1", (-1.0, 1.0), "int16", -32768, scale=0.0001,
            colours=("#1f5a3d", "#6fa36f", "#dfe6cf", "#ead9ad", "#d1a45f", "#a5652a", "#5f3413"),
            shown=(-0.5, 0.4),
        ),
    ),
    sources=(
        "Rikimaru et al. 2002, Tropical Ecology 43(1), 39-47",
        "The same formula as BI in https://github.com/awesome-spectral-indices/awesome-spectral-indices",
    ),
    limits=(
        "Roofs and dry stubble look bare too.",
        "Shortwave infrared of Sentinel-2 has 20 m: the finer detail at 10 m comes from the other bands.",
        "Blue is the band that atmospheric correction leaves worst.",
    ),
    maturity=Maturity.EXPERIMENTAL,
    evidence=("spyndex 0.12 (its BI): equal to 1e-6",),
)  # fmt: skip
