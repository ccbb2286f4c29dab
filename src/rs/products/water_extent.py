"""Extent of open water: sign of green against infrared (Xu 2006, McFeeters 1996), with its doubt."""

from __future__ import annotations

from rs.algorithms.ratios import normalised_difference
from rs.core.bands import Band
from rs.core.pixel import pixelwise
from rs.core.product import ClassValue, Family, Layer, Product, Recipe, Resampling, Theme

DOUBT = 0.05
"""Half width [1] of the doubtful range of the index: what an error of 5 % in each band can move it."""


NDWI = "NDWI: green against near infrared (no shortwave infrared held)"


@pixelwise
def water_extent(green: float, infrared: float) -> float:
    """Class of a pixel (1 water, 0 dry, 2 unsure) from surface reflectance of green and infrared.

    Water where (green - infrared) / (green + infrared) exceeds 0.05, dry below -0.05; between, and
    where both are too dark for an index, the measurement does not tell.
    """
    index = normalised_difference(green, infrared)
    if index > DOUBT:
        return 1.0
    return 0.0 if index < -DOUBT else 2.0


PRODUCT = Product(
    name="water_extent",
    version="1.0.0",
    title="Extent of open water",
    title_zh="水体范围",
    description="Open water, dry surface, and where the measurement does not tell.",
    family=Family.LAND,
    themes=(Theme.NATURAL_RESOURCES, Theme.EMERGENCY, Theme.ECOLOGY),
    recipes=(
        Recipe(water_extent, name="mndwi", title="MNDWI: green against shortwave infrared", infrared=Band.SWIR16),
        Recipe(water_extent, name="ndwi_wide_nir", title=NDWI, infrared=Band.NIR),
        Recipe(water_extent, name="ndwi_narrow_nir", title=NDWI, infrared=Band.NIR08),
    ),
    layers=(
        Layer(
            "water_extent", "Extent of open water", "水体范围", "1", (0, 2), "uint8", 255,
            resampling=Resampling.NEAREST, overviews=Resampling.MODE,
            classes=(
                ClassValue(0, "dry", "dry", "陆地", "#efe7d3"),
                ClassValue(1, "water", "water", "水体", "#1f6fb4"),
                ClassValue(2, "unsure", "unsure", "不确定", "#b79ad0"),
            ),
        ),
    ),
    sources=(
        "Xu 2006, https://doi.org/10.1080/01431160600589179",
        "McFeeters 1996, https://doi.org/10.1080/01431169608948714",
    ),
    limits=(
        "Dark roofs and shadow pass for water.",
        "NDWI misses turbid water; MNDWI keeps it.",
        "Pixels that mix water and land follow the brighter part.",
    ),
)  # fmt: skip
