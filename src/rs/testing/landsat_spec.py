"""What a synthetic Landsat folder is: level, satellite, collection, place, time, size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from rs.core.bands import Band
from rs.core.grid import Grid, Shape, Transform

SR_SCALE, SR_OFFSET = 2.75e-5, -0.2
ST_SCALE, ST_OFFSET = 0.00341802, 149.0
ST_QA_SCALE, ST_QA_FILL = 0.01, -9999
UTM = "EPSG:32649"
LEFT, TOP = 699_885.0, 2_600_115.0

_OLI = {
    "1": Band.COASTAL, "2": Band.BLUE, "3": Band.GREEN, "4": Band.RED, "5": Band.NIR08, "6": Band.SWIR16,
    "7": Band.SWIR22, "8": Band.PAN, "9": Band.CIRRUS, "10": Band.THERMAL, "11": Band.THERMAL,
}  # fmt: skip
_TM = {
    "1": Band.BLUE, "2": Band.GREEN, "3": Band.RED, "4": Band.NIR08, "5": Band.SWIR16, "6": Band.THERMAL,
    "7": Band.SWIR22,
}  # fmt: skip
_ETM = {
    **{number: band for number, band in _TM.items() if number != "6"}, "6_VCID_1": Band.THERMAL,
    "6_VCID_2": Band.THERMAL, "8": Band.PAN,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Satellite:
    """What differs between satellites: letter, sensor in the MTL, bands, band of temperature, K1 and K2, bits."""

    letter: str
    sensor: str
    bands: Mapping[str, Band]
    thermal: str
    constants: Mapping[str, tuple[float, float]]
    highest: int
    mult: float
    add: float


_K8 = {"10": (774.8853, 1321.0789), "11": (480.8883, 1201.1442)}
_K7 = {"6_VCID_1": (666.09, 1282.71), "6_VCID_2": (666.09, 1282.71)}
SATELLITES = {
    "landsat-5": Satellite("T", "TM", _TM, "ST_B6", {"6": (607.76, 1260.56)}, 255, 3.2e-3, -8e-3),
    "landsat-7": Satellite("E", "ETM", _ETM, "ST_B6", _K7, 255, 2.9e-3, -1.2e-2),
    "landsat-8": Satellite("C", "OLI_TIRS", _OLI, "ST_B10", _K8, 65_535, 2e-5, -0.1),
    "landsat-9": Satellite("C", "OLI_TIRS", _OLI, "ST_B10", _K8, 65_535, 2e-5, -0.1),
}
RADIANCE = {65_535: (3.342e-4, 0.1), 255: (0.055, 1.18)}
"""Radiance [W m-2 sr-1 um-1] of thermal counts: factor and addend, by the highest count."""


@dataclass(frozen=True, slots=True)
class LandsatSpec:
    """A Landsat folder. size: rows and columns of 30 m pixels. level: "L1" or "L2".

    collection: 2, 1, or 0 for what came before the collections (1 and 0: Level 1 only). forms of the MTL.
    """

    level: str = "L2"
    platform: str = "landsat-9"
    collection: int = 2
    path: int = 122
    row: int = 44
    sensed: datetime = datetime(2024, 11, 7, 2, 52, 19, 431_227, tzinfo=UTC)
    size: tuple[int, int] = (120, 120)
    pixel: float = 30.0
    sun: tuple[float, float] = (48.25, 152.5)
    forms: tuple[str, ...] = ("txt", "json", "xml")

    def __post_init__(self) -> None:
        if self.level not in ("L1", "L2") or (self.level == "L2" and self.collection != 2):
            raise ValueError(f"no such product: level {self.level}, collection {self.collection}")
        if self.platform not in SATELLITES:
            raise ValueError(f"no such satellite: {self.platform}")
        if self.collection == 0 and self.satellite.highest == 255:
            raise ValueError("before the collections only OLI had a BQA")

    @property
    def satellite(self) -> Satellite:
        """What is special about the satellite."""
        return SATELLITES[self.platform]

    @property
    def product(self) -> str:
        """Name of the product, which is that of its folder."""
        number = int(self.platform[-1])
        if self.collection == 0:
            return f"L{self.satellite.letter}{number}{self.path:03d}{self.row:03d}{self.sensed:%Y%j}LGN00"
        made = self.sensed + timedelta(days=9)
        kind = "L2SP" if self.level == "L2" else "L1TP"
        place = f"{self.path:03d}{self.row:03d}_{self.sensed:%Y%m%d}_{made:%Y%m%d}"
        return f"L{self.satellite.letter}{number:02d}_{kind}_{place}_{self.collection:02d}_T1"

    def grid(self, band: Band) -> Grid:
        """The grid of a band; the panchromatic one has half the pixel and shares the first centre."""
        rows, cols = self.size
        if band is not Band.PAN:
            return Grid(UTM, Transform(self.pixel, 0.0, LEFT, 0.0, -self.pixel, TOP), Shape(rows, cols))
        half, quarter = self.pixel / 2, self.pixel / 4
        place = Transform(half, 0.0, LEFT + quarter, 0.0, -half, TOP - quarter)
        return Grid(UTM, place, Shape(2 * rows - 1, 2 * cols - 1))

    @property
    def extent(self) -> tuple[float, float]:
        """Width and height [m]."""
        return self.size[1] * self.pixel, self.size[0] * self.pixel
