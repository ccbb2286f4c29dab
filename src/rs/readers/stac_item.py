"""STAC items (1.0 and 1.1) beside local rasters: Sentinel-2 and Landsat surface reflectance."""

from __future__ import annotations

import glob
import math
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from shapely.errors import ShapelyError
from shapely.geometry import shape

from rs.core.bands import Band
from rs.core.grid import Grid, Shape, Transform
from rs.core.reader import Reader
from rs.core.scene import (
    ABSENT,
    Angles,
    Asset,
    Correction,
    Platform,
    QualitySource,
    Reflectance,
    Scene,
    TimeSpan,
)  # fmt: skip
from rs.errors import BadInput, Contradiction, MissingPart
from rs.raster.opening import open_raster, raster_grid
from rs.readers import _landsat, _sentinel2
from rs.readers._documents import MAX_JSON, identifier, read_json
from rs.readers._grids import agreed
from rs.readers._stac_bands import BandClaim, band_claims

BOA_OFFSET = -0.1
FIRST_OFFSET_BASELINE = (4, 0)
TAKEN_OVER = (
    "constellation",
    "instruments",
    "grid:code",
    "sat:relative_orbit",
    "sat:orbit_state",
    "sat:absolute_orbit",
)
LEVELS = {
    "S2MSI2A": Reflectance.SURFACE, "L2A": Reflectance.SURFACE, "L2": Reflectance.SURFACE,
    "L2SP": Reflectance.SURFACE, "L2SR": Reflectance.SURFACE, "S2MSI1C": Reflectance.TOA,
    "L1C": Reflectance.TOA, "L1TP": Reflectance.TOA, "L1": Reflectance.TOA,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SensorFamily:
    """What a family of satellites shares: platforms, default, flag tables, attribution."""

    platforms: Mapping[str, Platform]
    default: str
    attribution: str
    licence_url: str


FAMILIES = {
    "sentinel-2": SensorFamily(
        _sentinel2.PLATFORMS, _sentinel2.DEFAULT, _sentinel2.ATTRIBUTION, _sentinel2.LICENCE_URL
    ),
    "landsat": SensorFamily(_landsat.PLATFORMS, "landsat-8", _landsat.ATTRIBUTION, ""),
}  # fmt: skip
FLAG_TABLES = {
    "scl": (_sentinel2.SCENE_CLASSIFICATION, _sentinel2.SCL_KNOWS),
    "qa_pixel": (_landsat.QA_PIXEL, _landsat.QA_KNOWS),
}


def matches(path: str) -> bool:
    """True for a STAC item of version 1.0 or 1.1, or a folder that holds exactly one."""
    return len(_items(path)) == 1


def _items(path: str) -> list[str]:
    candidates = [path] if os.path.isfile(path) else sorted(glob.glob(os.path.join(glob.escape(path), "*.json")))
    return [file for file in candidates if file.endswith(".json") and _is_item(file)]


def _is_item(file: str) -> bool:
    try:
        with open(file, "rb") as stream:
            text = stream.read(MAX_JSON)
    except OSError:
        return False
    return re.search(rb'"stac_version"\s*:\s*"1\.[01]', text) is not None


def open_scene(path: str) -> Scene:
    """The scene of an item. Raises BadInput and its kinds, naming file, field and remedy."""
    file = _items(path)[0]
    item = _item(file)
    properties = item["properties"]
    family, platform, notes = _platform(properties, file)
    assets, missing, quality, held_notes = _held(item, file)
    if not assets:
        raise MissingPart(
            f"none of its bands is held ({len(missing)} are listed)", where=file,
            remedy="Copy the band files beside the item, under the names that it lists",
        )  # fmt: skip
    time = _time(properties, file)
    return Scene(
        id=identifier(str(item["id"]), file),
        path=path,
        platform=platform,
        time=time,
        footprint=_geometry(item, file),
        reflectance=_reflectance(properties, file),
        correction=Correction.AS_DELIVERED,
        assets=assets,
        quality=quality,
        datatake=_datatake(properties),
        tile=str(properties.get("grid:code", "")).removeprefix("MGRS-").removeprefix("WRS2-"),
        baseline=str(properties.get("s2:processing_baseline", "")),
        angles=_angles(properties),
        missing=missing,
        licence=str(properties.get("license", "other")),
        licence_url=family.licence_url,
        attribution=str(properties.get("attribution") or family.attribution.format(year=time.start.year)),
        notes=tuple(dict.fromkeys(notes + held_notes)),
        properties={k: properties[k] for k in TAKEN_OVER if k in properties} | _orbit(properties),
        metadata=(file,),
    )


def _item(file: str) -> dict[str, Any]:
    item = read_json(file)
    shaped = isinstance(item, dict) and isinstance(item.get("properties"), dict)
    if not shaped or not isinstance(item.get("assets"), dict) or not item.get("id"):
        raise BadInput("is not a STAC item: id, properties and assets are needed", where=file)
    return dict(item)


def _platform(properties: Mapping[str, Any], file: str) -> tuple[SensorFamily, Platform, list[str]]:
    name = str(properties.get("platform", "")).lower().replace("_", "-")
    constellation = str(properties.get("constellation", "")).lower()
    found = next((f for f in FAMILIES if name.startswith(f) or constellation == f), None)
    if found is None:
        raise BadInput(
            f"field platform: {name or constellation or 'nothing'} is of no family that is read here"
            f" ({', '.join(FAMILIES)})", where=file,
            remedy="State platform or constellation, or add a reader (docs/add_a_sensor.md)",
        )  # fmt: skip
    family = FAMILIES[found]
    if name in family.platforms:
        return family, family.platforms[name], []
    note = f"platform {name or 'not stated'}: coefficients of {family.default} are used, the family's default"
    default = family.platforms[family.default]
    return family, Platform(name or found, default.sensor, default.coefficients), [note]


def _held(
    item: Mapping[str, Any], file: str
) -> tuple[dict[Band, Asset], dict[Band, str], tuple[QualitySource, ...], list[str]]:
    assets: dict[Band, Asset] = {}
    missing: dict[Band, str] = {}
    quality: dict[str, QualitySource] = {}
    notes: list[str] = []
    for claim in band_claims(item, file):
        if claim.local and os.path.exists(claim.href):
            if claim.band in assets or claim.flags in quality:
                continue
            asset, found = _asset(item, claim, file)
            notes += found
            if claim.band:
                assets[claim.band] = asset
            else:
                quality[claim.flags] = QualitySource(asset, *FLAG_TABLES[claim.flags])
        elif claim.band:
            missing.setdefault(claim.band, _why_missing(claim))
        elif claim.local:
            notes.append(f"{os.path.basename(claim.href)} is listed and not in the folder: no {claim.flags} mask")
    return assets, {b: why for b, why in missing.items() if b not in assets}, tuple(quality.values()), notes


def _why_missing(claim: BandClaim) -> str:
    if claim.local:
        return f"{os.path.basename(claim.href)} {ABSENT}"
    return f"listed as {claim.href.split('://')[0]} only, not held"


def _asset(item: Mapping[str, Any], claim: BandClaim, file: str) -> tuple[Asset, list[str]]:
    with open_raster(claim.href) as dataset:
        if claim.index > dataset.count:
            raise Contradiction(
                f"asset {claim.key}: band {claim.index} is described and the file has {dataset.count}", where=claim.href
            )
        own = raster_grid(claim.href, dataset)
        shape, dtype = Shape(*dataset.shape), str(dataset.dtypes[claim.index - 1])
        file_nodata, file_scale = dataset.nodatavals[claim.index - 1], dataset.scales[claim.index - 1]
        file_offset = dataset.offsets[claim.index - 1]
    stated = _stated_grid(item, claim, file)
    grid, notes = agreed(claim.href, own, stated, shape, "the item")
    nodata = tuple(dict.fromkeys(v for v in (claim.nodata, file_nodata) if v is not None and v == v))
    if claim.flags:
        return Asset(claim.key, claim.href, claim.index, grid, dtype, nodata=nodata), notes
    scale = claim.scale if claim.scale is not None else file_scale
    if not (math.isfinite(scale) and scale > 0):
        raise BadInput(f"asset {claim.key}: scale {scale:g} cannot be", where=file, remedy="Correct raster:scale")
    if scale == 1.0 and claim.scale is None and not dtype.startswith("float"):
        raise MissingPart(
            f"asset {claim.key}: no scale is stated for {dtype} counts", where=file,
            remedy="Add raster:scale and raster:offset to the band",
        )  # fmt: skip
    offset, rival, source = _offset(item["properties"], claim, file_offset)
    return Asset(claim.key, claim.href, claim.index, grid, dtype, scale, offset, rival, source, nodata), notes


def _offset(properties: Mapping[str, Any], claim: BandClaim, in_file: float) -> tuple[float, float | None, str]:
    """The offset to test first (the lower), its rival, and who says what."""
    claims = dict.fromkeys(claim.offsets, "the item states offset {}")
    if in_file:
        claims.setdefault(in_file, "the file states offset {}")
    numbers = re.findall(r"\d+", str(properties.get("s2:processing_baseline", "")))
    baseline = (*(int(n) for n in numbers[:2]), 0, 0)[:2]
    applied = properties.get("earthsearch:boa_offset_applied")
    if applied is True:
        claims.setdefault(0.0, "earthsearch:boa_offset_applied says it is applied already")
    elif baseline >= FIRST_OFFSET_BASELINE:
        claims.setdefault(BOA_OFFSET, f"processing baseline {baseline[0]:02d}.{baseline[1]:02d} means offset {{}}")
        if not claim.offsets and not in_file:
            claims.setdefault(0.0, "the item states no offset")
    if not claims:
        return 0.0, None, ""
    values = sorted(claims)
    if len(values) == 1:
        return values[0], None, ""
    return values[0], values[-1], " and ".join(claims[v].format(f"{v:g}") for v in (values[0], values[-1]))


def _stated_grid(item: Mapping[str, Any], claim: BandClaim, file: str) -> Grid | None:
    fields = {**item["properties"], **claim.asset}
    code = fields.get("proj:code") or (f"EPSG:{fields['proj:epsg']}" if fields.get("proj:epsg") else None)
    transform, shape = fields.get("proj:transform"), fields.get("proj:shape")
    if not (code and transform and shape):
        return None
    try:
        return Grid(str(code), Transform(*(float(v) for v in transform[:6])), Shape(*(int(n) for n in shape)))
    except (TypeError, ValueError) as error:
        raise BadInput(
            f"asset {claim.key}: proj:transform or proj:shape is not usable ({error})", where=file
        ) from error


def _reflectance(properties: Mapping[str, Any], file: str) -> Reflectance:
    stated = properties.get("rs:reflectance")
    if isinstance(stated, str) and stated in Reflectance._value2member_map_:
        return Reflectance(stated)
    for field in ("s2:product_type", "processing:level", "landsat:correction"):
        if str(properties.get(field)) in LEVELS:
            return LEVELS[str(properties[field])]
    raise MissingPart(
        "no field says whether the pixels are top-of-atmosphere or surface reflectance", where=file,
        remedy="State processing:level (L1C, L2A ...)",
    )  # fmt: skip


def _time(properties: Mapping[str, Any], file: str) -> TimeSpan:
    try:
        if properties.get("datetime"):
            span = TimeSpan.at(_utc(properties["datetime"]))
        else:
            span = TimeSpan(_utc(properties["start_datetime"]), _utc(properties["end_datetime"]))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise BadInput(f"fields datetime, start_datetime, end_datetime: no time ({error})", where=file) from error
    if span.start.year < 1972 or span.start > datetime.now(UTC):
        raise BadInput(f"field datetime: {span.start:%Y-%m-%d} is not a time of a satellite scene", where=file)
    return span


def _utc(text: str) -> datetime:
    value = datetime.fromisoformat(text)
    return (value if value.utcoffset() is not None else value.replace(tzinfo=UTC)).astimezone(UTC)


def _geometry(item: Mapping[str, Any], file: str) -> Mapping[str, Any]:
    geometry = item.get("geometry")
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise BadInput("field geometry: a Polygon or MultiPolygon is needed", where=file)
    try:
        empty = shape(geometry).is_empty
    except (AttributeError, KeyError, IndexError, TypeError, ValueError, ShapelyError) as error:
        raise BadInput(f"field geometry: cannot be read ({type(error).__name__})", where=file) from error
    if empty:
        raise BadInput("field geometry: is empty", where=file)
    return geometry


def _angles(properties: Mapping[str, Any]) -> Angles:
    def number(field: str) -> Iterator[float]:
        value = properties.get(field)
        if isinstance(value, int | float):
            yield float(value)

    elevation = next(number("view:sun_elevation"), None)
    return Angles(
        sun_zenith=None if elevation is None else 90.0 - elevation,
        sun_azimuth=next(number("view:sun_azimuth"), None),
        view_zenith=next(number("view:off_nadir"), None),
        view_azimuth=next(number("view:azimuth"), None),
    )


def _datatake(properties: Mapping[str, Any]) -> str:
    found = re.match(r"GS2[A-D]_(\d{8}T\d{6})_", str(properties.get("s2:datatake_id", "")))
    return found.group(1) if found else ""


def _orbit(properties: Mapping[str, Any]) -> dict[str, Any]:
    absolute = re.match(r"GS2[A-D]_\d{8}T\d{6}_(\d{6})_", str(properties.get("s2:datatake_id", "")))
    relative = re.search(r"_R(\d{3})_", str(properties.get("s2:product_uri", "")))
    found: dict[str, Any] = {}
    if absolute:
        found["sat:absolute_orbit"] = int(absolute.group(1))
    if relative:
        found["sat:relative_orbit"] = int(relative.group(1))
    return found


READER = Reader(
    name="stac-item",
    title="STAC item 1.0 or 1.1 with local rasters",
    sensors=tuple(dict.fromkeys(platform.sensor for f in FAMILIES.values() for platform in f.platforms.values())),
    matches=matches,
    open_scene=open_scene,
    platforms={**_sentinel2.PLATFORMS, **_landsat.PLATFORMS},
    evidence="real pixels",
)
