"""From reflectance of water to absorption, scattering, attenuation and Secchi depth. Rrs [sr-1] everywhere."""

from __future__ import annotations

import numpy as np

from rs.core.pixel import pixelfunc


@pixelfunc
def below_surface(rrs: float) -> float:
    """Reflectance [sr-1] just below the surface from Rrs just above it (Lee et al. 2002)."""
    return rrs / (0.52 + 1.7 * rrs)


@pixelfunc
def scattering_share(rrs: float, g0: float, g1: float) -> float:
    """u = bb / (a + bb) [1] from Rrs, the positive root of g0 u + g1 u^2 = reflectance below the surface.

    Gordon et al. (1988). NaN unless 0 < u < 1, outside of which nothing is left to invert.
    """
    root: float = np.sqrt(g0 * g0 + 4.0 * g1 * below_surface(rrs))
    u = (root - g0) / (2.0 * g1)
    return u if 0.0 < u < 1.0 else np.nan


@pixelfunc
def attenuation(a: float, bb: float, bbw: float, sun_zenith: float) -> float:
    """Attenuation Kd [m-1] of downwelling light from absorption a, backscatter bb and that of water bbw [m-1].

    Lee et al. (2013). sun_zenith [degrees]; 0 leaves its term out.
    """
    forward: float = 1.0 - 0.52 * np.exp(-10.8 * a)
    return (1.0 + 0.005 * sun_zenith) * a + 4.259 * forward * (1.0 - 0.265 * bbw / bb) * bb


@pixelfunc
def visible_depth(kd: float, rrs: float) -> float:
    """Secchi depth [m] from the attenuation [m-1] and Rrs of the most transparent band (Lee et al. 2015).

    NaN where the disk has no contrast or nothing attenuates.
    """
    contrast: float = np.abs(0.14 - rrs) / 0.013
    if kd <= 0.0 or contrast <= 1.0:
        return np.nan
    depth: float = np.log(contrast) / (2.5 * kd)
    return depth
