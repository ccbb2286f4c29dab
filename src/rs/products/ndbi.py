"""Normalised difference built-up index (Zha et al. 2003)."""

from __future__ import annotations

from rs.algorithms.ratios import normalised_difference
from rs.core.bands import Band
from rs.core.pixel import pixelwise
from rs.core.product import Family, Layer, Maturity, Product, Recipe, Theme


@pixelwise
def ndbi(nir08: float, swir16: float) -> float:
    """NDBI [1] from surface reflectance [1]: (swir16 - nir) / (swir16 + nir) (Zha et al. 2003).

    NaN where the sum is not positive.
    """
    return normalised_difference(swir16, nir08)


PRODUCT = Product(
    name="ndbi",
    version="1.0.0",
    title="Built-up index NDBI",
    title_zh="归一化建筑指数",
    description="Roofs, roads and bare ground against vegetation: shortwave against near infrared.",
    family=Family.LAND,
    themes=(Theme.URBAN, Theme.NATURAL_RESOURCES, Theme.TRANSPORT),
    recipes=(
        Recipe(ndbi, name="narrow_nir", title="NDBI from the narrow near-infrared band"),
        Recipe(ndbi, name="wide_nir", title="NDBI from the wide near-infrared band", nir08=Band.NIR),
    ),
    layers=(
        Layer(
            "ndbi", "NDBI", "归一化建筑指数", "1", (-1.0, 1.0), "int16", -32768, scale=0.0001,
            colours=("#2f6b4f", "#8db596", "#e8ebe0", "#e5c9b0", "#cf8f72", "#a34a45", "#5e1f33"),
            shown=(-0.5, 0.4),
        ),
    ),
    sources=("Zha et al. 2003, https://doi.org/10.1080/01431160304987",),
    limits=(
        "Never use it alone: dry fields and bare soil look built-up.",
        "Combine it with NDVI < 0.2, no water, and time; the sign of NDMI turned round.",
        "On Sentinel-2 a product of 20 m: the narrow near-infrared band has the pixel of the shortwave one.",
    ),
    maturity=Maturity.EXPERIMENTAL,
    evidence=("spyndex 0.12: equal to 1e-6",),
)  # fmt: skip
