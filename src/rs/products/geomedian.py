"""Geometric median composite with three deviations from it (Roberts et al. 2017, 2018)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rs.algorithms import temporal, temporal_deviation, temporal_geomedian
from rs.core.composite import BLANK, Composed, Composite
from rs.core.jit import jitted
from rs.core.product import Family, Layer, Product, Takes, Theme
from rs.products._reflectance import BANDS, COUNT, INSTEAD, SCALE, band_layers

STOP = (1e-3, 1000.0)
"""A pixel is done when a step is shorter than this [counts of 1e-4], or after so many: as odc-algo's int_geomedian."""

RUN = 16384
"""Pixels whose distances are held at a time."""


def geometric_median(cube: NDArray[np.int16]) -> Composed:
    """Geometric medians of counts [bands, dates, pixels], and the medians of three distances from them."""
    bands, _, pixels = cube.shape
    centre, count = np.empty((bands, pixels)), np.empty(pixels, np.uint16)
    jitted(temporal_geomedian.geomedian)(cube, np.int16(BLANK), np.array(STOP), centre, count)
    straight, turned, shared = deviations(cube, centre)
    counts = np.empty(centre.shape, np.int16)
    jitted(temporal_geomedian.rounded)(centre.ravel(), np.int16(BLANK), counts.ravel())
    return Composed(counts, {"emad": straight * SCALE, "smad": turned, "bcmad": shared, "count": count})


def deviations(cube: NDArray[np.int16], centre: NDArray[np.float64]) -> NDArray[np.float64]:
    """Medians over dates [3, pixels] of the distances from a composite [bands, pixels]; NaN where no date counts."""
    _, dates, pixels = cube.shape
    blanks, pairs = np.array([temporal_deviation.NONE, np.inf]), temporal.network(dates)
    found = np.empty((3, pixels))
    for start in range(0, pixels, RUN):
        part = np.ascontiguousarray(cube[:, :, start : start + RUN])
        size = part.shape[2]
        apart, count = np.empty((3, dates, size)), np.empty(size, np.uint16)
        jitted(temporal_deviation.distances)(
            part, np.int16(BLANK), np.ascontiguousarray(centre[:, start : start + RUN]), apart
        )
        for k in range(3):
            low, high = np.empty((2, size))
            jitted(temporal.middles)(apart[k], blanks, pairs, low, high, count)
            found[k, start : start + size] = np.where(count > 0, (low + high) / 2, np.nan)
    return found


PRODUCT = Product(
    name="geomedian",
    version="1.0.0",
    title="Geometric median composite",
    title_zh="几何中值合成影像",
    description="Cloud-free reflectance of a period: the spectrum that is nearest to those of all clear observations of"
    " a pixel, and how far they scatter around it.",
    family=Family.LAND,
    themes=(Theme.NATURAL_RESOURCES, Theme.AGRICULTURE, Theme.ECOLOGY, Theme.URBAN),
    takes=Takes.PERIOD,
    recipes=(),
    composite=Composite(
        geometric_median, "geomedian", "Geometric median of the clear observations, all bands together", BANDS, INSTEAD,
    ),
    layers=(
        *band_layers(),
        Layer(
            "emad", "Euclidean deviation (EMAD)", "欧氏偏差", "1", (0.0, 6.5), "uint16", 65535, scale=0.0001,
            colours=("#fff7ec", "#fdbb84", "#d7301f", "#7f0000"), shown=(0.0, 0.3),
        ),
        Layer(
            "smad", "Spectral deviation (SMAD)", "光谱角偏差", "1", (0.0, 0.65), "uint16", 65535, scale=0.00001,
            colours=("#fff7fb", "#a6bddb", "#3690c0", "#023858"), shown=(0.0, 0.02),
        ),
        Layer(
            "bcmad", "Bray-Curtis deviation (BCMAD)", "相异度偏差", "1", (0.0, 1.3), "uint16", 65535,
            scale=0.00002, colours=("#f7fcf5", "#a1d99b", "#31a354", "#00441b"), shown=(0.0, 0.2),
        ),
        COUNT,
    ),
    sources=(
        "Roberts et al. 2017, IEEE Trans. Geosci. Remote Sensing 55(11), 6254, https://doi.org/10.1109/TGRS.2017.2723896",
        "Roberts et al. 2018, IGARSS, https://doi.org/10.1109/IGARSS.2018.8518312",
        "Vardi and Zhang 2000, PNAS 97(4), 1423, https://doi.org/10.1073/pnas.97.4.1423",
    ),
    limits=(
        "With fewer than 5 clear observations the deviations say little: read the layer count.",
        "Of two observations it is their mean; of few that lie almost on a line many spectra are about as near.",
        "Clouds that the scenes' masks miss pass where fewer than half of the observations are clear.",
        "Over water, where reflectance is about zero, the spectral and the Bray-Curtis deviation are mostly noise.",
    ),
    evidence=("scipy: no spectrum is nearer by a hundredth of a count; distances equal to 1e-9",),
)  # fmt: skip
