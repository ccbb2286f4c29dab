"""Tile metadata of Sentinel-2 (MTD_TL.xml and its forerunners): place, time, angles, masks."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from posixpath import basename, splitext
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from rs.core.grid import Grid, Shape, Transform
from rs.core.scene import AngleGrid, Angles
from rs.errors import BadInput, MissingPart
from rs.readers._documents import Document

Floats = NDArray[np.float64]
MAX_NODES = 200


@dataclass(frozen=True, slots=True)
class TileFacts:
    """What the metadata of a tile state. masks: stems of mask files by type and bandId ("" for all bands)."""

    name: str
    time: datetime
    grids: Mapping[int, Grid]
    angles: Angles
    angle_grid: AngleGrid | None
    masks: Mapping[tuple[str, str], str]
    notes: tuple[str, ...]


def read_tile(document: Document) -> TileFacts:
    """The facts of a tile. Raises MissingPart or BadInput naming file and tag."""
    identifier = document.text("TILE_ID", "TILE_ID_2A")
    found = re.search(r"_T(\d{2}[C-X][A-Z]{2})(?:_|$)", identifier)
    if not found:
        raise BadInput(f"tag TILE_ID: no tile in {identifier[:80]}", where=document.where)
    grids = _grids(document)
    angle_grid = _angle_grid(document, grids[10])
    angles, notes = _mean_angles(document, angle_grid)
    masks = {
        (mask.get("type", ""), mask.get("bandId", "")): splitext(basename((mask.text or "").strip()))[0]
        for mask in document.all("MASK_FILENAME")
    }
    return TileFacts(found.group(1), _time(document), grids, angles, angle_grid, masks, notes)


def _time(document: Document) -> datetime:
    text = document.text("SENSING_TIME")
    try:
        value = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"tag SENSING_TIME: no time in {text[:40]}", where=document.where) from error
    value = (value if value.utcoffset() is not None else value.replace(tzinfo=UTC)).astimezone(UTC)
    if value.year < 2015 or value > datetime.now(UTC):
        raise BadInput(f"tag SENSING_TIME: {value:%Y-%m-%d} is not a time of this mission", where=document.where)
    return value


def _grids(document: Document) -> dict[int, Grid]:
    """The grid of each resolution [m]."""
    crs = document.text("HORIZONTAL_CS_CODE")
    if not re.fullmatch(r"EPSG:32[67]\d{2}", crs):
        raise BadInput(f"tag HORIZONTAL_CS_CODE: {crs[:40]} is not a UTM zone", where=document.where)
    sizes = {part.get("resolution"): Document(document.where, part) for part in document.all("Size")}
    grids = {}
    for place in document.all("Geoposition"):
        resolution, at = place.get("resolution", ""), Document(document.where, place)
        if resolution not in sizes or not resolution.isdigit():
            raise MissingPart(f"tag Size of resolution {resolution[:20]} is missing", where=document.where)
        size = Shape(int(sizes[resolution].number("NROWS")), int(sizes[resolution].number("NCOLS")))
        x, y = at.number("ULX"), at.number("ULY")
        try:
            place_of = Transform(at.number("XDIM"), 0.0, x, 0.0, at.number("YDIM"), y)
            grids[int(resolution)] = Grid(crs, place_of, size)
        except ValueError as error:
            raise BadInput(f"tag Tile_Geocoding: {error}", where=document.where) from error
    lacking = [f"{r} m" for r in (10, 20, 60) if r not in grids]
    if lacking:
        raise MissingPart(f"tag Geoposition is missing for {', '.join(lacking)}", where=document.where)
    return grids


def _mean_angles(document: Document, grid: AngleGrid | None) -> tuple[Angles, tuple[str, ...]]:
    """Mean angles as stated; where they are not finite (it happens), the mean of the grid, and a note."""
    sun = _mean(document, document.all("Mean_Sun_Angle"))
    view = _mean(document, document.all("Mean_Viewing_Incidence_Angle"))
    notes = []
    for name, stated in (("sun", sun), ("view", view)):
        if stated is None:
            notes.append(f"mean {name} angles are not stated: the mean of the angle grid is used")
    if grid is not None:
        sun = sun or mean_direction(_floats(grid.sun_zenith), _floats(grid.sun_azimuth))
        view = view or mean_direction(_floats(grid.view_zenith), _floats(grid.view_azimuth))
    sun_zenith, sun_azimuth = sun or (None, None)
    view_zenith, view_azimuth = view or (None, None)
    return Angles(sun_zenith, sun_azimuth, view_zenith, view_azimuth), tuple(notes)


def _mean(document: Document, parts: Iterable[Element]) -> tuple[float, float] | None:
    pairs = []
    for part in parts:
        angle = Document(document.where, part)
        pairs.append([angle.as_number(angle.text(tag), tag) for tag in ("ZENITH_ANGLE", "AZIMUTH_ANGLE")])
    if not pairs:
        return None
    zenith, azimuth = np.array(pairs).T
    return mean_direction(zenith, azimuth)


def mean_direction(zenith: Floats, azimuth: Floats) -> tuple[float, float] | None:
    """Mean of the finite directions [degrees]: zenith angle, azimuth in [0, 360); None where there is none."""
    held = np.isfinite(zenith) & np.isfinite(azimuth)
    if not held.any():
        return None
    turn = np.radians(azimuth[held])
    turned = np.degrees(np.arctan2(np.sin(turn).mean(), np.cos(turn).mean())) % 360.0
    return float(zenith[held].mean()), float(turned)


def _angle_grid(document: Document, tile: Grid) -> AngleGrid | None:
    """Grids of the sun's and the view angles; the views of all bands and detectors are averaged."""
    sun_part = next(document.all("Sun_Angles_Grid"), None)
    if sun_part is None:
        return None
    sun = Document(document.where, sun_part)
    zenith, azimuth = _table(sun.part("Zenith")), _table(sun.part("Azimuth"))
    views = []
    for part in document.all("Viewing_Incidence_Angles_Grids"):
        view = Document(document.where, part)
        views.append((_table(view.part("Zenith")), _table(view.part("Azimuth"))))
    if any(one.shape != zenith.shape for one in (azimuth, *(t for pair in views for t in pair))):
        raise BadInput("tag Values_List: the angle grids have different sizes", where=document.where)
    view_zenith, view_azimuth = _average(views, zenith.shape)
    step = sun.part("Zenith")
    return AngleGrid(
        tile.crs, tile.transform.c, tile.transform.f, step.number("COL_STEP"), -step.number("ROW_STEP"),
        _rows(zenith), _rows(azimuth), _rows(view_zenith), _rows(view_azimuth),
    )  # fmt: skip


def _average(views: list[tuple[Floats, Floats]], shape: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Mean view of each node over bands and detectors that see it, NaN where none does."""
    total = np.zeros((4, *shape))
    for zenith, azimuth in views:
        seen = np.isfinite(zenith) & np.isfinite(azimuth)
        turn = np.radians(azimuth)
        for k, values in enumerate((np.ones(shape), zenith, np.sin(turn), np.cos(turn))):
            total[k][seen] += values[seen]
    with np.errstate(invalid="ignore"):
        mean = total[1] / np.where(total[0] > 0, total[0], np.nan)
    turned = np.where(total[0] > 0, np.degrees(np.arctan2(total[2], total[3])) % 360.0, np.nan)
    return mean, turned


def _table(part: Document) -> Floats:
    rows = [(row.text or "").split() for row in part.all("VALUES")]
    if not rows or len({len(row) for row in rows}) > 1 or max(len(rows), len(rows[0])) > MAX_NODES or not rows[0]:
        raise BadInput(f"tag Values_List: {len(rows)} rows of unequal or unlikely length", where=part.where)
    return np.array([[part.as_number(word, "VALUES") for word in row] for row in rows])


def _rows(table: Floats) -> tuple[tuple[float | None, ...], ...]:
    return tuple(tuple(float(v) if math.isfinite(v) else None for v in row) for row in table)


def _floats(table: tuple[tuple[float | None, ...], ...]) -> Floats:
    return np.array([[np.nan if v is None else v for v in row] for row in table], float)
