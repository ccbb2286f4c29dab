"""Landsat: coefficients of recipes by platform."""

from __future__ import annotations

from collections.abc import Mapping

_HUE_OLI = {
    "x0": 11.053, "x1": 6.950, "x2": 51.135, "x3": 34.457,
    "y0": 1.320, "y1": 21.053, "y2": 66.023, "y3": 18.034,
    "z0": 58.038, "z1": 34.931, "z2": 2.606, "z3": 0.016,
}  # fmt: skip
"""Chromaticity weights of 443, 483, 561, 655 nm (van der Woerd and Wernand 2018)."""

_HUE_L8 = {"p5": -52.16, "p4": 373.81, "p3": -981.83, "p2": 1134.19, "p1": -533.61, "p0": 76.72}
_HUE_L9 = {"p5": -53.232, "p4": 381.976, "p3": -1005.402, "p2": 1165.186, "p1": -551.152, "p0": 80.401}

_NECHAD_655 = {"a": 235.32, "c": 0.1686}
"""Turbidity at 655 nm (Nechad et al. 2009)."""


def _oli(hue: dict[str, float]) -> dict[str, Mapping[str, float]]:
    return {"turbidity_red": _NECHAD_655, "water_colour_4": {**_HUE_OLI, **hue}}


COEFFICIENTS: dict[str, dict[str, Mapping[str, float]]] = {"landsat-8": _oli(_HUE_L8), "landsat-9": _oli(_HUE_L9)}
"""Per platform, per recipe name."""
