"""Suspended matter of coastal and inland water (Nechad et al. 2010, Novoa et al. 2017, Jiang et al. 2023)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rs.algorithms.confidence import always_doubtful
from rs.algorithms.turbid_water import nechad
from rs.algorithms.water_optics import below_surface, scattering_share
from rs.core.bands import Quality
from rs.core.pixel import pixelfunc, pixelwise
from rs.core.product import Family, Layer, Maturity, Product, Recipe, Theme
from rs.core.scene import Reflectance

RED_ONLY = 0.08
NIR_ONLY = 0.12
"""Red rho_w [1] below which red stands alone, and above which near infrared does (Novoa 2017, Gironde)."""

G0 = 0.089
G1 = 0.125
"""Reflectance below the surface as G0 u + G1 u^2 (Jiang et al. 2021)."""

DARK_NIR = 0.010
"""Rrs [sr-1] at 740 nm that tells extremely turbid water (Jiang et al. 2021)."""


class RedAndNir(NamedTuple):
    """Nechad's coefficients of red and near infrared: a [g m-3], c [1]."""

    red_a: float
    red_c: float
    nir_a: float
    nir_c: float


class Red(NamedTuple):
    """Nechad's coefficients of red: a [g m-3], c [1]."""

    a: float
    c: float


class FourBands(NamedTuple):
    """Jiang's coefficients of 560, 665, 740 and 865 nm.

    aw, bbw: absorption and backscatter of water [m-1]; mass: matter per backscatter [g m-2];
    r0 .. r3: Rrs [sr-1] at 620 nm as a polynomial of that at 665 nm.
    """

    aw560: float
    aw665: float
    aw740: float
    aw865: float
    bbw560: float
    bbw665: float
    bbw740: float
    bbw865: float
    mass560: float
    mass665: float
    mass740: float
    mass865: float
    r0: float
    r1: float
    r2: float
    r3: float


@pixelwise
def suspended_matter(red: float, nir08: float, c: RedAndNir) -> float:
    """Suspended matter [g m-3] from rho_w [1]: red up to 0.08, near infrared from 0.12, blended between.

    Bounds and logarithmic weights of Novoa et al. (2017), coefficients of Nechad et al. (2010).
    """
    if red <= RED_ONLY:
        return nechad(red, c.red_a, c.red_c)
    if red >= NIR_ONLY:
        return nechad(nir08, c.nir_a, c.nir_c)
    share: float = np.log(NIR_ONLY / red) / np.log(NIR_ONLY / RED_ONLY)
    return share * nechad(red, c.red_a, c.red_c) + (1.0 - share) * nechad(nir08, c.nir_a, c.nir_c)


@pixelwise
def suspended_matter_red(red: float, c: Red) -> float:
    """Suspended matter [g m-3] from red rho_w [1] alone (Nechad et al. 2010)."""
    return nechad(red, c.a, c.c)


@pixelfunc
def reference_band(blue: float, green: float, orange: float, rededge075: float) -> float:
    """Wavelength [nm] of the band that tells the matter, from Rrs [sr-1] at 490, 560, 620, 740 nm (Jiang 2021)."""
    if blue > green:
        return 560.0
    if blue > orange:
        return 665.0
    return 865.0 if rededge075 > blue and rededge075 > DARK_NIR else 740.0


@pixelfunc
def absorption_560(coastal: float, blue: float, green: float, red: float, aw: float) -> float:
    """Absorption [m-1] at 560 nm from Rrs [sr-1] and that of water [m-1] (QAA v6); NaN where blue fails."""
    if blue <= 0.0:
        return np.nan
    r1, r2, r3, r4 = below_surface(coastal), below_surface(blue), below_surface(green), below_surface(red)
    x: float = np.log10((r1 + r2) / (r3 + 5.0 * r4 * r4 / r2))
    value: float = aw + 10.0 ** (-1.146 - 1.366 * x - 0.469 * x * x)
    return value


@pixelfunc
def matter(rrs: float, a: float, bbw: float, mass: float) -> float:
    """Suspended matter [g m-3] of a band: Rrs [sr-1], absorption and water's backscatter [m-1], mass [g m-2]."""
    u = scattering_share(rrs, G0, G1)
    return mass * (u * a / (1.0 - u) - bbw)


@pixelwise
def suspended_matter_jiang(
    coastal: float, blue: float, green: float, red: float, rededge075: float, nir08: float, c: FourBands
) -> float:
    """Suspended matter [g m-3] from rho_w [1]: backscatter of the band that the water type calls for (Jiang 2023)."""
    r443, r490, r560, r665 = coastal / np.pi, blue / np.pi, green / np.pi, red / np.pi
    r620 = ((c.r3 * r665 + c.r2) * r665 + c.r1) * r665 + c.r0
    band = reference_band(r490, r560, r620, rededge075 / np.pi)
    if band == 560.0:
        return matter(r560, absorption_560(r443, r490, r560, r665, c.aw560), c.bbw560, c.mass560)
    if band == 665.0:
        if r443 + r490 <= 0.0:
            return np.nan
        a: float = c.aw665 + 0.39 * (r665 / (r443 + r490)) ** 1.14
        return matter(r665, a, c.bbw665, c.mass665)
    if band == 865.0:
        return matter(nir08 / np.pi, c.aw865, c.bbw865, c.mass865)
    return matter(rededge075 / np.pi, c.aw740, c.bbw740, c.mass740)


PRODUCT = Product(
    name="suspended_matter",
    version="1.0.0",
    title="Suspended matter in water",
    title_zh="悬浮物浓度",
    description="Mass of particles in surface water. Patterns hold better than levels; not converted from turbidity.",
    family=Family.MARINE,
    themes=(Theme.ECOLOGY, Theme.NATURAL_RESOURCES, Theme.TRANSPORT),
    reflectance=Reflectance.WATER_LEAVING,
    recipes=(
        Recipe(
            suspended_matter, name="novoa2017", low_confidence=always_doubtful,
            title="Nechad 2010 at red and near infrared, switched between 0.08 and 0.12 (Novoa 2017)",
        ),
        Recipe(
            suspended_matter_jiang, name="jiang2023", low_confidence=always_doubtful,
            title="Jiang 2023, semi-analytical: 560, 665, 740 or 865 nm by water type",
        ),
        Recipe(
            suspended_matter_red, name="nechad2010_red", low_confidence=always_doubtful,
            title="Nechad 2010: red alone",
        ),
    ),
    layers=(
        Layer(
            "suspended_matter", "Suspended matter", "悬浮物浓度", "g m-3", (0.0, 3000.0), "uint16", 65535, scale=0.05,
            colours=("#0d3b66", "#2a7f9e", "#7fbfa5", "#e3d58a", "#cf9a4a", "#96592a", "#5a2d16"), shown=(0.0, 150.0),
        ),
    ),
    require=Quality.WATER,
    sources=(
        "Nechad et al. 2010, https://doi.org/10.1016/j.rse.2009.11.022",
        "Novoa et al. 2017, https://doi.org/10.3390/rs9010061",
        "Jiang et al. 2023, https://doi.org/10.1016/j.isprsjprs.2023.09.020",
    ),
    limits=(
        "No formula beats a constant guess on our match-ups: every pixel is marked low confidence; use patterns.",
        "The switch is the default where both bands hold: it keeps every sample and ranks best on both match-up sets.",
        "Landsat 5 and 7 use red alone, which errs less there, with the coefficients of 655 nm borrowed.",
        "Near infrared of Landsat surface reflectance reads two to four times too bright over water.",
        "Mass per scattering differs between rivers: 0.9 to 2.2 g m-3 per FNU.",
        "Near infrared sees the uppermost decimetres only; mud banks and shallow ground read as matter.",
    ),
    maturity=Maturity.EXPERIMENTAL,
    evidence=(
        "Parana, Sentinel-2 less the residual at 2.2 um, 38 samples of 38: switch MdSA 70 %, r 0.75; Jiang 87 %, 0.65; "
        "Nechad red 61 %, 0.70 (35 of 38); constant 29 % (the samples span 38 to 198 g m-3)",
        "Landsat surface reflectance, OLI, 129 samples: switch MdSA 83 %, r 0.72; red 95 %, 0.63; constant 57 %",
        "Landsat surface reflectance, TM and ETM+, 138 samples: red MdSA 110 %, r 0.69; switch 119 %; constant 120 %",
    ),
)  # fmt: skip
