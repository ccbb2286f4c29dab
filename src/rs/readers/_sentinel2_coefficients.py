"""Sentinel-2 MSI: coefficients of recipes by platform."""

from __future__ import annotations

from collections.abc import Mapping

from rs.core.bands import Band
from rs.readers._wavelengths import WAVELENGTHS

_HUE = {
    "x0": 11.756, "x1": 6.423, "x2": 53.696, "x3": 32.028, "x4": 0.529,
    "y0": 1.744, "y1": 22.289, "y2": 65.702, "y3": 16.808, "y4": 0.192,
    "z0": 62.696, "z1": 31.101, "z2": 1.778, "z3": 0.015, "z4": 0.0,
}  # fmt: skip
"""Chromaticity weights of 443, 490, 560, 665, 705 nm (van der Woerd and Wernand 2018)."""

_HUE_A = {"p5": -68.76, "p4": 495.18, "p3": -1315.60, "p2": 1547.60, "p1": -748.36, "p0": 113.25}
_HUE_B = {"p5": -70.78, "p4": 510.49, "p3": -1360.3, "p2": 1608.6, "p1": -785.63, "p0": 121.34}

_DOGLIOTTI = {"red_a": 228.1, "red_c": 0.1641, "nir_a": 3078.9, "nir_c": 0.2112}
"""Turbidity at 645 and 859 nm (Dogliotti et al. 2015, table 1), used for B04 and B8A."""

_NECHAD = {"red_a": 355.85, "red_c": 0.1728, "nir_a": 2971.93, "nir_c": 0.2115}
"""Suspended matter at 665 and 865 nm (Nechad et al. 2010), for B04 and B8A."""

_NECHAD_RED = {"a": 355.85, "c": 0.1728}
"""Suspended matter at 665 nm (Nechad et al. 2010), for B04."""

_JIANG = {
    "aw560": 0.06299986, "aw665": 0.41395333, "aw740": 2.7116702, "aw865": 4.61714226,
    "bbw560": 0.00078491, "bbw665": 0.00037474, "bbw740": 0.00023499, "bbw865": 0.00012066,
    "mass560": 94.48785, "mass665": 113.87498, "mass740": 134.91845, "mass865": 166.07382,
    "r0": 1.484814e-4, "r1": 1.316727, "r2": -15.57556, "r3": 169.3846,
}  # fmt: skip
"""Water, matter per backscatter and Rrs at 620 nm from that at 665 nm for MSI (Jiang et al. 2023)."""

_OC3 = {"a0": 0.3308, "a1": -2.6684, "a2": 1.5990, "a3": 0.5525, "a4": -1.4876}
"""Chlorophyll from 443, 492 over 560 nm for MSI (as in ACOLITE and the table of STREAM-RS)."""

_KD2 = {"a0": -0.8641, "a1": -1.6549, "a2": 2.0112, "a3": -2.5174, "a4": -1.1035}
"""Attenuation from 490 over 560 nm: made for MERIS, borrowed."""

_THREE_BANDS = {
    "w_b": 492.0, "w_g": 560.0, "w_r": 665.0,
    "aw_b": 0.01545, "aw_g": 0.0619, "aw_r": 0.429,
    "bbw_b": 0.0014074, "bbw_g": 0.00081695, "bbw_r": 0.00039928,
    "q0": -0.020852045, "q1": 0.540187064, "q2": 0.226931331, "q3": 0.010022447,
    "alpha_b": 0.010878506, "alpha_g": 0.016856286, "alpha_r": 0.017908465,
    "beta_b": 0.01075228, "beta_g": 0.01, "beta_r": 0.01,
    "gamma_b": -0.05105753, "gamma_g": -0.07903215, "gamma_r": -0.08090846,
    "z1": 1.0231788480, "z2": 0.0025322376,
}  # fmt: skip
"""P3QAA for MSI (Pitarch and Vanhellemont 2021, coefficients of Sentinel-2A), without the absorption in green."""

_CHI_A = {"chi0": -1.096512945, "chi1": -1.336782820, "chi2": -0.357065143, "chi3": -0.084090974}
_CHI_B = {"chi0": -1.096886916, "chi1": -1.340709469, "chi2": -0.345485051, "chi3": -0.069896482}


def _recipes(platform: str, hue: dict[str, float], chi: dict[str, float]) -> dict[str, Mapping[str, float]]:
    three = {**_THREE_BANDS, **chi}
    centres = WAVELENGTHS[platform]
    return {
        "turbidity": _DOGLIOTTI,
        "water_colour_5": {**_HUE, **hue},
        "suspended_matter": _NECHAD,
        "suspended_matter_jiang": _JIANG,
        "suspended_matter_red": _NECHAD_RED,
        "secchi_depth": three,
        "kd490": {**three, **_KD2},
        "kd490_overhead_sun": {**three, **_KD2},
        "chlorophyll": _OC3,
        "trophic_state": {**three, **_OC3},
        "floating_algae": {
            "red_nm": centres[Band.RED], "nir_nm": centres[Band.NIR08], "swir_nm": centres[Band.SWIR16],
        },
    }  # fmt: skip


COEFFICIENTS: dict[str, dict[str, Mapping[str, float]]] = {
    "sentinel-2a": _recipes("sentinel-2a", _HUE_A, _CHI_A),
    "sentinel-2b": _recipes("sentinel-2b", _HUE_B, _CHI_B),
    "sentinel-2c": _recipes("sentinel-2c", _HUE_B, _CHI_B),
}
"""Per platform, per formula name. Sentinel-2C borrows what is not published for it from Sentinel-2B."""
