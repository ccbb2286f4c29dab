"""Sentinel-2 MSI: platforms with coefficients, band names, scene classification."""

from __future__ import annotations

from rs.core.bands import Band, Quality
from rs.core.scene import FlagRule, Platform
from rs.readers._sentinel2_coefficients import COEFFICIENTS

SENSOR = "sentinel-2-msi"

PLATFORMS = {name: Platform(name, SENSOR, recipes) for name, recipes in COEFFICIENTS.items()}
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
