"""Trophic state of lakes and reservoirs from chlorophyll and Secchi depth."""

from __future__ import annotations

import numpy as np

from rs.core.pixel import pixelfunc

CHLOROPHYLL_WEIGHT = 1.0
SECCHI_WEIGHT = 0.6889
"""Squared correlations with chlorophyll in Chinese lakes: the weights of the index (CNEMC 2001-090)."""


@pixelfunc
def tli_chlorophyll(chlorophyll: float) -> float:
    """Trophic level index [1] of chlorophyll a [mg m-3]: 10 (2.5 + 1.086 ln chl) (CNEMC 2001-090)."""
    value: float = 10.0 * (2.5 + 1.086 * np.log(chlorophyll))
    return value


@pixelfunc
def tli_secchi(depth: float) -> float:
    """Trophic level index [1] of Secchi depth [m]: 10 (5.118 - 1.94 ln SD) (CNEMC 2001-090)."""
    value: float = 10.0 * (5.118 - 1.94 * np.log(depth))
    return value


@pixelfunc
def tli(chlorophyll: float, depth: float) -> float:
    """TLI(chl,SD) [1] of chlorophyll a [mg m-3] and Secchi depth [m]: weights of the two, renormalised."""
    total = CHLOROPHYLL_WEIGHT * tli_chlorophyll(chlorophyll) + SECCHI_WEIGHT * tli_secchi(depth)
    return total / (CHLOROPHYLL_WEIGHT + SECCHI_WEIGHT)


@pixelfunc
def tli_class(index: float) -> float:
    """Class of a trophic level index [1]: 1 below 30, 2 up to 50, 3 up to 60, 4 up to 70, 5 above; NaN of NaN."""
    if not index >= 30.0:
        return 1.0 if index < 30.0 else np.nan
    if index <= 50.0:
        return 2.0
    return 3.0 if index <= 60.0 else 4.0 if index <= 70.0 else 5.0


@pixelfunc
def tsi_chlorophyll(chlorophyll: float) -> float:
    """Trophic state index [1] of chlorophyll a [mg m-3]: 9.81 ln chl + 30.6 (Carlson 1977)."""
    value: float = 9.81 * np.log(chlorophyll) + 30.6
    return value


@pixelfunc
def tsi_secchi(depth: float) -> float:
    """Trophic state index [1] of Secchi depth [m]: 60 - 14.41 ln SD (Carlson 1977)."""
    value: float = 60.0 - 14.41 * np.log(depth)
    return value
