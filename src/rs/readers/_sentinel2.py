"""Sentinel-2 MSI: platforms, band names, scene classification, masks."""

from __future__ import annotations

from rs.core.bands import Band, Quality
from rs.core.scene import FlagRule, Platform
from rs.readers._sentinel2_coefficients import COEFFICIENTS
from rs.readers._wavelengths import WAVELENGTHS

SENSOR = "sentinel-2-msi"
ATTRIBUTION = "Contains modified Copernicus Sentinel data {year}"
LICENCE_URL = "https://sentinel.esa.int/documents/247904/690755/Sentinel_Data_Legal_Notice"

SATELLITES = (
    "sentinel-2a",
    "sentinel-2b",
    "sentinel-2c",
)
"""A new satellite is one line here; its coefficients and wavelengths stand in their own tables."""

PLATFORMS = {name: Platform(name, SENSOR, COEFFICIENTS.get(name, {}), WAVELENGTHS.get(name, {})) for name in SATELLITES}
DEFAULT = "sentinel-2a"

BANDS = {
    "B01": Band.COASTAL, "B02": Band.BLUE, "B03": Band.GREEN, "B04": Band.RED, "B05": Band.REDEDGE071,
    "B06": Band.REDEDGE075, "B07": Band.REDEDGE078, "B08": Band.NIR, "B8A": Band.NIR08, "B09": Band.NIR09,
    "B10": Band.CIRRUS, "B11": Band.SWIR16, "B12": Band.SWIR22,
}  # fmt: skip

BAND_IDS = ("B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B10", "B11", "B12")
"""Names of bands by the band_id of the product metadata."""

PIXELS = (10, 20, 60)
NATIVE = {
    "B01": 60, "B02": 10, "B03": 10, "B04": 10, "B05": 20, "B06": 20, "B07": 20, "B08": 10, "B8A": 20,
    "B09": 60, "B10": 60, "B11": 20, "B12": 20, "SCL": 20,
}  # fmt: skip
"""Pixel size [m] that a band is measured at; Level 2A also holds copies at others."""

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

CLASSI_PLANES = (1, 2, 3)
CLASSI = (FlagRule(1, 1, Quality.CLOUD), FlagRule(2, 2, Quality.CIRRUS), FlagRule(4, 4, Quality.SNOW))
CLASSI_KNOWS = Quality.CLOUD | Quality.CIRRUS | Quality.SNOW
"""Bands of MSK_CLASSI (from baseline 04.00): opaque cloud, cirrus, snow; each marks where it is not 0."""

CLOUD_POLYGONS = (FlagRule(1, 1, Quality.CLOUD), FlagRule(3, 2, Quality.CIRRUS))
"""MSK_CLOUDS (before baseline 04.00), drawn: bit 0 opaque, bit 1 cirrus, which counts where it is not opaque."""

FLAW_PLANES = (1, 2, 3, 4, 5, 6, 7, 8)
FLAWS = (
    FlagRule(4, 4, Quality.SATURATED),
    FlagRule(8, 8, Quality.SATURATED),
    FlagRule(32, 32, Quality.NODATA),
    FlagRule(128, 128, Quality.SATURATED),
)
"""Bands of MSK_QUALIT: 1 and 2 ancillary data lost and degraded, 3 and 4 the measurement lost and degraded,
5 defective detector, 6 no data, 7 crosstalk corrected in part, 8 saturated; polygons bear the same bits.

Ancillary data tell place and time, not radiance; a defective detector's values are interpolated from its
neighbours, in whole columns of B10 and B11; partly corrected crosstalk is a small error: all count as measured.
"""
