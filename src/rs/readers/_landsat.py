"""Landsat: instruments, satellites, band names, quality bits of all collections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rs.core.bands import Band, Quality
from rs.core.scene import FlagRule, Platform
from rs.readers._landsat_coefficients import COEFFICIENTS
from rs.readers._wavelengths import WAVELENGTHS

ATTRIBUTION = "Landsat data courtesy of the U.S. Geological Survey"

BANDS = {
    "1": Band.COASTAL, "2": Band.BLUE, "3": Band.GREEN, "4": Band.RED, "5": Band.NIR08,
    "6": Band.SWIR16, "7": Band.SWIR22,
}  # fmt: skip
"""Reflective bands of OLI by their number in the MTL."""

TM_BANDS = {
    "1": Band.BLUE, "2": Band.GREEN, "3": Band.RED, "4": Band.NIR08, "5": Band.SWIR16, "7": Band.SWIR22,
}  # fmt: skip
"""Reflective bands of TM and ETM+."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """What the satellites of one generation share. ids: SENSOR_ID in the MTL.

    level1: bands that Level 1 has beside the reflective ones. thermal: the band of the surface
    temperature of Level 2. heat: numbers of the thermal bands of Level 1. saturation: bits of QA_RADSAT.
    """

    sensor: str
    ids: tuple[str, ...]
    names: tuple[str, ...]
    bands: Mapping[str, Band]
    level1: Mapping[str, Band]
    thermal: str
    heat: tuple[str, ...]
    saturation: tuple[FlagRule, ...]
    occlusion: bool
    cirrus: bool


def _bits(bits: tuple[int, ...], quality: Quality) -> tuple[FlagRule, ...]:
    return tuple(FlagRule(1 << bit, 1 << bit, quality) for bit in bits)


_OLI_SATURATION = _bits((0, 1, 2, 3, 4, 5, 6), Quality.SATURATED) + _bits((11,), Quality.TERRAIN_SHADOW)
"""QA_RADSAT of OLI: B1 to B7, terrain occlusion. Bit 8 is the cirrus band, which masks nothing."""

_TM_SATURATION = _bits((0, 1, 2, 3, 4, 6, 9), Quality.SATURATED)
"""QA_RADSAT of TM and ETM+: B1 to B5, B7, dropped pixel. Bits 5 and 8 are thermal."""

OLI = Instrument(
    "landsat-oli", ("OLI_TIRS", "OLI"), ("oli", "tirs"), BANDS, {"8": Band.PAN, "9": Band.CIRRUS}, "ST_B10",
    ("10", "11"), _OLI_SATURATION, occlusion=True, cirrus=True,
)  # fmt: skip
ETM = Instrument(
    "landsat-etm", ("ETM",), ("etm+",), TM_BANDS, {"8": Band.PAN}, "ST_B6", ("6_VCID_1", "6_VCID_2"),
    _TM_SATURATION, occlusion=False, cirrus=False,
)  # fmt: skip
TM = Instrument(
    "landsat-tm", ("TM",), ("tm",), TM_BANDS, {}, "ST_B6", ("6",), _TM_SATURATION, occlusion=False, cirrus=False
)

SATELLITES = {
    "landsat-4": TM,
    "landsat-5": TM,
    "landsat-7": ETM,
    "landsat-8": OLI,
    "landsat-9": OLI,
}
"""A new satellite is one line here; its coefficients and wavelengths stand in their own tables."""

INSTRUMENTS = (TM, ETM, OLI)

PLATFORMS = {
    name: Platform(name, instrument.sensor, COEFFICIENTS.get(name, {}), WAVELENGTHS.get(name, {}))
    for name, instrument in SATELLITES.items()
}

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


def qa_pixel(instrument: Instrument) -> tuple[tuple[FlagRule, ...], Quality]:
    """Rules of QA_PIXEL and what they decide: only OLI has a band for cirrus."""
    if instrument.cirrus:
        return QA_PIXEL, QA_KNOWS
    return tuple(rule for rule in QA_PIXEL if rule.bits is not Quality.CIRRUS), QA_KNOWS & ~Quality.CIRRUS


def radsat_knows(instrument: Instrument) -> Quality:
    """What QA_RADSAT decides."""
    return Quality.SATURATED | (Quality.TERRAIN_SHADOW if instrument.occlusion else Quality(0))


def _confidence(low_bit: int, level: int, quality: Quality) -> FlagRule:
    """Two bits: 0 not determined, 1 no, 2 perhaps, 3 yes."""
    return FlagRule(3 << low_bit, level << low_bit, quality)


def bqa_collection_1(instrument: Instrument) -> tuple[tuple[FlagRule, ...], Quality]:
    """Rules of the BQA of Collection 1 and what they decide; it has no bits for water and land."""
    second = Quality.TERRAIN_SHADOW if instrument.occlusion else Quality.SATURATED
    rules = [
        FlagRule(1 << 0, 1 << 0, Quality.NODATA),
        FlagRule(1 << 1, 1 << 1, second),
        *(_confidence(2, count, Quality.SATURATED) for count in (1, 2, 3)),
        FlagRule(1 << 4, 1 << 4, Quality.CLOUD),
        _confidence(5, 2, Quality.UNSURE),
        _confidence(5, 3, Quality.CLOUD),
        _confidence(7, 3, Quality.CLOUD_SHADOW),
        _confidence(9, 3, Quality.SNOW),
    ]
    knows = Quality.NODATA | Quality.SATURATED | Quality.CLOUD | Quality.CLOUD_SHADOW | Quality.SNOW | second
    if instrument.cirrus:
        rules.append(_confidence(11, 3, Quality.CIRRUS))
        knows |= Quality.CIRRUS
    return tuple(rules), knows


BQA_BEFORE_COLLECTIONS = (
    FlagRule(1 << 0, 1 << 0, Quality.NODATA),
    FlagRule(1 << 1, 1 << 1, Quality.SATURATED),
    FlagRule(1 << 2, 1 << 2, Quality.TERRAIN_SHADOW),
    _confidence(10, 3, Quality.SNOW),
    _confidence(12, 2, Quality.UNSURE),
    _confidence(12, 3, Quality.CIRRUS),
    _confidence(14, 2, Quality.UNSURE),
    _confidence(14, 3, Quality.CLOUD),
)
"""BQA of OLI before the collections: fill, dropped frame, terrain, snow, cirrus, cloud.

Bits 4-5 (water) mark 40% of a scene of forest and fields as "perhaps": they are not used. Cloud
shadow was never filled in.
"""

BQA_BEFORE_KNOWS = (
    Quality.NODATA | Quality.SATURATED | Quality.TERRAIN_SHADOW | Quality.SNOW | Quality.CIRRUS | Quality.CLOUD
)
