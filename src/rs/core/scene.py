"""What was observed: a scene, its files and its metadata. No pixels inside."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from rs.core.bands import Band, Quality
from rs.core.grid import Grid


class Reflectance(StrEnum):
    """What a reflectance is the reflectance of. WATER_LEAVING is rho_w = pi * Rrs [1]."""

    TOA = "toa"
    RAYLEIGH_CORRECTED = "rayleigh_corrected"
    SURFACE = "surface"
    WATER_LEAVING = "water_leaving"


class Correction(StrEnum):
    """Level of atmospheric correction of the delivered pixels."""

    NONE = "none"
    AS_DELIVERED = "as_delivered"
    A_RAYLEIGH = "A"
    B_DARK_TARGET = "B"
    C_SWIR = "C"
    D_RESIDUAL_SWIR = "D"


class Grade(StrEnum):
    """Security level of data (GB/T 43697-2024 order): general 1 is the most open."""

    GENERAL_1 = "general-1"
    GENERAL_2 = "general-2"
    GENERAL_3 = "general-3"
    GENERAL_4 = "general-4"
    IMPORTANT = "important"
    CORE = "core"

    @classmethod
    def strictest(cls, *grades: Grade) -> Grade:
        """The strictest of several grades: what a product inherits."""
        order = list(cls)
        return max(grades, key=order.index)


class OpenMode(StrEnum):
    """Who may have a product: nobody yet, everybody, named parties, holders of an agreement."""

    CLOSED = "closed"
    UNCONDITIONAL = "unconditional"
    DIRECTED = "directed"
    AUTHORIZED = "authorized"


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """When the scene was taken (UTC). A span where the source does not know the instant."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.utcoffset() is None or self.end.utcoffset() is None:
            raise ValueError("times need a time zone")
        if self.end < self.start:
            raise ValueError(f"the span ends before it starts: {self.start} .. {self.end}")

    @classmethod
    def at(cls, instant: datetime) -> TimeSpan:
        """A span that is one instant."""
        if instant.utcoffset() is None:
            raise ValueError("times need a time zone")
        return cls(instant.astimezone(UTC), instant.astimezone(UTC))

    @property
    def is_instant(self) -> bool:
        """True where the source knows the instant."""
        return self.start == self.end

    @property
    def days(self) -> str:
        """The day, or the first and the last."""
        first, last = f"{self.start:%Y-%m-%d}", f"{self.end:%Y-%m-%d}"
        return first if first == last else f"{first} to {last}"


@dataclass(frozen=True, slots=True)
class Angles:
    """Mean angles of a scene [degrees]; azimuths clockwise from north. None where not stated."""

    sun_zenith: float | None = None
    sun_azimuth: float | None = None
    view_zenith: float | None = None
    view_azimuth: float | None = None


@dataclass(frozen=True, slots=True)
class Asset:
    """One band of one file. value = count * scale + offset, except where the count is in nodata.

    href: path of a file, or "archive.zip!member" (or ".tar!"). rival_offset: a second claim of the metadata about
    the offset, settled from pixels before use. planes: bands of the file that become one count, the
    first in bit 0, set where that band is not 0. masks: flag files of this band alone; where one says
    NODATA or SATURATED the band has no value. kelvin: K1 [W m-2 sr-1 um-1] and K2 [K], where count * scale +
    offset is a radiance L, and the value the brightness temperature K2 / ln(K1 / L + 1) [K].
    """

    name: str
    href: str
    index: int
    grid: Grid
    dtype: str
    scale: float = 1.0
    offset: float = 0.0
    rival_offset: float | None = None
    rival_source: str = ""
    nodata: tuple[float, ...] = ()
    digest: str = ""
    planes: tuple[int, ...] = ()
    masks: tuple[QualitySource, ...] = ()
    kelvin: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class FlagRule:
    """Sensor flags to quality bits: where (count & mask) == value, the bits are set."""

    mask: int
    value: int
    bits: Quality


@dataclass(frozen=True, slots=True)
class QualitySource:
    """A flag file of the sensor with the rules that translate it. `knows` are the bits it decides."""

    asset: Asset
    rules: tuple[FlagRule, ...]
    knows: Quality


@dataclass(frozen=True, slots=True)
class Platform:
    """A satellite: name, sensor family, per formula name its coefficients, per band its centre [nm]."""

    name: str
    sensor: str
    coefficients: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    wavelengths: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AngleGrid:
    """Angles [degrees] at the nodes of a coarse grid over a scene; azimuths clockwise from north.

    left, top: the first node [units of the CRS]; step_x, step_y: from node to node, rightwards and
    downwards. Each table is [rows][columns] of nodes; None where the source does not state it.
    """

    crs: str
    left: float
    top: float
    step_x: float
    step_y: float
    sun_zenith: tuple[tuple[float | None, ...], ...]
    sun_azimuth: tuple[tuple[float | None, ...], ...]
    view_zenith: tuple[tuple[float | None, ...], ...]
    view_azimuth: tuple[tuple[float | None, ...], ...]


IN_ARCHIVE = re.compile(r"\.(?:zip|tar)!", re.IGNORECASE)
ABSENT = "is listed and not in the folder"
"""How `Scene.missing` says that a local file is lost, which is a fault, not a lack of the sensor."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One observation as it lies on disk.

    id: the source's own id. datatake, tile: "" where the source has none. footprint: GeoJSON
    geometry in EPSG:4326. missing: why a band that the metadata lists is not held. notes: what
    was assumed or settled, carried into every item. properties: STAC fields taken over as they are.
    checksums: what the provider says of a file or member, as "algorithm:hex", by its href.
    detectors: by band, the file that says which detector saw a pixel; it is named and not read.
    angle_assets: rasters of angles by pixel [degrees], by their names in Angles; azimuths may be negative.
    """

    id: str
    path: str
    platform: Platform
    time: TimeSpan
    footprint: Mapping[str, Any]
    reflectance: Reflectance
    correction: Correction
    assets: Mapping[Band, Asset]
    quality: tuple[QualitySource, ...] = ()
    datatake: str = ""
    tile: str = ""
    baseline: str = ""
    angles: Angles = Angles()
    missing: Mapping[Band, str] = field(default_factory=dict)
    licence: str = "other"
    licence_url: str = ""
    attribution: str = ""
    grade: Grade = Grade.GENERAL_1
    notes: tuple[str, ...] = ()
    properties: Mapping[str, Any] = field(default_factory=dict)
    metadata: tuple[str, ...] = ()
    angle_grid: AngleGrid | None = None
    checksums: Mapping[str, str] = field(default_factory=dict)
    detectors: Mapping[Band, str] = field(default_factory=dict)
    angle_assets: Mapping[str, Asset] = field(default_factory=dict)

    @property
    def rasters(self) -> tuple[Asset, ...]:
        """Every asset that is read: bands, the masks of each, flag files and angles of the scene."""
        bands = [asset for band in self.assets.values() for asset in (band, *(m.asset for m in band.masks))]
        return (*bands, *(source.asset for source in self.quality), *self.angle_assets.values())

    @property
    def files(self) -> tuple[str, ...]:
        """Paths of all local files that the scene consists of, metadata included, sorted.

        An archive is one file, whatever members are used.
        """
        held = [asset.href for asset in self.rasters]
        return tuple(sorted({split_href(href)[0] for href in (*held, *self.metadata)}))

    @property
    def cloud_state_known(self) -> bool:
        """True where a quality source decides on clouds."""
        return any(Quality.CLOUD in source.knows for source in self.quality)


def split_href(href: str) -> tuple[str, str]:
    """Path of the file and name of the member of "archive.zip!member" or ".tar!"; "" for a plain file's member."""
    found = IN_ARCHIVE.search(href)
    return (href, "") if found is None else (href[: found.start() + 4], href[found.end() :])
