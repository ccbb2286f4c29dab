"""Names of spectral bands and the one quality bitmask for land and sea."""

from __future__ import annotations

from enum import IntFlag, StrEnum


class Band(StrEnum):
    """Spectral bands by their STAC common names, plus radar polarisations and surface temperature."""

    COASTAL = "coastal"
    BLUE = "blue"
    GREEN = "green"
    RED = "red"
    REDEDGE071 = "rededge071"
    REDEDGE075 = "rededge075"
    REDEDGE078 = "rededge078"
    NIR = "nir"
    NIR08 = "nir08"
    NIR09 = "nir09"
    CIRRUS = "cirrus"
    SWIR16 = "swir16"
    SWIR22 = "swir22"
    PAN = "pan"
    THERMAL = "thermal"
    THERMAL_UNCERTAINTY = "thermal_uncertainty"
    VV = "vv"
    VH = "vh"


class Quality(IntFlag):
    """Quality bits of a pixel. Sensor flags become these inside the reader and nowhere else."""

    NODATA = 1 << 0
    SATURATED = 1 << 1
    CLOUD = 1 << 2
    CLOUD_SHADOW = 1 << 3
    CIRRUS = 1 << 4
    SNOW = 1 << 5
    WATER = 1 << 6
    LAND = 1 << 7
    GLINT = 1 << 8
    ADJACENT = 1 << 9
    LOW_SUN = 1 << 10
    TERRAIN_SHADOW = 1 << 11
    HIGH_SWIR = 1 << 12
    UNSURE = 1 << 13


QUALITY_TITLES: dict[Quality, str] = {
    Quality.NODATA: "no measurement",
    Quality.SATURATED: "saturated or defective detector",
    Quality.CLOUD: "cloud",
    Quality.CLOUD_SHADOW: "shadow of a cloud",
    Quality.CIRRUS: "thin cirrus",
    Quality.SNOW: "snow or ice",
    Quality.WATER: "water surface",
    Quality.LAND: "land surface",
    Quality.GLINT: "risk of sun glint",
    Quality.ADJACENT: "light from nearby land likely",
    Quality.LOW_SUN: "sun close to the horizon",
    Quality.TERRAIN_SHADOW: "dark area or shadow of terrain",
    Quality.HIGH_SWIR: "shortwave infrared too bright for clear-sky water",
    Quality.UNSURE: "state of the sky or class unknown",
}

NOT_CLEAR = (
    Quality.NODATA
    | Quality.SATURATED
    | Quality.CLOUD
    | Quality.CLOUD_SHADOW
    | Quality.CIRRUS
    | Quality.SNOW
    | Quality.TERRAIN_SHADOW
)
"""What every product rejects by itself; other bits are the user's choice."""
