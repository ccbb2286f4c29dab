"""Parts of formulas as recipes of their own, so that vectors of a part run through the compiled pass too."""

from __future__ import annotations

from typing import NamedTuple

from rs.algorithms.ocean_colour import Polynomial, chlorophyll_ci, colour_index, oci, ocx
from rs.algorithms.quasi_analytical import Water, qaa_v6
from rs.algorithms.red_edge import gilerson, gons, moses, smith
from rs.algorithms.trophic import tli, tli_chlorophyll, tli_secchi, tsi_chlorophyll, tsi_secchi
from rs.algorithms.water_optics import attenuation, visible_depth
from rs.core.pixel import pixelwise


class Given(NamedTuple):
    """Chlorophyll [mg m-3] that comes from elsewhere."""

    chl_ocx: float


class Two(NamedTuple):
    """Chlorophyll [mg m-3] of two formulas."""

    blue_green: float
    red_edge: float


@pixelwise
def part_ocx(blue: float, green: float, c: Polynomial) -> float:
    """Chlorophyll a [mg m-3] from Rrs [sr-1] of the brightest blue and green."""
    return ocx(blue, green, c)


@pixelwise
def part_oci(coastal: float, green: float, red: float, c: Given) -> tuple[float, float]:
    """Chlorophyll a [mg m-3] of the colour index, and blended with that of OCx, from Rrs [sr-1]."""
    chl = chlorophyll_ci(colour_index(coastal, green, red))
    return chl, oci(chl, c.chl_ocx)


@pixelwise
def part_gons(red: float, rededge071: float, rededge078: float) -> float:
    """Chlorophyll a [mg m-3] from rho_w [1]."""
    return gons(red, rededge071, rededge078)


@pixelwise
def part_moses(red: float, rededge071: float, rededge078: float) -> float:
    """Chlorophyll a [mg m-3] from rho_w [1]."""
    return moses(red, rededge071, rededge078)


@pixelwise
def part_gilerson(red: float, rededge071: float) -> float:
    """Chlorophyll a [mg m-3] from rho_w or Rrs."""
    return gilerson(rededge071 / red)


@pixelwise
def part_smith(red: float, rededge071: float, c: Two) -> float:
    """Chlorophyll a [mg m-3] of two formulas, blended by the ratio of two bands."""
    return smith(rededge071 / red, c.blue_green, c.red_edge)


@pixelwise
def part_trophic(blue: float, green: float) -> tuple[float, float, float, float, float]:
    """TLI(chl), TLI(SD), TLI(chl,SD), TSI(chl), TSI(SD); the arguments stand for chlorophyll and Secchi depth."""
    return tli_chlorophyll(blue), tli_secchi(green), tli(blue, green), tsi_chlorophyll(blue), tsi_secchi(green)


@pixelwise
def part_qaa(
    coastal: float, blue: float, green: float, red: float, c: Water
) -> tuple[float, float, float, float, float, float, float, float]:
    """a and bb [m-1] of 443, 490, 560, 665 nm from Rrs [sr-1]."""
    return qaa_v6(coastal, blue, green, red, c)


@pixelwise
def part_attenuation(
    coastal: float, blue: float, green: float, red: float, sun_zenith: float, c: Water
) -> tuple[float, float, float, float, float]:
    """Kd [m-1] of 443, 490, 560, 665 nm and the Secchi depth [m] of the least of them, from Rrs [sr-1]."""
    a1, a2, a3, a4, b1, b2, b3, b4 = qaa_v6(coastal, blue, green, red, c)
    k1, k2 = attenuation(a1, b1, c.bbw1, sun_zenith), attenuation(a2, b2, c.bbw2, sun_zenith)
    k3, k4 = attenuation(a3, b3, c.bbw3, sun_zenith), attenuation(a4, b4, c.bbw4, sun_zenith)
    least, rrs = k1, coastal
    if k2 < least:
        least, rrs = k2, blue
    if k3 < least:
        least, rrs = k3, green
    if k4 < least:
        least, rrs = k4, red
    return k1, k2, k3, k4, visible_depth(least, rrs)
