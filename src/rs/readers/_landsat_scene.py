"""What the readers of all Landsat levels share: satellite, bands by file, masks, the frame of a scene."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rs.core.bands import Band, Quality
from rs.core.scene import ABSENT, Angles, Asset, FlagRule, Platform, QualitySource
from rs.errors import BadInput, Contradiction, MissingPart
from rs.readers._grids import own_grid
from rs.readers._landsat import PLATFORMS, SATELLITES, Instrument, qa_pixel, radsat_knows
from rs.readers._mtl import Mtl, file_of
from rs.readers._mtl_place import check_place
from rs.readers._places import name_of, place_of

PIXEL, RADSAT = "FILE_NAME_QUALITY_L1_PIXEL", "FILE_NAME_QUALITY_L1_RADIOMETRIC_SATURATION"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A band file that an MTL lists: its asset name, the listed file, and how counts become values."""

    band: Band
    asset: str
    file: str
    scale: float
    offset: float
    nodata: tuple[float, ...]
    kelvin: tuple[float, float] | None = None


def satellite(mtl: Mtl, *groups: str) -> tuple[Platform, Instrument]:
    """The platform and its instrument. Raises BadInput for a name that is in no table."""
    name = mtl.text("SPACECRAFT_ID", *groups).lower().replace("_", "-")
    if name not in SATELLITES:
        raise BadInput(
            f"tag SPACECRAFT_ID: {name} is not among {', '.join(PLATFORMS)}", where=mtl.path,
            remedy="A new satellite of the family is one line in rs/readers/_landsat.py",
        )  # fmt: skip
    instrument = SATELLITES[name]
    sensor = mtl.text("SENSOR_ID", *groups)
    if sensor not in instrument.ids:
        raise Contradiction(
            f"tags SPACECRAFT_ID, SENSOR_ID: {name} does not carry {sensor} ({', '.join(instrument.ids)})",
            where=mtl.path,
        )
    return PLATFORMS[name], instrument


def held_bands(
    mtl: Mtl, wanted: list[Wanted], *groups: str
) -> tuple[dict[Band, Asset], dict[Band, str], tuple[str, ...]]:
    """Assets of the files that are there, why others are not, and notes on their place."""
    assets: dict[Band, Asset] = {}
    missing: dict[Band, str] = {}
    notes: list[str] = []
    for one in wanted:
        href = file_of(mtl, one.file)
        if href:
            if name_of(href) != one.file:
                notes.append("the files were renamed: they are taken by the prefix of their MTL, not as it lists them")
            grid, dtype = own_grid(href)
            assets[one.band] = Asset(
                one.asset, href, 1, grid, dtype, one.scale, one.offset, nodata=one.nodata, kelvin=one.kelvin
            )  # fmt: skip
        else:
            missing[one.band] = f"{one.file} {ABSENT}"
    if not assets:
        raise MissingPart(
            f"none of the {len(missing)} band files that the MTL lists is there", where=place_of(mtl.path),
            remedy="Copy the folder again",
        )  # fmt: skip
    notes += check_place(mtl, {a.href: a.grid for a in assets.values()}, *groups)
    return assets, missing, tuple(dict.fromkeys(notes))


def collection_2_masks(mtl: Mtl, instrument: Instrument) -> tuple[tuple[QualitySource, ...], tuple[str, ...]]:
    """QA_PIXEL and QA_RADSAT, and what is not known where they are not held."""
    pixel = mask(mtl, PIXEL, "QA_PIXEL", *qa_pixel(instrument))
    radsat = mask(mtl, RADSAT, "QA_RADSAT", instrument.saturation, radsat_knows(instrument))
    lacks = {PIXEL: (pixel, "the state of the sky is unknown"), RADSAT: (radsat, "saturation is unknown")}
    notes = [
        f"{mtl.listed.get(tag) or tag} is not in the folder: {what}"
        for tag, (source, what) in lacks.items()
        if source is None
    ]
    return tuple(source for source in (pixel, radsat) if source is not None), tuple(notes)


def mask(mtl: Mtl, tag: str, name: str, rules: tuple[FlagRule, ...], knows: Quality) -> QualitySource | None:
    """A flag file by its tag, None where it is not held."""
    listed = mtl.listed.get(tag, "")
    href = file_of(mtl, listed) if listed else ""
    if not href:
        return None
    grid, dtype = own_grid(href)
    return QualitySource(Asset(name, href, 1, grid, dtype), rules, knows)


def sun_angles(mtl: Mtl, *groups: str) -> Angles:
    """Mean angles of the sun; Landsat looks down, the view is not stated."""
    elevation = mtl.number("SUN_ELEVATION", *groups)
    return Angles(sun_zenith=90.0 - elevation, sun_azimuth=mtl.number("SUN_AZIMUTH", *groups) % 360)


def path_row(mtl: Mtl, *groups: str) -> str:
    """Path and row of the scene, three digits each."""
    return f"{int(mtl.number('WRS_PATH', *groups)):03d}{int(mtl.number('WRS_ROW', *groups)):03d}"


def properties(instrument: Instrument, tile: str) -> Mapping[str, Any]:
    """STAC fields of a scene."""
    return {"instruments": list(instrument.names), "constellation": "landsat", "grid:code": f"WRS2-{tile}"}
