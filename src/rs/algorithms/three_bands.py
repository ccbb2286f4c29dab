"""P3QAA: absorption, backscatter and Secchi depth from blue, green and red (Pitarch and Vanhellemont 2021)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rs.algorithms.water_optics import attenuation, scattering_share, visible_depth
from rs.core.pixel import pixelfunc

G0 = 0.089
G1 = 0.1245
"""Reflectance below the surface as G0 u + G1 u^2 (Lee et al. 2002)."""


class ThreeBands(NamedTuple):
    """P3QAA of a sensor; b, g, r = blue, green, red.

    w: wavelength [nm]; aw, bbw: absorption and backscatter of water [m-1]; chi: absorption in green from
    the colour; q: ratio 443 to 555 nm from blue to green; alpha, beta, gamma: Raman scattering; z: Secchi
    depth from its first guess. Digits of chi, q and z are powers of a polynomial.
    """

    w_b: float
    w_g: float
    w_r: float
    aw_b: float
    aw_g: float
    aw_r: float
    bbw_b: float
    bbw_g: float
    bbw_r: float
    chi0: float
    chi1: float
    chi2: float
    chi3: float
    q0: float
    q1: float
    q2: float
    q3: float
    alpha_b: float
    alpha_g: float
    alpha_r: float
    beta_b: float
    beta_g: float
    beta_r: float
    gamma_b: float
    gamma_g: float
    gamma_r: float
    z1: float
    z2: float


class ThreeBandsAnd(NamedTuple):
    """P3QAA of a sensor as in ThreeBands, and a0 .. a4: polynomial of a blue-green ratio used beside it."""

    w_b: float
    w_g: float
    w_r: float
    aw_b: float
    aw_g: float
    aw_r: float
    bbw_b: float
    bbw_g: float
    bbw_r: float
    chi0: float
    chi1: float
    chi2: float
    chi3: float
    q0: float
    q1: float
    q2: float
    q3: float
    alpha_b: float
    alpha_g: float
    alpha_r: float
    beta_b: float
    beta_g: float
    beta_r: float
    gamma_b: float
    gamma_g: float
    gamma_r: float
    z1: float
    z2: float
    a0: float
    a1: float
    a2: float
    a3: float
    a4: float


@pixelfunc
def red_is_plausible(green: float, red: float) -> float:
    """1 where red Rrs [sr-1] can belong to the green one, 0 where P3QAA replaces it."""
    return 1.0 if 0.0 <= red <= 20.0 * green**1.5 else 0.0


@pixelfunc
def plausible_red(blue: float, green: float, red: float) -> float:
    """Red Rrs [sr-1], replaced where it is negative or too bright for the green one.

    The replacement follows l2gen's QAA: (blue / green)^-3.19, not its inverse.
    """
    if red < 0.0:
        return 0.182 * green
    if red > 20.0 * green**1.5:
        replaced: float = 1.27 * green**1.47 + 0.00018 * (blue / green) ** -3.19
        return replaced
    return red


@pixelfunc
def ratio_443_555(blue: float, green: float, c: ThreeBands | ThreeBandsAnd) -> float:
    """Ratio [1] of Rrs at 443 to 555 nm from the sensor's blue and green."""
    x = blue / green
    return ((c.q3 * x + c.q2) * x + c.q1) * x + c.q0


@pixelfunc
def green_backscatter(blue: float, green: float, red: float, u: float, c: ThreeBands | ThreeBandsAnd) -> float:
    """Backscatter [m-1] of particles in green from Rrs [sr-1] and u [1] of green."""
    x: float = np.log10(2.0 * blue / (green + 5.0 * red * red / blue))
    a: float = c.aw_g + 10.0 ** (((c.chi3 * x + c.chi2) * x + c.chi1) * x + c.chi0)
    return u * a / (1.0 - u) - c.bbw_g


@pixelfunc
def inherent(u: float, backscatter: float, aw: float) -> tuple[float, float]:
    """Absorption and backscatter [m-1] of a band from u [1] and a first backscatter; a is at least water's."""
    a = (1.0 - u) * backscatter / u
    if a < aw:
        a = aw
    return a, u * a / (1.0 - u)


@pixelfunc
def three_bands(
    blue: float, green: float, red: float, c: ThreeBands | ThreeBandsAnd
) -> tuple[float, float, float, float, float, float, float, float, float]:
    """a, bb [m-1] and Rrs [sr-1] free of Raman scattering, each of blue, green, red. NaN where u fails."""
    q = ratio_443_555(blue, green, c)
    r_b = blue / (1.0 + c.alpha_b * q + c.beta_b * green**c.gamma_b)
    r_g = green / (1.0 + c.alpha_g * q + c.beta_g * green**c.gamma_g)
    r_r = red / (1.0 + c.alpha_r * q + c.beta_r * green**c.gamma_r)
    u_b, u_g, u_r = scattering_share(r_b, G0, G1), scattering_share(r_g, G0, G1), scattering_share(r_r, G0, G1)
    particles = green_backscatter(blue, green, red, u_g, c)
    eta: float = 2.0 * (1.0 - 1.2 * np.exp(-0.9 * q))
    a_b, bb_b = inherent(u_b, particles * (c.w_g / c.w_b) ** eta + c.bbw_b, c.aw_b)
    a_g, bb_g = inherent(u_g, particles + c.bbw_g, c.aw_g)
    a_r, bb_r = inherent(u_r, particles * (c.w_g / c.w_r) ** eta + c.bbw_r, c.aw_r)
    return a_b, a_g, a_r, bb_b, bb_g, bb_r, r_b, r_g, r_r


@pixelfunc
def attenuation_of_blue(
    blue: float, green: float, red: float, sun_zenith: float, c: ThreeBands | ThreeBandsAnd
) -> float:
    """Attenuation Kd [m-1] of the sensor's blue band from Rrs [sr-1] (Lee et al. 2013 on P3QAA)."""
    if blue <= 0.0 or green <= 0.0:
        return np.nan
    a, _, _, bb, _, _, _, _, _ = three_bands(blue, green, plausible_red(blue, green, red), c)
    return attenuation(a, bb, c.bbw_b, sun_zenith)


@pixelfunc
def secchi(blue: float, green: float, red: float, c: ThreeBands | ThreeBandsAnd) -> float:
    """Secchi depth [m] from Rrs [sr-1] of blue, green, red; NaN where a band carries no signal."""
    if blue <= 0.0 or green <= 0.0:
        return np.nan
    a_b, a_g, a_r, bb_b, bb_g, bb_r, r_b, r_g, r_r = three_bands(blue, green, plausible_red(blue, green, red), c)
    kd, rrs = attenuation(a_b, bb_b, c.bbw_b, 0.0), r_b
    kd_g, kd_r = attenuation(a_g, bb_g, c.bbw_g, 0.0), attenuation(a_r, bb_r, c.bbw_r, 0.0)
    if kd_g < kd:
        kd, rrs = kd_g, r_g
    if kd_r < kd:
        kd, rrs = kd_r, r_r
    z = visible_depth(kd, rrs)
    return (c.z2 * z + c.z1) * z
