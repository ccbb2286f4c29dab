"""Sentinel-2 MSI: platforms with coefficients, band names, scene classification."""

from __future__ import annotations

from rs.core.bands import Band, Quality
from rs.core.scene import FlagRule, Platform

SENSOR = "sentinel-2-msi"

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


def _platform(name: str, hue: dict[str, float]) -> Platform:
    return Platform(name, SENSOR, {"turbidity": _DOGLIOTTI, "water_colour_5": {**_HUE, **hue}})


PLATFORMS = {
    "sentinel-2a": _platform("sentinel-2a", _HUE_A),
    "sentinel-2b": _platform("sentinel-2b", _HUE_B),
    "sentinel-2c": _platform("sentinel-2c", _HUE_B),
}
DEFAULT = "sentinel-2a"

BANDS = {
    "B01": Band.COASTAL, "B02": Band.BLUE, "B03": Band.GREEN, "B04": Band.RED, "B05": Band.REDEDGE071,
    "B06": Band.REDEDGE075, "B07": Band.REDEDGE078, "B08": Band.NIR, "B8A": Band.NIR08, "B09": Band.NIR09,
    "B10": Band.CIRRUS, "B11": Band.SWIR16, "B12": Band.SWIR22,
}  # fmt: skip

_CLASSES = {
    0: Quality.NODATA,
    1: Quality.SATURATED,
    2: Quality.TERRAIN_SHADOW,
    3: Quality.CLOUD_SHADOW,
    4: Quality.LAND,
    5: Quality.LAND,
    6: Quality.WATER,
    7: Quality.UNSURE,
    8: Quality.CLOUD,
    9: Quality.CLOUD,
    10: Quality.CIRRUS,
    11: Quality.SNOW,
}
SCENE_CLASSIFICATION = tuple(
    [FlagRule(0xFF, value, bits) for value, bits in _CLASSES.items()]
    + [FlagRule(0xFF, value, Quality.UNSURE) for value in range(12, 256)]
)
"""Scene classification of Sen2Cor; classes that it does not define are unsure."""

SCL_KNOWS = (
    Quality.NODATA | Quality.SATURATED | Quality.CLOUD | Quality.CLOUD_SHADOW | Quality.CIRRUS
    | Quality.SNOW | Quality.WATER | Quality.LAND | Quality.TERRAIN_SHADOW
)  # fmt: skip
