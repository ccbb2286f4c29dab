"""Normalised difference moisture index (Gao 1995 as LSWI, Wilson and Sader 2002)."""

from __future__ import annotations

from rs.algorithms.ratios import normalised_difference
from rs.core.bands import Band
from rs.core.pixel import pixelwise
from rs.core.product import Family, Layer, Product, Recipe, Theme


@pixelwise
def ndmi(nir08: float, swir16: float) -> float:
    """NDMI [1] from surface reflectance [1]: (nir - swir16) / (nir + swir16) (Wilson and Sader 2002).

    The same as LSWI, and not McFeeters' NDWI of open water. NaN where the sum is not positive.
    """
    return normalised_difference(nir08, swir16)


PRODUCT = Product(
    name="ndmi",
    version="1.0.0",
    title="Moisture index NDMI (LSWI)",
    title_zh="归一化水分指数",
    description="Water in leaves and soil: near infrared against shortwave infrared surface reflectance.",
    family=Family.LAND,
    themes=(Theme.AGRICULTURE, Theme.ECOLOGY, Theme.EMERGENCY),
    recipes=(
        Recipe(ndmi, name="narrow_nir", title="NDMI from the narrow near-infrared band"),
        Recipe(ndmi, name="wide_nir", title="NDMI from the wide near-infrared band", nir08=Band.NIR),
    ),
    layers=(
        Layer(
            "ndmi", "NDMI", "归一化水分指数", "1", (-1.0, 1.0), "int16", -32768, scale=0.0001,
            colours=("#7f4f24", "#c38e54", "#ead7b0", "#f2f0e6", "#a9cfd0", "#4d93b3", "#124e78"),
            shown=(-0.6, 0.6),
        ),
    ),
    sources=(
        "Wilson and Sader 2002, https://doi.org/10.1016/S0034-4257(01)00318-2",
        "Xiao et al. 2004 (LSWI), https://doi.org/10.1016/j.rse.2003.11.008",
    ),
    limits=(
        "Open water and flooded fields are high too; it does not tell them from moist leaves.",
        "On Sentinel-2 a product of 20 m: the narrow near-infrared band has the pixel of the shortwave one.",
        "Called NDWI by some: that name here is McFeeters' index of open water.",
    ),
    evidence=("spyndex 0.12: equal to 1e-6",),
)  # fmt: skip
