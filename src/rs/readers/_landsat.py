"""Landsat Collection 2: platforms with coefficients, band names, QA_PIXEL."""

from __future__ import annotations

from rs.core.bands import Band, Quality
from rs.core.scene import FlagRule, Platform

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


def _oli(name: str, hue: dict[str, float]) -> Platform:
    return Platform(name, "landsat-oli", {"turbidity_red": _NECHAD_655, "water_colour_4": {**_HUE_OLI, **hue}})


PLATFORMS = {"landsat-8": _oli("landsat-8", _HUE_L8), "landsat-9": _oli("landsat-9", _HUE_L9)}

BANDS = {
    "1": Band.COASTAL, "2": Band.BLUE, "3": Band.GREEN, "4": Band.RED, "5": Band.NIR08,
    "6": Band.SWIR16, "7": Band.SWIR22,
}  # fmt: skip
"""Reflective bands of OLI by their number in the MTL."""

QA_PIXEL = (
    FlagRule(1 << 0, 1 << 0, Quality.NODATA),
    FlagRule(1 << 1, 1 << 1, Quality.CLOUD),
    FlagRule(1 << 2, 1 << 2, Quality.CIRRUS),
    FlagRule(1 << 3, 1 << 3, Quality.CLOUD),
    FlagRule(1 << 4, 1 << 4, Quality.CLOUD_SHADOW),
    FlagRule(1 << 5, 1 << 5, Quality.SNOW),
    FlagRule(1 << 7, 1 << 7, Quality.WATER),
    FlagRule((1 << 7) | 0b111111, 0, Quality.LAND),
)
"""QA_PIXEL of Collection 2 (USGS LSDS-1619): a dilated cloud counts as cloud."""

QA_KNOWS = (
    Quality.NODATA | Quality.CLOUD | Quality.CIRRUS | Quality.CLOUD_SHADOW | Quality.SNOW
    | Quality.WATER | Quality.LAND
)  # fmt: skip
