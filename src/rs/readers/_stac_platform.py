"""Which satellite a STAC item is of: its family, its sensor, its coefficients, its flag tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from rs.core.bands import Band, Quality
from rs.core.scene import FlagRule, Platform
from rs.errors import BadInput
from rs.readers import _landsat, _sentinel2

FlagTable = tuple[tuple[FlagRule, ...], Quality]


@dataclass(frozen=True, slots=True)
class Family:
    """What a family of satellites shares. default: the platform whose coefficients an unknown one takes."""

    name: str
    platforms: Mapping[str, Platform]
    default: str
    attribution: str
    licence_url: str


FAMILIES = (
    Family(
        "sentinel-2", _sentinel2.PLATFORMS, _sentinel2.DEFAULT, _sentinel2.ATTRIBUTION, _sentinel2.LICENCE_URL
    ),
    Family("landsat", _landsat.PLATFORMS, "landsat-8", _landsat.ATTRIBUTION, ""),
)  # fmt: skip
BY_INSTRUMENT = {"tm": "landsat-5", "etm": "landsat-7", "etm+": "landsat-7", "oli": "landsat-8", "oli2": "landsat-9"}
"""Whose sensor and coefficients a Landsat takes that is not named, or in no table, by its instrument."""

_PRODUCT = re.compile(r"^L[COTEM]0?([1-9])[_\d]", re.IGNORECASE)
"""Number of the satellite in the name of a Landsat product, such as LT05_L2SP_... or LC8..."""


def platform_of(item: Mapping[str, Any], file: str) -> tuple[Family, Platform, list[str]]:
    """The family and the platform of an item, with a note where another's coefficients are used.

    Raises BadInput for a family that is not read here.
    """
    properties = item["properties"]
    stated = _plain(properties.get("platform"))
    constellation = _plain(properties.get("constellation"))
    family = next((f for f in FAMILIES if stated.startswith(f.name) or constellation == f.name), None)
    if family is None:
        raise BadInput(
            f"field platform: {stated or constellation or 'nothing'} is of no family that is read here"
            f" ({', '.join(f.name for f in FAMILIES)})", where=file,
            remedy="State platform or constellation, or add a reader (docs/add_a_sensor.md)",
        )  # fmt: skip
    if stated in family.platforms:
        return family, family.platforms[stated], []
    if not stated and (named := _by_product(item, family)):
        return family, family.platforms[named], [f"platform not stated: {named} by the name of the item"]
    sister, why = _sister(properties, family)
    note = f"platform {stated or 'not stated'}: coefficients of {sister} are used, {why}"
    # wavelengths stay unstated: what rests on them, such as the Rayleigh correction, is refused by name
    return family, replace(family.platforms[sister], name=stated or family.name, wavelengths={}), [note]


def _plain(name: object) -> str:
    """A name as the tables have it: LANDSAT_5, Landsat 5 and landsat5 are landsat-5."""
    text = re.sub(r"[_\s]+", "-", str(name or "").strip().lower())
    return re.sub(r"^(landsat|sentinel)(\d)", r"\1-\2", text)


def _by_product(item: Mapping[str, Any], family: Family) -> str:
    found = _PRODUCT.match(str(item["id"])) if family.name == "landsat" else None
    name = f"landsat-{found.group(1)}" if found else ""
    return name if name in family.platforms else ""


def _sister(properties: Mapping[str, Any], family: Family) -> tuple[str, str]:
    instruments = properties.get("instruments")
    if family.name == "landsat" and isinstance(instruments, list):
        for instrument in (_plain(name) for name in instruments):
            if instrument in BY_INSTRUMENT:
                return BY_INSTRUMENT[instrument], f"which carries {instrument} too"
    return family.default, "the family's default"


def flag_table(name: str, platform: Platform) -> FlagTable:
    """Rules of a flag file of a platform, and what they decide. name: "scl" or "qa_pixel"."""
    if name == "scl":
        return _sentinel2.SCENE_CLASSIFICATION, _sentinel2.SCL_KNOWS
    return _landsat.qa_pixel(_instrument(platform) or _landsat.OLI)


def band_names(platform: Platform) -> Mapping[str, Band]:
    """Bands by the names that the provider gives them: B10 is cirrus for one sensor and heat for another."""
    instrument = _instrument(platform)
    if instrument is None:
        return _sentinel2.BANDS
    numbered = {**instrument.bands, **instrument.level1}
    found = {f"B{number}": band for number, band in numbered.items()}
    found |= {f"SR_B{number}": band for number, band in instrument.bands.items()}
    return found | {instrument.thermal: Band.THERMAL, "ST_QA": Band.THERMAL_UNCERTAINTY}


def _instrument(platform: Platform) -> _landsat.Instrument | None:
    return next((i for i in _landsat.INSTRUMENTS if i.sensor == platform.sensor), None)
