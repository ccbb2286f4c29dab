"""Chlorophyll of any water that has a red edge: OCI in clear water, a red-edge ratio in green water."""

from __future__ import annotations

import numpy as np

from rs.algorithms.ocean_colour import LOWEST_BLUE, Polynomial, chlorophyll_ci, colour_index, log_ratio, oci, polynomial
from rs.algorithms.red_edge import gilerson, red_edge_share, smith
from rs.algorithms.three_bands import ThreeBandsAnd
from rs.core.pixel import pixelfunc

SEDIMENT = 0.05
"""Red rho_w [1] above which sediment, not chlorophyll, decides on the blue-green ratio."""

OCX_LOWEST = 0.01
OCX_CALIBRATED = 10.0
OCX_HIGHEST = 30.0
"""Chlorophyll [mg m-3] that blue-green ratios tell: lowest, highest with trust, highest at all."""

RED_EDGE_LOWEST = 3.0
RED_EDGE_HIGHEST = 200.0
"""Chlorophyll [mg m-3] that red-edge ratios tell."""

CALIBRATED = 1.0
BLENDED = 2.0
OUTSIDE = 3.0
NO_SKILL = 4.0
"""Quality classes: within the calibrated range, between two formulas, outside it, no better than a constant."""


@pixelfunc
def blue_green(coastal: float, blue: float, green: float, red: float, c: Polynomial | ThreeBandsAnd) -> float:
    """Chlorophyll a [mg m-3] by OCx from rho_w [1]; NaN in sediment, where blue fails, and above 30."""
    if red > SEDIMENT or min(coastal, blue) <= LOWEST_BLUE * np.pi:
        return np.nan
    x = log_ratio(max(coastal, blue), green)
    value: float = 10.0 ** polynomial(x, c.a0, c.a1, c.a2, c.a3, c.a4)
    return value if value <= OCX_HIGHEST else np.nan


@pixelfunc
def open_water(coastal: float, blue: float, green: float, red: float, c: Polynomial | ThreeBandsAnd) -> float:
    """Chlorophyll a [mg m-3] by OCI from rho_w [1]: the colour index in clear water, OCx beyond."""
    if red > SEDIMENT or min(coastal, blue) <= LOWEST_BLUE * np.pi:
        return np.nan
    index = colour_index(coastal / np.pi, green / np.pi, red / np.pi)
    return oci(chlorophyll_ci(index), blue_green(coastal, blue, green, red, c))


@pixelfunc
def chlorophyll_blend(
    coastal: float, blue: float, green: float, red: float, rededge071: float, c: Polynomial | ThreeBandsAnd
) -> tuple[float, float]:
    """Chlorophyll a [mg m-3] and its quality class from rho_w [1] (Smith et al. 2018: OCI and red edge).

    Where red is not positive there is no ratio to red edge, and OCI stands alone.
    """
    ratio = rededge071 / red if red > 0.0 else 0.0
    share = red_edge_share(ratio)
    clear = open_water(coastal, blue, green, red, c) if share < 1.0 else np.nan
    dense = gilerson(ratio) if share > 0.0 else np.nan
    value = smith(ratio, clear, dense)
    if np.isnan(value):
        return np.nan, np.nan
    trusted = (share >= 1.0 or OCX_LOWEST <= clear <= OCX_CALIBRATED) and (
        share <= 0.0 or RED_EDGE_LOWEST <= dense <= RED_EDGE_HIGHEST
    )
    if not trusted:
        return value, OUTSIDE
    return value, BLENDED if 0.0 < share < 1.0 else CALIBRATED
