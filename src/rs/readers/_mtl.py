"""MTL files of Landsat, txt, json or xml, of all collections: tags by group, place, time, files."""

from __future__ import annotations

import glob
import itertools
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element

from rs.core.grid import Grid
from rs.core.scene import TimeSpan
from rs.errors import BadInput, Contradiction, MissingPart
from rs.readers._documents import MAX_XML, contained, read_json, read_text, read_xml

FORMS = ("_MTL.json", "_MTL.xml", "_MTL.txt")
AGAIN = "Fetch the MTL file again"
ALIGNED = 0.1
"""How far [px] the corner of a cut may lie beside the scene's own pixels."""


@dataclass(frozen=True, slots=True)
class Mtl:
    """Tags by group, with the file that errors name. Groups are given in the order of preference."""

    path: str
    groups: Mapping[str, Mapping[str, str]]

    def found(self, tag: str, *groups: str) -> str:
        """The value of a tag, "" where no group has it."""
        return next((self.groups[g][tag] for g in groups if tag in self.groups.get(g, {})), "")

    def text(self, tag: str, *groups: str) -> str:
        """The value of a tag. Raises MissingPart naming group and tag."""
        value = self.found(tag, *groups)
        if not value:
            group = next((g for g in groups if g in self.groups), groups[0])
            raise MissingPart(f"tag {group}/{tag} is missing", where=self.path, remedy=AGAIN)
        return value

    def number(self, tag: str, *groups: str) -> float:
        """The number of a tag. Raises MissingPart or BadInput."""
        text = self.text(tag, *groups)
        try:
            return float(text)
        except ValueError:
            raise BadInput(f"tag {tag}: {text[:40]!r} is not a number", where=self.path) from None

    @property
    def listed(self) -> Mapping[str, str]:
        """Names of files by their tag, such as FILE_NAME_BAND_4."""
        contents = self.groups.get("PRODUCT_CONTENTS", self.groups.get("PRODUCT_METADATA", {}))
        return {tag: name for tag, name in contents.items() if tag.startswith("FILE_NAME_")}


def mtl_files(path: str, wanted: re.Pattern[str]) -> list[str]:
    """MTL files at a path (a folder, or such a file) whose name fits, json before xml before txt."""
    if os.path.isfile(path):
        candidates = [path] if path.endswith(FORMS) else []
    elif os.path.isdir(path):
        candidates = [f for form in FORMS for f in glob.glob(os.path.join(glob.escape(path), f"*{form}"))]
    else:
        candidates = []
    fitting = [file for file in candidates if wanted.search(os.path.basename(file))]
    return sorted(fitting, key=lambda file: ([file.endswith(form) for form in FORMS].index(True), file))


def read_mtl(path: str, *required: str) -> Mtl:
    """The tags of an MTL file. Raises MissingPart where a required group is not there."""
    if path.endswith(".json"):
        body = read_json(path)
        roots = [v for v in body.values() if isinstance(v, dict)] if isinstance(body, dict) else []
        groups = {k: _strings(v) for root in roots for k, v in root.items() if isinstance(v, dict)}
    elif path.endswith(".xml"):
        groups = {_name(part): {_name(tag): tag.text or "" for tag in part} for part in read_xml(path)}
    else:
        groups = _parse_odl(path)
    for group in required:
        if group not in groups:
            raise MissingPart(f"group {group} is missing", where=path, remedy=AGAIN)
    return Mtl(path, groups)


def _name(element: Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _strings(group: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in group.items()}


def _parse_odl(path: str) -> dict[str, dict[str, str]]:
    groups: dict[str, dict[str, str]] = {}
    current: dict[str, str] = {}
    ended = False
    for line in read_text(path, MAX_XML).decode("utf-8", "replace").splitlines():
        key, _, value = (part.strip() for part in line.partition("="))
        if key == "GROUP":
            current = groups.setdefault(value, {})
        elif key == "END":
            ended = True
        elif value and key != "END_GROUP":
            current[key] = value.strip('"')
    if not ended:
        raise BadInput("is cut short: its line END is missing", where=path, remedy="Copy the file again")
    return groups


def scene_time(mtl: Mtl, *groups: str) -> TimeSpan:
    """When the centre of the scene was taken."""
    day, clock = mtl.text("DATE_ACQUIRED", *groups), mtl.text("SCENE_CENTER_TIME", *groups)
    try:
        return TimeSpan.at(datetime.fromisoformat(f"{day}T{clock[:15].rstrip('Z')}").replace(tzinfo=UTC))
    except ValueError as error:
        raise BadInput(f"tags DATE_ACQUIRED, SCENE_CENTER_TIME: no time in {day} {clock}", where=mtl.path) from error


def file_of(mtl: Mtl, name: str) -> str:
    """Path of a listed file, or "" where it is not in the folder.

    Where the files were renamed together with their MTL, their own prefix counts.
    """
    folder = os.path.dirname(mtl.path)
    href = contained(folder, name, mtl.path)
    if os.path.exists(href):
        return href
    prefix = os.path.basename(mtl.path).rsplit("_MTL", 1)[0]
    listed = _common(list(mtl.listed.values())).rpartition("_")[0]
    renamed = f"{prefix}{name.removeprefix(listed)}".lower()
    if not listed or prefix == listed:
        return ""
    found = [entry for entry in sorted(os.listdir(folder)) if entry.lower() == renamed]
    return contained(folder, found[0], mtl.path) if found else ""


def _common(names: list[str]) -> str:
    """What all names begin with."""
    pairs = zip(min(names), max(names), strict=False)
    return "".join(one for one, _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))


def check_place(mtl: Mtl, grids: Mapping[str, Grid], *groups: str) -> list[str]:
    """Corners and size of every band against the MTL. A decimated copy is accepted and noted.

    So is a cut, where all bands were cut alike and lie on the scene's own pixels.
    """
    cell = mtl.number("GRID_CELL_SIZE_REFLECTIVE", *groups)
    size = tuple(int(mtl.number(f"REFLECTIVE_{n}", *groups)) for n in ("LINES", "SAMPLES"))
    left, top, right, bottom = (
        mtl.number(f"CORNER_{c}_PRODUCT", *groups)
        for c in ("UL_PROJECTION_X", "UL_PROJECTION_Y", "LR_PROJECTION_X", "LR_PROJECTION_Y")
    )
    edges = (left - cell / 2, bottom - cell / 2, right + cell / 2, top + cell / 2)
    _check_zone(mtl, grids, *groups)
    away = {href: max(abs(a - b) for a, b in zip(g.bounds, edges, strict=True)) for href, g in grids.items()}
    bad = [href for href, off in away.items() if off > cell]
    if bad and len(bad) == len(grids) and _is_cut(list(grids.values()), edges, cell):
        rows, cols = next(g for g in grids.values() if abs(g.pixel_size - cell) < 0.01 * cell).shape
        return [f"a cut: {cols} x {rows} px of {size[1]} x {size[0]} px"]
    if bad:
        raise Contradiction(
            f"its corners are {away[bad[0]]:.0f} m from those of the MTL (limit: one pixel, {cell:g} m)", where=bad[0],
            remedy="The band belongs to another scene or was cut; fetch the folder again",
        )  # fmt: skip
    coarse = [g for g in grids.values() if g.shape != size and g.pixel_size > 1.01 * cell]
    return list(dict.fromkeys(_decimated(g, size) for g in coarse))


def _decimated(grid: Grid, size: tuple[int, ...]) -> str:
    rows, cols = grid.shape
    return (
        f"decimated copy: {cols} x {rows} px on the corners of {size[1]} x {size[0]} px;"
        f" pixels are {grid.transform.a:.2f} x {-grid.transform.e:.2f} m"
    )


def _check_zone(mtl: Mtl, grids: Mapping[str, Grid], *groups: str) -> None:
    zone = mtl.found("UTM_ZONE", *groups)
    if not zone.isdigit():
        return
    for href, grid in grids.items():
        if grid.crs not in (f"EPSG:326{int(zone):02d}", f"EPSG:327{int(zone):02d}"):
            raise Contradiction(f"is in {grid.crs}, the MTL says UTM zone {zone}", where=href)


def _is_cut(grids: list[Grid], edges: tuple[float, float, float, float], cell: float) -> bool:
    """True where all grids cover the same part of the scene, on its own pixels."""
    first = next((g for g in grids if abs(g.pixel_size - cell) < 0.01 * cell), None)
    if first is None:
        return False
    alike = all(max(abs(a - b) for a, b in zip(g.bounds, first.bounds, strict=True)) <= cell for g in grids)
    inside = all((b - e) * sign >= -cell for b, e, sign in zip(first.bounds, edges, (1, 1, -1, -1), strict=True))
    steps = ((first.bounds[0] - edges[0]) / cell, (edges[3] - first.bounds[3]) / cell)
    return alike and inside and all(abs(step - round(step)) <= ALIGNED for step in steps)
