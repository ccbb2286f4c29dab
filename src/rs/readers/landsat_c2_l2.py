"""Landsat 8 and 9, Collection 2 Level 2 folders: MTL as txt, json or xml, one GeoTIFF a band."""

from __future__ import annotations

import glob
import math
import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element

from rs.core.bands import Band
from rs.core.grid import Grid
from rs.core.reader import Reader
from rs.core.scene import ABSENT, Angles, Asset, Correction, QualitySource, Reflectance, Scene, TimeSpan
from rs.errors import BadInput, Contradiction, MissingPart
from rs.raster.footprint import grid_footprint
from rs.raster.opening import open_raster, raster_grid
from rs.readers._documents import MAX_XML, contained, read_json, read_text, read_xml
from rs.readers._landsat import BANDS, PLATFORMS, QA_KNOWS, QA_PIXEL

Groups = Mapping[str, Mapping[str, str]]

FORMS = ("_MTL.json", "_MTL.xml", "_MTL.txt")
IMAGE, CONTENTS, PROJECTION = "IMAGE_ATTRIBUTES", "PRODUCT_CONTENTS", "PROJECTION_ATTRIBUTES"
CALIBRATION = "LEVEL2_SURFACE_REFLECTANCE_PARAMETERS"
ATTRIBUTION = "Landsat data courtesy of the U.S. Geological Survey"


def matches(path: str) -> bool:
    """True for a folder with a Collection 2 MTL file, or for such a file."""
    return _mtl_files(path) != []


def _mtl_files(path: str) -> list[str]:
    if os.path.isfile(path):
        return [path] if re.search(r"_02_(T1|T2|RT)_MTL\.(json|xml|txt)$", os.path.basename(path)) else []
    if not os.path.isdir(path):
        return []
    found = [f for form in FORMS for f in glob.glob(os.path.join(glob.escape(path), f"*_02_*{form}"))]
    return sorted(found, key=lambda f: [f.endswith(form) for form in FORMS].index(True))


def open_scene(path: str) -> Scene:
    """The scene of a folder. Raises MissingPart, Contradiction or BadInput naming file and tag."""
    mtl = _mtl_files(path)[0]
    folder = os.path.dirname(mtl)
    groups = _parse(mtl)
    platform_name = _tag(groups, IMAGE, "SPACECRAFT_ID", mtl).lower().replace("_", "-")
    level = _tag(groups, CONTENTS, "PROCESSING_LEVEL", mtl)
    if platform_name not in PLATFORMS:
        raise BadInput(
            f"tag SPACECRAFT_ID: {platform_name} is not among {', '.join(PLATFORMS)}", where=mtl,
            remedy="A new satellite of the family is one line in rs/readers/_landsat.py",
        )  # fmt: skip
    if not level.startswith("L2"):
        raise BadInput(f"tag PROCESSING_LEVEL: {level} is read in a later version; Level 2 is wanted", where=mtl)
    names, notes = {_number(k): v for k, v in groups[CONTENTS].items() if _number(k)}, []
    assets: dict[Band, Asset] = {}
    missing: dict[Band, str] = {}
    for number, band in BANDS.items():
        name = names.get(number)
        if name is None:
            continue
        href = contained(folder, name, mtl)
        if os.path.exists(href):
            assets[band] = _asset(groups, mtl, number, href)
        else:
            missing[band] = f"{name} {ABSENT}"
    if not assets:
        raise MissingPart(
            f"none of the {len(missing)} band files that the MTL lists is there", where=folder,
            remedy="Copy the folder again",
        )  # fmt: skip
    grid = next(iter(assets.values())).grid
    quality, quality_notes = _quality(groups, folder, mtl)
    held = [*assets.values(), *(source.asset for source in quality)]
    notes += _check_grids(groups, mtl, {asset.href: asset.grid for asset in held})
    return Scene(
        id=_tag(groups, CONTENTS, "LANDSAT_PRODUCT_ID", mtl),
        path=path,
        platform=PLATFORMS[platform_name],
        time=_time(groups, mtl),
        footprint=grid_footprint(grid),
        reflectance=Reflectance.SURFACE,
        correction=Correction.AS_DELIVERED,
        assets=assets,
        quality=quality,
        datatake=f"{_time(groups, mtl).start:%Y%m%dT%H%M%S}",
        tile=f"{int(_float(groups, IMAGE, 'WRS_PATH', mtl)):03d}{int(_float(groups, IMAGE, 'WRS_ROW', mtl)):03d}",
        baseline=groups.get("LEVEL2_PROCESSING_RECORD", {}).get("PROCESSING_SOFTWARE_VERSION", ""),
        angles=Angles(
            sun_zenith=90.0 - _float(groups, IMAGE, "SUN_ELEVATION", mtl),
            sun_azimuth=_float(groups, IMAGE, "SUN_AZIMUTH", mtl) % 360,
        ),
        missing=missing,
        licence="CC0-1.0",
        attribution=ATTRIBUTION,
        notes=tuple(notes + quality_notes),
        properties={
            "instruments": ["oli", "tirs"],
            "constellation": "landsat",
            "grid:code": f"WRS2-{int(groups[IMAGE]['WRS_PATH']):03d}{int(groups[IMAGE]['WRS_ROW']):03d}",
        },
        metadata=(mtl,),
    )


def _number(tag: str) -> str | None:
    found = re.fullmatch(r"FILE_NAME_BAND_(\d+)", tag)
    return found.group(1) if found else None


def _tag(groups: Groups, group: str, tag: str, mtl: str) -> str:
    try:
        return groups[group][tag]
    except KeyError:
        raise MissingPart(f"tag {group}/{tag} is missing", where=mtl, remedy="Fetch the MTL file again") from None


def _float(groups: Groups, group: str, tag: str, mtl: str) -> float:
    text = _tag(groups, group, tag, mtl)
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadInput(f"tag {group}/{tag}: {text!r} is no number", where=mtl, remedy="Fetch the MTL file again")
    return value


def _asset(groups: Groups, mtl: str, number: str, href: str) -> Asset:
    scale = _float(groups, CALIBRATION, f"REFLECTANCE_MULT_BAND_{number}", mtl)
    offset = _float(groups, CALIBRATION, f"REFLECTANCE_ADD_BAND_{number}", mtl)
    grid, dtype = _header(href)
    return Asset(f"SR_B{number}", href, 1, grid, dtype, scale, offset, nodata=(0.0,))


def _header(href: str) -> tuple[Grid, str]:
    with open_raster(href) as dataset:
        grid = raster_grid(href, dataset)
        if grid is None:
            raise BadInput("has no georeference", where=href, remedy="Fetch the file again")
        return grid, str(dataset.dtypes[0])


def _quality(groups: Groups, folder: str, mtl: str) -> tuple[tuple[QualitySource, ...], list[str]]:
    name = groups[CONTENTS].get("FILE_NAME_QUALITY_L1_PIXEL")
    href = contained(folder, name, mtl) if name else ""
    if not href or not os.path.exists(href):
        return (), [f"{name or 'QA_PIXEL'} is not in the folder: the state of the sky is unknown"]
    grid, dtype = _header(href)
    asset = Asset("QA_PIXEL", href, 1, grid, dtype, nodata=())
    return (QualitySource(asset, QA_PIXEL, QA_KNOWS),), []


def _check_grids(groups: Groups, mtl: str, grids: Mapping[str, Grid]) -> list[str]:
    """Corners and size of every band against the MTL; a decimated copy is accepted and noted."""
    cell = _float(groups, PROJECTION, "GRID_CELL_SIZE_REFLECTIVE", mtl)
    corner = {c: _float(groups, PROJECTION, f"CORNER_{c}_PRODUCT", mtl) for c in
              ("UL_PROJECTION_X", "UL_PROJECTION_Y", "LR_PROJECTION_X", "LR_PROJECTION_Y")}  # fmt: skip
    size = tuple(int(_float(groups, PROJECTION, f"REFLECTIVE_{n}", mtl)) for n in ("LINES", "SAMPLES"))
    half = cell / 2
    edges = (corner["UL_PROJECTION_X"] - half, corner["LR_PROJECTION_Y"] - half,
             corner["LR_PROJECTION_X"] + half, corner["UL_PROJECTION_Y"] + half)  # fmt: skip
    notes: dict[str, None] = {}
    for href, grid in grids.items():
        off = max(abs(a - b) for a, b in zip(grid.bounds, edges, strict=True))
        if off > cell:
            raise Contradiction(
                f"its corners are {off:.0f} m from those of the MTL (limit: one pixel, {cell:g} m)", where=href,
                remedy="The band belongs to another scene or was cut; fetch the folder again",
            )  # fmt: skip
        if tuple(grid.shape) != size:
            rows, cols = grid.shape
            notes[
                f"decimated copy: {cols} x {rows} px on the corners of {size[1]} x {size[0]} px;"
                f" pixels are {grid.transform.a:.2f} x {-grid.transform.e:.2f} m"
            ] = None
    return list(notes)


def _time(groups: Groups, mtl: str) -> TimeSpan:
    day, clock = _tag(groups, IMAGE, "DATE_ACQUIRED", mtl), _tag(groups, IMAGE, "SCENE_CENTER_TIME", mtl)
    try:
        return TimeSpan.at(datetime.fromisoformat(f"{day}T{clock[:15].rstrip('Z')}").replace(tzinfo=UTC))
    except ValueError as error:
        raise BadInput(f"tags DATE_ACQUIRED, SCENE_CENTER_TIME: no time in {day} {clock}", where=mtl) from error


def _parse(mtl: str) -> Groups:
    if mtl.endswith(".json"):
        body = read_json(mtl)
        root = body.get("LANDSAT_METADATA_FILE") if isinstance(body, dict) else None
        groups = {k: _strings(v) for k, v in root.items() if isinstance(v, dict)} if isinstance(root, dict) else {}
    elif mtl.endswith(".xml"):
        groups = {_name(part): {_name(tag): tag.text or "" for tag in part} for part in read_xml(mtl)}
    else:
        groups = _parse_odl(mtl)
    for group in (IMAGE, CONTENTS, PROJECTION):
        if group not in groups:
            raise MissingPart(f"group {group} is missing", where=mtl, remedy="Fetch the MTL file again")
    return groups


def _name(element: Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _strings(group: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in group.items()}


def _parse_odl(mtl: str) -> dict[str, dict[str, str]]:
    groups: dict[str, dict[str, str]] = {}
    current: dict[str, str] = {}
    ended = False
    for line in read_text(mtl, MAX_XML).decode("utf-8", "replace").splitlines():
        key, _, value = (part.strip() for part in line.partition("="))
        if key == "GROUP":
            current = groups.setdefault(value, {})
        elif key == "END":
            ended = True
        elif value and key != "END_GROUP":
            current[key] = value.strip('"')
    if not ended:
        raise BadInput("is cut short: its line END is missing", where=mtl, remedy="Copy the file again")
    return groups


READER = Reader(
    name="landsat-c2-l2",
    title="Landsat 8 and 9 Collection 2 Level 2 folder",
    sensors=("landsat-oli",),
    matches=matches,
    open_scene=open_scene,
    platforms=PLATFORMS,
    rank=10,
    evidence="real pixels",
)
