"""Acquiring: scenes of the site's sources, copied whole into the site, with digests and a record."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rs.catalog.files import replace
from rs.catalog.item import item_bytes
from rs.core.scene import Scene
from rs.core.slot import safe_id, sha256_of
from rs.errors import BadInput, Conflict, RsError
from rs.pipeline.load import settle
from rs.pipeline.prepare import Settled, digests_of, resettled, scene_root, settled_of, with_digests
from rs.raster.cog import cannot_write
from rs.raster.intact import check_intact
from rs.readers import open_scene, reader_of


@dataclass(frozen=True, slots=True)
class Arrival:
    """A path of a source, and the folder that keeps scenes."""

    path: str
    scenes: str


def arrivals(sources: list[Path], scenes: Path) -> list[Arrival]:
    """What lies in the source folders, by name; hidden entries and loose text files are passed over."""
    found = []
    for source in sources:
        if not source.is_dir():
            raise BadInput("the source folder is not there", where=str(source), remedy="Make it, or mend site.toml")
        for entry in sorted(source.iterdir()):
            if not entry.name.startswith(".") and (entry.is_dir() or reader_of(str(entry))):
                found.append(Arrival(str(entry), str(scenes)))
    return found


def acquire(arrival: Arrival) -> Scene:
    """The scene of an arrival, copied into the site. Runs in a worker; doing it again copies nothing.

    Raises Conflict where the site holds a scene of the same id with other content.
    """
    source = open_scene(arrival.path)
    folder = Path(arrival.scenes) / safe_id(source.id)
    record = folder.with_suffix(".json") if "." not in folder.name else folder.with_name(folder.name + ".json")
    seen = _stamps(source)
    kept = _read(record)
    if kept is None:
        kept = _bring(source, folder, record, seen)
    elif kept["seen"] != seen and kept["files"] != _relative(source, digests_of(source)):
        raise Conflict(
            f"another scene with the id {source.id} was acquired before", where=arrival.path,
            remedy=f"Compare it with {folder}; withdraw the old one before you bring the new one",
        )  # fmt: skip
    scene = open_scene(str(folder))
    root = Path(scene_root(scene))
    digests = {str(root / name): digest for name, digest in kept["files"].items()}
    settled = Settled(kept["settled"]["offsets"], tuple(kept["settled"]["notes"]))
    return resettled(with_digests(scene, digests), settled)


def _bring(source: Scene, folder: Path, record: Path, seen: dict[str, Any]) -> dict[str, Any]:
    """Copy, settle, then write the record, which is what makes the scene acquired."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
        new = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".new-"))
        files = dict(_copied(source, new))
        new.chmod(0o755)
        new.rename(folder)
    except OSError as error:
        raise cannot_write(str(folder), error) from error
    try:
        held = with_digests(opened := open_scene(str(folder)), _absolute(opened, files))
        settled = settled_of(held, settle(held))
    except RsError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    body = {
        "id": source.id, "source": source.path, "seen": seen, "files": files,
        "settled": {"offsets": dict(settled.offsets), "notes": list(settled.notes)},
    }  # fmt: skip
    replace(record, item_bytes(body))
    return body


def _copied(source: Scene, target: Path) -> Iterator[tuple[str, str]]:
    check_intact(source)
    root = Path(scene_root(source))
    for file in source.files:
        name = Path(file).relative_to(root)
        copy = target / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        digest = sha256_of(file)
        shutil.copyfile(file, copy)
        if sha256_of(str(copy)) != digest:
            raise BadInput("changed while it was copied", where=file, remedy="Wait until it is complete, run again")
        yield name.as_posix(), digest


def _absolute(scene: Scene, files: dict[str, str]) -> dict[str, str]:
    root = Path(scene_root(scene))
    return {str(root / name): digest for name, digest in files.items()}


def _relative(scene: Scene, digests: dict[str, str]) -> dict[str, str]:
    root = Path(scene_root(scene))
    return {Path(file).relative_to(root).as_posix(): digest for file, digest in digests.items()}


def _stamps(scene: Scene) -> dict[str, Any]:
    """Size and time of change of the source files: equal ones are not digested again."""
    root = Path(scene_root(scene))
    stats = {Path(file).relative_to(root).as_posix(): os.stat(file) for file in scene.files}
    return {name: [s.st_size, s.st_mtime_ns] for name, s in stats.items()}


def _read(record: Path) -> dict[str, Any] | None:
    if not record.exists():
        return None
    try:
        body: dict[str, Any] = json.loads(record.read_bytes())
        return body if {"seen", "files", "settled"} <= set(body) else None
    except ValueError:
        return None
