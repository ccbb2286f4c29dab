"""Normalised difference vegetation index (Rouse et al. 1974)."""

from __future__ import annotations

from rs.algorithms.ratios import normalised_difference
from rs.core.bands import Band
from rs.core.pixel import pixelwise
from rs.core.product import Family, Layer, Product, Recipe, Theme


@pixelwise
def ndvi(red: float, nir: float) -> float:
    """NDVI [1] from surface reflectance of red and near infrared."""
    return normalised_difference(nir, red)


PRODUCT = Product(
    name="ndvi",
    version="1.0.0",
    title="Vegetation index NDVI",
    title_zh="归一化植被指数",
    description="Greenness of the land surface: near infrared against red surface reflectance.",
    family=Family.LAND,
    themes=(Theme.AGRICULTURE, Theme.ECOLOGY, Theme.NATURAL_RESOURCES, Theme.URBAN),
    recipes=(
        Recipe(ndvi, name="wide_nir", title="NDVI from red and the wide near-infrared band"),
        Recipe(ndvi, name="narrow_nir", title="NDVI from red and the narrow near-infrared band", nir=Band.NIR08),
    ),
    layers=(
        Layer(
            "ndvi", "NDVI", "归一化植被指数", "1", (-1.0, 1.0), "int16", -32768, scale=0.0001,
            colours=("#27567f", "#7fa3bd", "#e9e4d4", "#d9cf8f", "#9cc46c", "#459a45", "#0b5d1e"),
            shown=(-0.5, 1.0),
        ),
    ),
    sources=("Rouse et al. 1974, NASA SP-351, https://ntrs.nasa.gov/citations/19740022614",),
    limits=(
        "Saturates above a leaf area index of 3.",
        "Haze lowers it by 0.05 to 0.1.",
        "Reflectance errors of 0.005 + 5 % give 0.02 to 0.05 over vegetation.",
    ),
    evidence=("spyndex 0.12: equal to 1e-6",),
)  # fmt: skip
