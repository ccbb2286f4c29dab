"""Fractional vegetation cover: NDVI between fixed end-members (Gutman and Ignatov 1998)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rs.algorithms.ratios import normalised_difference
from rs.core.bands import Band
from rs.core.pixel import pixelfunc, pixelwise
from rs.core.product import ClassValue, Family, Layer, Product, Recipe, Resampling, Theme


class EndMembers(NamedTuple):
    """NDVI [1] of bare soil and of full vegetation."""

    soil: float
    vegetation: float


SOUTH_CHINA = {"soil": 0.05, "vegetation": 0.86}
"""End-members of a region and season: fixed, so that dates can be compared; never taken from the scene."""


@pixelfunc
def dimidiate(ndvi: float, soil: float, vegetation: float) -> float:
    """Share of ground under vegetation [0..1]: (ndvi - soil) / (vegetation - soil), at least 0, at most 1.

    The two-part model (Gutman and Ignatov 1998). NaN where vegetation does not exceed soil.
    """
    if vegetation <= soil or np.isnan(ndvi):
        return np.nan
    share = (ndvi - soil) / (vegetation - soil)
    return 0.0 if share < 0.0 else 1.0 if share > 1.0 else share


@pixelfunc
def cover_class(cover: float) -> float:
    """Class of cover [0..1]: 1 below 0.30, 2 below 0.45, 3 below 0.60, 4 below 0.75, 5 above; NaN of NaN."""
    if not cover >= 0.30:
        return 1.0 if cover < 0.30 else np.nan
    return 2.0 if cover < 0.45 else 3.0 if cover < 0.60 else 4.0 if cover < 0.75 else 5.0


@pixelwise
def vegetation_cover(red: float, nir: float, c: EndMembers) -> tuple[float, float]:
    """Fractional vegetation cover [0..1] and its class 1..5 from surface reflectance [1]."""
    cover = dimidiate(normalised_difference(nir, red), c.soil, c.vegetation)
    return cover, cover_class(cover)


PRODUCT = Product(
    name="vegetation_cover",
    version="1.0.0",
    title="Fractional vegetation cover",
    title_zh="植被覆盖度",
    description="Share of the ground that green vegetation covers, seen from above.",
    family=Family.LAND,
    themes=(Theme.ECOLOGY, Theme.NATURAL_RESOURCES, Theme.URBAN, Theme.AGRICULTURE),
    recipes=(
        Recipe(
            vegetation_cover, name="wide_nir",
            title="NDVI of the wide near-infrared band between fixed end-members",
        ),
        Recipe(
            vegetation_cover, name="narrow_nir",
            title="NDVI of the narrow near-infrared band between fixed end-members", nir=Band.NIR08,
        ),
    ),
    layers=(
        Layer(
            "vegetation_cover", "Fractional vegetation cover", "植被覆盖度", "1", (0.0, 1.0), "uint16", 65535,
            scale=0.0001, colours=("#c8a877", "#e6d9ae", "#d6e09a", "#9fc96a", "#57a245", "#1f7a34", "#0a4d20"),
        ),
        Layer(
            "cover_class", "Class of vegetation cover", "植被覆盖度等级", "1", (1, 5), "uint8", 0,
            resampling=Resampling.NEAREST, overviews=Resampling.MODE,
            classes=(
                ClassValue(1, "low", "below 30 %", "低覆盖(<30%)", "#d8bf8f"),
                ClassValue(2, "medium_low", "30 to 45 %", "中低覆盖(30–45%)", "#e3e0a1"),
                ClassValue(3, "medium", "45 to 60 %", "中覆盖(45–60%)", "#b3d178"),
                ClassValue(4, "medium_high", "60 to 75 %", "中高覆盖(60–75%)", "#62a84c"),
                ClassValue(5, "high", "75 % and more", "高覆盖(≥75%)", "#17692d"),
            ),
        ),
    ),
    sources=(
        "Gutman and Ignatov 1998, https://doi.org/10.1080/014311698215333",
        "Limits of the classes follow SL 190-2007",
    ),
    limits=(
        "End-members are fixed (soil 0.05, vegetation 0.86): change them only for a region and season as a whole.",
        "Water and wet soil have an NDVI below bare soil and count as no cover.",
        "An NDVI error of 0.03 moves the cover by 0.04; dense canopies saturate.",
    ),
    evidence=("Equal to the formula to half a count; end-members are regional values, not fitted here",),
    parameters=SOUTH_CHINA,
)  # fmt: skip
