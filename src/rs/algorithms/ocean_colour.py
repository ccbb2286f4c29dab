"""Blue-green ratios of open water: chlorophyll by OCx and OCI. Reflectance here is Rrs [sr-1]."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rs.core.pixel import pixelfunc

LOWEST_BLUE = -0.001
"""Blue Rrs [sr-1] below which the atmospheric correction has failed (limit of NASA's l2gen)."""

LOWEST_RATIO = 0.21
HIGHEST_RATIO = 30.0
"""Range of the blue-green ratio [1] that the polynomials were made for (limits of NASA's l2gen)."""

CI_ONLY = 0.25
OCX_ONLY = 0.35
"""Chlorophyll [mg m-3] of the colour index below which it stands alone, and above which OCx does."""


class Polynomial(NamedTuple):
    """Coefficients of a polynomial in log10 of a blue-green ratio, a0 (constant) .. a4."""

    a0: float
    a1: float
    a2: float
    a3: float
    a4: float


@pixelfunc
def polynomial(x: float, a0: float, a1: float, a2: float, a3: float, a4: float) -> float:
    """a0 + a1 x + a2 x^2 + a3 x^3 + a4 x^4."""
    return (((a4 * x + a3) * x + a2) * x + a1) * x + a0


@pixelfunc
def log_ratio(blue: float, green: float) -> float:
    """log10(blue / green) [1]; NaN where the ratio lies outside 0.21 .. 30 or a band is not positive."""
    if blue <= 0.0 or green <= 0.0:
        return np.nan
    ratio = blue / green
    if ratio <= LOWEST_RATIO or ratio >= HIGHEST_RATIO:
        return np.nan
    x: float = np.log10(ratio)
    return x


@pixelfunc
def ocx(blue: float, green: float, c: Polynomial) -> float:
    """Chlorophyll a [mg m-3] from the brightest blue and the green Rrs [sr-1] (O'Reilly and Werdell 2019).

    10^polynomial(log10(blue / green)); NaN outside the range of the ratio.
    """
    value: float = 10.0 ** polynomial(log_ratio(blue, green), c.a0, c.a1, c.a2, c.a3, c.a4)
    return value


@pixelfunc
def green_at_555(green: float) -> float:
    """Rrs [sr-1] at 555 nm from Rrs at 560 nm (l2gen, convert_band); NaN where it is not positive."""
    if green <= 0.0:
        return np.nan
    if green < 0.001148:
        shifted: float = 10.0 ** (1.023 * np.log10(green) + 0.103624)
        return shifted
    return 0.979 * green + 0.000121


@pixelfunc
def colour_index(coastal: float, green: float, red: float) -> float:
    """Colour index CI [sr-1] of Rrs at 443, 560, 665 nm: green above a line from blue to red, at most 0.

    Hu et al. (2019), made for 443, 555, 670 nm; green is brought to 555 nm.
    """
    line = coastal + (555.0 - 443.0) / (670.0 - 443.0) * (red - coastal)
    index = green_at_555(green) - line
    return 0.0 if index > 0.0 else index


@pixelfunc
def chlorophyll_ci(index: float) -> float:
    """Chlorophyll a [mg m-3] of the colour index [sr-1] (Hu et al. 2019)."""
    value: float = 10.0 ** (-0.4287 + 230.47 * index)
    return value


@pixelfunc
def oci(chl_ci: float, chl_ocx: float) -> float:
    """Chlorophyll a [mg m-3]: the colour index up to 0.25, OCx from 0.35 on, linear between (Hu et al. 2019)."""
    if chl_ci <= CI_ONLY:
        return chl_ci
    if chl_ci >= OCX_ONLY:
        return chl_ocx
    share = (chl_ci - CI_ONLY) / (OCX_ONLY - CI_ONLY)
    return (1.0 - share) * chl_ci + share * chl_ocx
