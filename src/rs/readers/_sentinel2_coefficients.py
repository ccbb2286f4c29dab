"""Sentinel-2 MSI: coefficients of recipes by platform."""

from __future__ import annotations

from collections.abc import Mapping

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


def _recipes(hue: dict[str, float]) -> dict[str, Mapping[str, float]]:
    return {"turbidity": _DOGLIOTTI, "water_colour_5": {**_HUE, **hue}}


COEFFICIENTS: dict[str, dict[str, Mapping[str, float]]] = {
    "sentinel-2a": _recipes(_HUE_A),
    "sentinel-2b": _recipes(_HUE_B),
    "sentinel-2c": _recipes(_HUE_B),
}
"""Per platform, per recipe name."""
