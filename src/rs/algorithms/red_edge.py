"""Red-edge ratios of green water: chlorophyll where blue light no longer tells. Reflectance is rho_w [1]."""

from __future__ import annotations

import numpy as np

from rs.core.pixel import pixelfunc

BLUE_GREEN_ONLY = 0.75
RED_EDGE_ONLY = 1.15
"""Ratio [1] of red edge to red below which blue-green formulas hold alone, and above which red-edge ones do."""

MISHRA_LOWEST = -0.2216
"""NDCI [1] where the parabola of Mishra and Mishra turns: below it falling chlorophyll would read as rising."""


@pixelfunc
def gilerson(ratio: float) -> float:
    """Chlorophyll a [mg m-3] from the ratio [1] of red edge (709 nm) to red (665 nm); same for rho_w and Rrs.

    Gilerson et al. (2010), two bands: (35.75 ratio - 19.30)^1.124; NaN where the base is not positive.
    """
    base = 35.75 * ratio - 19.30
    if base <= 0.0:
        return np.nan
    value: float = base**1.124
    return value


@pixelfunc
def mishra(ndci: float) -> float:
    """Chlorophyll a [mg m-3] from NDCI [1] (Mishra and Mishra 2012); NaN below the turn of the parabola."""
    if ndci < MISHRA_LOWEST:
        return np.nan
    return 14.039 + 86.115 * ndci + 194.325 * ndci * ndci


@pixelfunc
def gons(red: float, rededge071: float, rededge078: float) -> float:
    """Chlorophyll a [mg m-3] from rho_w at 665, 705 and 783 nm (Gons 1999, 2005).

    For comparison; no product rests on it. NaN unless red > 0.005 and the ratio exceeds 0.63.
    """
    if red <= 0.005 or rededge071 / red <= 0.63:
        return np.nan
    backscatter = 1.61 * rededge078 / (0.082 - 0.6 * rededge078)
    if backscatter < 0.0:
        return np.nan
    power: float = backscatter**1.05
    return (rededge071 / red * (0.70 + backscatter) - 0.40 - power) / 0.015


@pixelfunc
def moses(red: float, rededge071: float, rededge078: float) -> float:
    """Chlorophyll a [mg m-3] from rho_w at 665, 705 and 783 nm (Moses et al. 2012, three bands).

    For comparison; no product rests on it. NaN where red or red edge is not positive.
    """
    if red <= 0.0 or rededge071 <= 0.0:
        return np.nan
    return 232.29 * (1.0 / red - 1.0 / rededge071) * rededge078 + 23.173


@pixelfunc
def red_edge_share(ratio: float) -> float:
    """Weight [0..1] of the red-edge formula at a ratio [1] of red edge to red (Smith et al. 2018)."""
    if ratio <= BLUE_GREEN_ONLY:
        return 0.0
    if ratio >= RED_EDGE_ONLY:
        return 1.0
    return (ratio - BLUE_GREEN_ONLY) / (RED_EDGE_ONLY - BLUE_GREEN_ONLY)


@pixelfunc
def smith(ratio: float, blue_green: float, red_edge: float) -> float:
    """Chlorophyll a [mg m-3] of two formulas, blended by the ratio [1] of red edge to red (Smith et al. 2018)."""
    share = red_edge_share(ratio)
    if share <= 0.0:
        return blue_green
    if share >= 1.0:
        return red_edge
    return (1.0 - share) * blue_green + share * red_edge
