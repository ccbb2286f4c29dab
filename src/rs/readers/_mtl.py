"""MTL files of Landsat, txt, json or xml, of all collections: tags by group, place, time, files."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element

from rs.core.scene import TimeSpan, split_href
from rs.errors import BadInput, MissingPart
from rs.readers._documents import MAX_XML, read_json, read_text, read_xml
from rs.readers._places import beside, files_at, name_of, names_beside
from rs.readers._ranges import check_number, check_time

FORMS = ("_MTL.json", "_MTL.xml", "_MTL.txt")
AGAIN = "Fetch the MTL file again"


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
        """The number of a tag, finite and within what it can be. Raises MissingPart or BadInput."""
        text = self.text(tag, *groups)
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise BadInput(f"tag {tag}: {text[:40]!r} is not a number", where=self.path)
        return check_number(tag, value, self.path)

    @property
    def listed(self) -> Mapping[str, str]:
        """Names of files by their tag, such as FILE_NAME_BAND_4."""
        contents = self.groups.get("PRODUCT_CONTENTS", self.groups.get("PRODUCT_METADATA", {}))
        return {tag: name for tag, name in contents.items() if tag.startswith("FILE_NAME_")}


def mtl_files(path: str, wanted: re.Pattern[str]) -> list[str]:
    """MTL files at a path (a folder, a tar, or such a file) whose name fits, json before xml before txt.

    A folder without any may hold one tar. Raises BadInput for a tar that can't be trusted.
    """
    fitting = [file for file in files_at(path) if file.endswith(FORMS) and wanted.search(name_of(file))]
    return sorted(fitting, key=lambda file: ([file.endswith(form) for form in FORMS].index(True), file))


def lost_mtl(path: str, band_file: re.Pattern[str]) -> str:
    """What band files without any metadata are called together, or "": their MTL is lost."""
    names = [name_of(file) for file in files_at(path)]
    if any(name.lower().endswith((".json", ".xml", "_mtl.txt")) for name in names):
        return ""
    return next((found.group(1) for name in sorted(names) if (found := band_file.match(name))), "")


def chosen_mtl(path: str, files: list[str], lost: str) -> str:
    """The MTL file of the scene at a path. Raises MissingPart for bands without it, BadInput for several scenes.

    files: what `mtl_files` found. lost: what `lost_mtl` found.
    """
    if not files:
        raise MissingPart(
            f"{lost}_MTL.txt is not there: it states calibration, sun elevation, time and satellite", where=path,
            remedy="Fetch the MTL file of this scene from where the bands came from",
        )  # fmt: skip
    scenes = sorted({name_of(file).rsplit("_MTL", 1)[0] for file in files})
    if len(scenes) > 1 and split_href(files[0])[1]:
        raise BadInput(f"holds {len(scenes)} scenes: {', '.join(scenes)}", where=path, remedy="Unpack it first")
    return files[0]


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
    """When the centre of the scene was taken. Raises MissingPart or BadInput naming the tags."""
    day, clock = mtl.text("DATE_ACQUIRED", *groups), mtl.text("SCENE_CENTER_TIME", *groups)
    try:
        span = TimeSpan.at(datetime.fromisoformat(f"{day}T{clock[:15].rstrip('Z')}").replace(tzinfo=UTC))
    except ValueError as error:
        raise BadInput(f"tags DATE_ACQUIRED, SCENE_CENTER_TIME: no time in {day} {clock}", where=mtl.path) from error
    return check_time(span, "tags DATE_ACQUIRED, SCENE_CENTER_TIME", mtl.path)


def file_of(mtl: Mtl, name: str) -> str:
    """Path of a listed file, or "" where it does not lie beside the MTL.

    Where the files were renamed together with their MTL, their own prefix counts.
    """
    href = beside(mtl.path, name)
    if href:
        return href
    prefix = name_of(mtl.path).rsplit("_MTL", 1)[0]
    listed = _common(list(mtl.listed.values())).rpartition("_")[0]
    renamed = f"{prefix}{name.removeprefix(listed)}".lower()
    if not listed or prefix == listed:
        return ""
    found = [entry for entry in names_beside(mtl.path) if entry.lower() == renamed]
    return beside(mtl.path, found[0]) if found else ""


def _common(names: list[str]) -> str:
    """What all names begin with."""
    pairs = zip(min(names), max(names), strict=False)
    return "".join(one for one, _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))
