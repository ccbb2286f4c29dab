"""Landsat Collection 2: platforms with coefficients, band names, QA_PIXEL."""

from __future__ import annotations

from rs.core.bands import Band, Quality
from rs.core.scene import FlagRule, Platform
from rs.readers._landsat_coefficients import COEFFICIENTS

PLATFORMS = {name: Platform(name, "landsat-oli", recipes) for name, recipes in COEFFICIENTS.items()}

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
