"""QAA v6: absorption and backscatter from 443, 490, 560, 665 nm (Lee et al. 2002, version 6)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rs.algorithms.water_optics import below_surface, scattering_share
from rs.core.pixel import pixelfunc

G0 = 0.08945
G1 = 0.1247
"""Reflectance below the surface as G0 u + G1 u^2."""

BRIGHT_RED = 0.0015
"""Red Rrs [sr-1] from which red, not green, is the reference band."""


class Water(NamedTuple):
    """Absorption aw and backscatter bbw [m-1] of water and wavelengths w [nm]; 1 .. 4 = 443, 490, 560, 665 nm."""

    w1: float
    w2: float
    w3: float
    w4: float
    aw1: float
    aw2: float
    aw3: float
    aw4: float
    bbw1: float
    bbw2: float
    bbw3: float
    bbw4: float


@pixelfunc
def qaa_red(blue: float, green: float, red: float) -> float:
    """Red Rrs [sr-1], replaced where it can't belong to the green one (l2gen)."""
    if 0.9 * green**1.7 <= red <= 20.0 * green**1.5:
        return red
    replaced: float = 1.27 * green**1.47 + 0.00018 * (blue / green) ** -3.19
    return replaced


@pixelfunc
def reference(coastal: float, blue: float, green: float, red: float, c: Water) -> tuple[float, float]:
    """Backscatter of particles [m-1] in the reference band and the wavelength [nm] of that band, from Rrs [sr-1]."""
    if red >= BRIGHT_RED:
        u = scattering_share(red, G0, G1)
        a: float = c.aw4 + 0.39 * (red / (coastal + blue)) ** 1.14
        return u * a / (1.0 - u) - c.bbw4, c.w4
    u = scattering_share(green, G0, G1)
    r1, r2, r3, r4 = below_surface(coastal), below_surface(blue), below_surface(green), below_surface(red)
    x: float = np.log10((r1 + r2) / (r3 + 5.0 * r4 * r4 / r2))
    a_g: float = c.aw3 + 10.0 ** (-1.146 - 1.366 * x - 0.469 * x * x)
    return u * a_g / (1.0 - u) - c.bbw3, c.w3


@pixelfunc
def qaa_v6(
    coastal: float, blue: float, green: float, red: float, c: Water
) -> tuple[float, float, float, float, float, float, float, float]:
    """Absorption a and backscatter bb [m-1] at 443, 490, 560, 665 nm: four a, then four bb, from Rrs [sr-1].

    For comparison and for dissolved matter; Secchi depth here rests on P3QAA, which match-ups prefer.
    """
    if coastal <= 0.0 or blue <= 0.0 or green <= 0.0:
        nan = np.nan
        return nan, nan, nan, nan, nan, nan, nan, nan
    red = qaa_red(blue, green, red)
    particles, at = reference(coastal, blue, green, red, c)
    slope: float = 2.0 * (1.0 - 1.2 * np.exp(-0.9 * below_surface(coastal) / below_surface(green)))
    bb1, bb2 = particles * (at / c.w1) ** slope + c.bbw1, particles * (at / c.w2) ** slope + c.bbw2
    bb3, bb4 = particles * (at / c.w3) ** slope + c.bbw3, particles * (at / c.w4) ** slope + c.bbw4
    u1, u2 = scattering_share(coastal, G0, G1), scattering_share(blue, G0, G1)
    u3, u4 = scattering_share(green, G0, G1), scattering_share(red, G0, G1)
    a1, a2 = (1.0 - u1) * bb1 / u1, (1.0 - u2) * bb2 / u2
    a3, a4 = (1.0 - u3) * bb3 / u3, (1.0 - u4) * bb4 / u4
    return a1, a2, a3, a4, bb1, bb2, bb3, bb4
