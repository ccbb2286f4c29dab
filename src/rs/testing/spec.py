"""What a synthetic Sentinel-2 product is: level, satellite, tile, time, baseline, size, layout."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from rs.core.bands import Band
from rs.core.grid import Grid, Shape, Transform
from rs.testing.mgrs import tile_corner

OFFSET_SINCE = "04.00"
OFFSET = -1000
QUANTIFICATION = 10_000
FULL = 10_980


@dataclass(frozen=True, slots=True)
class MsiBand:
    """A band: number in the metadata, name there, pixel size [m], limits and centre [nm], irradiance [W/m2/um]."""

    number: int
    physical: str
    pixel: int
    low: int
    high: int
    centre: float
    irradiance: float
    band: Band


MSI = {
    "B01": MsiBand(0, "B1", 60, 412, 456, 442.7, 1884.69, Band.COASTAL),
    "B02": MsiBand(1, "B2", 10, 456, 533, 492.7, 1959.66, Band.BLUE),
    "B03": MsiBand(2, "B3", 10, 538, 583, 559.8, 1823.24, Band.GREEN),
    "B04": MsiBand(3, "B4", 10, 646, 684, 664.6, 1512.06, Band.RED),
    "B05": MsiBand(4, "B5", 20, 695, 714, 704.1, 1424.64, Band.REDEDGE071),
    "B06": MsiBand(5, "B6", 20, 731, 749, 740.5, 1287.61, Band.REDEDGE075),
    "B07": MsiBand(6, "B7", 20, 769, 797, 782.8, 1162.08, Band.REDEDGE078),
    "B08": MsiBand(7, "B8", 10, 760, 907, 832.8, 1041.63, Band.NIR),
    "B8A": MsiBand(8, "B8A", 20, 837, 881, 864.7, 955.32, Band.NIR08),
    "B09": MsiBand(9, "B9", 60, 932, 958, 945.1, 812.92, Band.NIR09),
    "B10": MsiBand(10, "B10", 60, 1337, 1412, 1373.5, 367.15, Band.CIRRUS),
    "B11": MsiBand(11, "B11", 20, 1539, 1682, 1613.7, 245.59, Band.SWIR16),
    "B12": MsiBand(12, "B12", 20, 2078, 2320, 2202.4, 85.25, Band.SWIR22),
}
"""Bands of MSI as the product metadata of Sentinel-2A describe them."""

TILES = {10: 1024, 20: 640, 60: 192}
"""Side of the JPEG 2000 tiles [px] by pixel size [m]."""


@dataclass(frozen=True, slots=True)
class SafeSpec:
    """A product. size: pixels of the 10 m bands, a multiple of 6; `pixel`: their size on the ground [m].

    With pixel = 10 a small size is a corner of the tile; with a larger one it is a decimated copy of it.
    layout: "compact", or "old" as before December 2016 (baseline 02.04). offset [counts] is what the
    baseline says unless given. complete: all copies and side layers that the provider delivers too. masks:
    flaws and detectors of every band, which a full tile takes long to write.
    """

    level: str = "L2A"
    platform: str = "sentinel-2b"
    tile: str = "49QGF"
    sensed: datetime = datetime(2024, 11, 5, 3, 0, 46, tzinfo=UTC)
    baseline: str = "05.11"
    relative_orbit: int = 32
    absolute_orbit: int = 40_044
    size: int = 120
    pixel: float = 10.0
    layout: str = "compact"
    offset: int | None = None
    sun: tuple[float, float] = (42.5, 156.25)
    view: tuple[float, float] = (6.75, 104.5)
    complete: bool = False
    masks: bool = True

    def __post_init__(self) -> None:
        if self.level not in ("L1C", "L2A") or self.layout not in ("compact", "old"):
            raise ValueError(f"no such product: level {self.level}, layout {self.layout}")
        if self.size < 6 or self.size % 6 or (self.size * self.pixel) % 60:
            raise ValueError(f"size {self.size} px of {self.pixel:g} m does not cut into pixels of 20 and 60 m")

    @property
    def ship(self) -> str:
        """Short name of the satellite, such as S2B."""
        return f"S2{self.platform[-1].upper()}"

    @property
    def datatake(self) -> datetime:
        """When the datatake began: some minutes before the tile was seen."""
        return self.sensed - timedelta(minutes=7, seconds=15)

    @property
    def generated(self) -> datetime:
        """When the product was made."""
        return self.sensed + timedelta(hours=4)

    @property
    def counts_offset(self) -> int:
        """The offset that the counts bear [counts]."""
        if self.offset is not None:
            return self.offset
        return OFFSET if self.baseline >= OFFSET_SINCE else 0

    @property
    def states_offset(self) -> bool:
        """Whether the metadata of this baseline have offset tags."""
        return self.baseline >= OFFSET_SINCE

    @property
    def bands(self) -> tuple[str, ...]:
        """Names of the bands of the level."""
        return tuple(name for name in MSI if self.level == "L1C" or name != "B10")

    def grid(self, pixel: int) -> Grid:
        """The grid of the files of a pixel size [m]."""
        crs, left, top = tile_corner(self.tile)
        step, side = self.pixel * pixel / 10, self.size * 10 // pixel
        return Grid(crs, Transform(step, 0.0, left, 0.0, -step, top), Shape(side, side))

    @property
    def extent(self) -> tuple[float, float]:
        """Width and height of what the files cover [m]."""
        return self.size * self.pixel, self.size * self.pixel

    def stated_size(self, pixel: int) -> int:
        """Pixels on a side that the metadata state for a pixel size [m]."""
        return round(self.size * self.pixel / pixel)
