"""Median composite: of every band the middle one of the clear observations of a period."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rs.algorithms import temporal
from rs.core.composite import BLANK, Composed, Composite
from rs.core.jit import jitted
from rs.core.product import Family, Product, Takes, Theme
from rs.products._reflectance import BANDS, COUNT, INSTEAD, band_layers


def median(cube: NDArray[np.int16]) -> Composed:
    """Medians of counts [bands, dates, pixels], band by band; of an even number the mean of the two in the middle."""
    bands, dates, pixels = cube.shape
    blanks, pairs = np.array([BLANK, np.iinfo(np.int16).max], np.int16), temporal.network(dates)
    made, count = np.empty((bands, pixels), np.int16), np.empty(pixels, np.uint16)
    low, high = np.empty((2, pixels), np.int16)
    for band in range(bands):
        jitted(temporal.middles)(cube[band], blanks, pairs, low, high, count)
        jitted(temporal.halfway)(low, high, made[band])
    return Composed(made, {"count": count})


PRODUCT = Product(
    name="median",
    version="1.0.0",
    title="Median composite",
    title_zh="中值合成影像",
    description="Cloud-free reflectance of a period: of every band the median of the clear observations of a pixel.",
    family=Family.LAND,
    themes=(Theme.NATURAL_RESOURCES, Theme.AGRICULTURE, Theme.ECOLOGY, Theme.URBAN),
    takes=Takes.PERIOD,
    recipes=(),
    composite=Composite(
        median, "median", "Median of the clear observations, each band by itself", BANDS, INSTEAD,
    ),
    layers=(*band_layers(), COUNT),
    sources=(
        "Flood 2013, Remote Sensing 5(12), 6481, https://doi.org/10.3390/rs5126481",
        "Batcher 1968, AFIPS Spring Joint Computer Conference, https://doi.org/10.1145/1468075.1468121",
    ),
    limits=(
        "Bands come from different dates, so a spectrum may be one that no date had: use geomedian where bands are"
        " compared.",
        "Clouds that the scenes' masks miss pass where fewer than half of the observations are clear.",
        "Of one or two observations it is that one or their mean: read the layer count.",
    ),
    evidence=("numpy.nanmedian: equal to the count",),
)  # fmt: skip
