"""Landsat: coefficients of recipes by platform."""

from __future__ import annotations

from collections.abc import Mapping

from rs.core.bands import Band
from rs.readers._wavelengths import WAVELENGTHS

_HUE_OLI = {
    "x0": 11.053, "x1": 6.950, "x2": 51.135, "x3": 34.457,
    "y0": 1.320, "y1": 21.053, "y2": 66.023, "y3": 18.034,
    "z0": 58.038, "z1": 34.931, "z2": 2.606, "z3": 0.016,
}  # fmt: skip
"""Chromaticity weights of 443, 483, 561, 655 nm (van der Woerd and Wernand 2018)."""

_HUE_L7 = {
    "x0": 13.104, "x1": 53.791, "x2": 31.304,
    "y0": 24.097, "y1": 65.801, "y2": 15.883,
    "z0": 63.845, "z1": 2.142, "z2": 0.013,
    "p5": -84.94, "p4": 594.17, "p3": -1559.86, "p2": 1852.50, "p1": -918.11, "p0": 151.49,
}  # fmt: skip
"""Chromaticity weights of 479, 561, 661 nm and the hue correction (van der Woerd and Wernand 2018)."""

_HUE_L8 = {"p5": -52.16, "p4": 373.81, "p3": -981.83, "p2": 1134.19, "p1": -533.61, "p0": 76.72}
_HUE_L9 = {"p5": -53.232, "p4": 381.976, "p3": -1005.402, "p2": 1165.186, "p1": -551.152, "p0": 80.401}

_NECHAD_655 = {"a": 235.32, "c": 0.1686}
"""Turbidity at 655 nm (Nechad et al. 2009)."""

_NECHAD_655_865 = {"red_a": 289.29, "red_c": 0.1686, "nir_a": 2971.93, "nir_c": 0.2115}
"""Suspended matter at 655 and 865 nm (Nechad et al. 2010), for bands 4 and 5 of OLI."""

_MATTER_655 = {"a": 289.29, "c": 0.1686}
"""Suspended matter at 655 nm (Nechad et al. 2010); borrowed for band 3 of TM and ETM+ (660 nm)."""

_OC3_OLI = {"a0": 0.30963, "a1": -2.40052, "a2": 1.28932, "a3": 0.52802, "a4": -1.33825}
"""Chlorophyll from 443, 482 over 561 nm for OLI (O'Reilly and Werdell 2019)."""

_OC2_OLI = {"a0": 0.1977, "a1": -1.8117, "a2": 1.9743, "a3": -2.5635, "a4": -0.7218}
"""Chlorophyll from 482 over 561 nm for OLI (Franz et al. 2015), borrowed for TM and ETM+."""

_KD2_OLI = {"a0": -0.9054, "a1": -1.5245, "a2": 2.2392, "a3": -2.4777, "a4": -1.1099}
"""Attenuation from 482 over 561 nm for OLI, borrowed for TM and ETM+."""

_THREE_BANDS_L8 = {
    "w_b": 483.0, "w_g": 561.0, "w_r": 655.0,
    "aw_b": 0.01274, "aw_g": 0.06236, "aw_r": 0.371,
    "bbw_b": 0.001521675, "bbw_g": 0.00081099, "bbw_r": 0.0004252,
    "chi0": -1.154665937, "chi1": -1.178692448, "chi2": -0.245663039, "chi3": -0.069891686,
    "q0": 0.022365424, "q1": 0.548575423, "q2": 0.167206827, "q3": 0.0,
    "alpha_b": 0.009686691, "alpha_g": 0.016698641, "alpha_r": 0.017852839,
    "beta_b": 0.011243, "beta_g": 0.01, "beta_r": 0.01,
    "gamma_b": -0.045962, "gamma_g": -0.078118, "gamma_r": -0.080853,
    "z1": 1.0479605343, "z2": 0.0,
}  # fmt: skip
"""P3QAA for OLI (Pitarch and Vanhellemont 2021, coefficients of Landsat 8); borrowed for Landsat 9."""

_THREE_BANDS_L7 = {
    "w_b": 479.0, "w_g": 561.0, "w_r": 661.0,
    "aw_b": 0.011955, "aw_g": 0.06236, "aw_r": 0.4138,
    "bbw_b": 0.00157615, "bbw_g": 0.00081099, "bbw_r": 0.00040944,
    "chi0": -1.146973449, "chi1": -1.156970091, "chi2": -0.264971351, "chi3": -0.082584950,
    "q0": 0.037058129, "q1": 0.475880187, "q2": 0.202401353, "q3": -0.005638373,
    "alpha_b": 0.009116349, "alpha_g": 0.016442494, "alpha_r": 0.017829842,
    "beta_b": 0.011645, "beta_g": 0.01, "beta_r": 0.01,
    "gamma_b": -0.04369, "gamma_g": -0.076738, "gamma_r": -0.08083,
    "z1": 1.0615028400, "z2": 0.0,
}  # fmt: skip
"""P3QAA for ETM+ (Pitarch and Vanhellemont 2021, coefficients of Landsat 7); borrowed for TM of Landsat 4 and 5."""


def _centres(platform: str) -> Mapping[str, float]:
    """Wavelengths [nm] of the floating algae index."""
    centres = WAVELENGTHS[platform]
    return {"red_nm": centres[Band.RED], "nir_nm": centres[Band.NIR08], "swir_nm": centres[Band.SWIR16]}


def _oli(platform: str, hue: dict[str, float]) -> dict[str, Mapping[str, float]]:
    return {
        "turbidity_red": _NECHAD_655,
        "water_colour_4": {**_HUE_OLI, **hue},
        "suspended_matter": _NECHAD_655_865,
        "suspended_matter_red": _MATTER_655,
        "secchi_depth": _THREE_BANDS_L8,
        "kd490": {**_THREE_BANDS_L8, **_KD2_OLI},
        "kd490_overhead_sun": {**_THREE_BANDS_L8, **_KD2_OLI},
        "chlorophyll_oc3": _OC3_OLI,
        "floating_algae": _centres(platform),
    }


def _tm(platform: str) -> dict[str, Mapping[str, float]]:
    return {
        "turbidity_red": _NECHAD_655,
        "suspended_matter_red": _MATTER_655,
        "secchi_depth": _THREE_BANDS_L7,
        "kd490": {**_THREE_BANDS_L7, **_KD2_OLI},
        "kd490_overhead_sun": {**_THREE_BANDS_L7, **_KD2_OLI},
        "chlorophyll_oc2": _OC2_OLI,
        "water_colour_3": _HUE_L7,
        "floating_algae": _centres(platform),
    }


COEFFICIENTS: dict[str, dict[str, Mapping[str, float]]] = {
    "landsat-4": _tm("landsat-4"),
    "landsat-5": _tm("landsat-5"),
    "landsat-7": _tm("landsat-7"),
    "landsat-8": _oli("landsat-8", _HUE_L8),
    "landsat-9": _oli("landsat-9", _HUE_L9),
}
"""Per platform, per formula name. What is not published for a satellite is borrowed from its nearest sister."""
