"""Acquiring: scenes of the site's sources, copied whole into the site, with digests and a record."""

from __future__ import annotations

import fcntl
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rs.catalog.item import item_bytes
from rs.catalog.layout import Layout
from rs.core.discovery import unknown_name
from rs.core.disk import DISK, Disk, cannot_write
from rs.core.scene import Scene
from rs.core.slot import safe_id, sha256_of, unit_of
from rs.errors import BadInput, Conflict, RsError
from rs.pipeline.load import settle
from rs.pipeline.prepare import Settled, digests_of, prepare, resettled, scene_root, settled_of, with_digests
from rs.raster.intact import check_intact
from rs.readers import open_scene, reader_of
from rs.store.local import TEMPORARY, LocalStore


@dataclass(frozen=True, slots=True)
class Arrival:
    """A path of a source, and the folder that keeps scenes. renew: take it in place of what is kept."""

    path: str
    scenes: str
    renew: bool = False


@dataclass(frozen=True, slots=True)
class Changed:
    """A source that holds other bytes than the scene of the same id that is kept."""

    arrival: Arrival
    scene: str
    unit: str

    @property
    def error(self) -> Conflict:
        """Why it is not taken where published items rest on the scene that is kept."""
        return Conflict(
            f"another scene with the id {self.scene} was acquired before, and published items rest on it",
            where=self.arrival.path,
            remedy=f"Compare it with {Path(self.arrival.scenes) / self.scene}; nothing was replaced",
        )


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


def taken(job: Arrival | str) -> Scene | Changed:
    """The scene of an arrival, or of a path that is read where it lies. Runs in a worker."""
    return prepare(job) if isinstance(job, str) else acquire(job)


def files_of(layout: Layout, scene: str) -> dict[str, str]:
    """Digest of each file of an acquired scene, by its name. Raises UnknownName."""
    record = _read(layout.scenes / f"{safe_id(scene)}.json")
    if record is None:
        known = sorted(path.stem for path in layout.scenes.glob("*.json"))
        raise unknown_name("acquired scene", scene, known)
    files: dict[str, str] = record["files"]
    return files


def acquire(arrival: Arrival, disk: Disk = DISK) -> Scene | Changed:
    """The scene of an arrival, copied into the site. Runs in a worker; doing it again copies nothing.

    Changed where the site holds a scene of the same id with other bytes, unless the arrival renews.
    """
    source = open_scene(arrival.path)
    name = safe_id(source.id)
    folder, record = Path(arrival.scenes) / name, Path(arrival.scenes) / f"{name}.json"
    with _alone(Path(arrival.scenes), name):
        seen = _stamps(source)
        kept = _read(record)
        if kept is not None and kept["seen"] != seen and kept["files"] != _relative(source, digests_of(source)):
            if not arrival.renew:
                return Changed(arrival, name, unit_of(source))
            kept = None
        if kept is None or not _whole(folder, kept):
            kept = _bring(source, LocalStore(folder.parent, disk), folder.name, seen)
        scene = open_scene(str(folder))
    settled = Settled(kept["settled"]["offsets"], tuple(kept["settled"]["notes"]))
    return resettled(with_digests(scene, _absolute(scene, kept["files"])), settled)


@contextmanager
def _alone(scenes: Path, name: str) -> Iterator[None]:
    """One process at a time for a scene of this id."""
    try:
        locks = scenes.parent / ".locks"
        locks.mkdir(parents=True, exist_ok=True)
        with (locks / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise cannot_write(str(scenes), error) from error


def _whole(folder: Path, kept: dict[str, Any]) -> bool:
    """True where every file of the record is in the folder, as large and as old as when it was copied."""
    for name, stamp in kept["copied"].items():
        try:
            found = (folder / name).stat()
        except OSError:
            return False
        if [found.st_size, found.st_mtime_ns] != stamp:
            return False
    return True


def _bring(source: Scene, scenes: LocalStore, name: str, seen: dict[str, Any]) -> dict[str, Any]:
    """Copy, settle, then write the record, which is what makes the scene acquired: all before it is durable."""
    folder, disk = scenes.path(name), scenes.disk
    try:
        disk.make_folder(folder.parent)
        shutil.rmtree(folder, ignore_errors=True)
        new = Path(tempfile.mkdtemp(dir=folder.parent, prefix=TEMPORARY))
        files = dict(_copied(source, new, disk))
        new.chmod(0o755)
        disk.replace(new, folder)
        disk.sync_folder(folder.parent)
    except OSError as error:
        raise cannot_write(str(folder), error, _size(source)) from error
    try:
        held = with_digests(opened := open_scene(str(folder)), _absolute(opened, files))
        settled = settled_of(held, settle(held))
    except RsError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    body = {
        "copied": {name: _stamp(folder / name) for name in files},
        "id": source.id, "source": source.path, "seen": seen, "files": files,
        "settled": {"offsets": dict(settled.offsets), "notes": list(settled.notes)},
    }  # fmt: skip
    scenes.replace(f"{name}.json", item_bytes(body))
    return body


def _copied(source: Scene, target: Path, disk: Disk) -> Iterator[tuple[str, str]]:
    check_intact(source)
    root = Path(scene_root(source))
    folders = {target}
    for file in source.files:
        name = Path(file).relative_to(root)
        copy = target / name
        disk.make_folder(copy.parent)
        folders.add(copy.parent)
        digest = sha256_of(file)
        disk.copy(Path(file), copy)
        if sha256_of(str(copy)) != digest:
            raise BadInput("changed while it was copied", where=file, remedy="Wait until it is complete, run again")
        disk.sync_file(copy)
        yield name.as_posix(), digest
    for folder in sorted(folders):
        disk.sync_folder(folder)


def _size(source: Scene) -> int:
    return sum(Path(file).stat().st_size for file in source.files)


def _absolute(scene: Scene, files: dict[str, str]) -> dict[str, str]:
    root = Path(scene_root(scene))
    return {str(root / name): digest for name, digest in files.items()}


def _relative(scene: Scene, digests: dict[str, str]) -> dict[str, str]:
    root = Path(scene_root(scene))
    return {Path(file).relative_to(root).as_posix(): digest for file, digest in digests.items()}


def _stamps(scene: Scene) -> dict[str, Any]:
    """Size and time of change of the source files: equal ones are not digested again."""
    root = Path(scene_root(scene))
    return {Path(file).relative_to(root).as_posix(): _stamp(Path(file)) for file in scene.files}


def _stamp(file: Path) -> list[int]:
    found = file.stat()
    return [found.st_size, found.st_mtime_ns]


def _read(record: Path) -> dict[str, Any] | None:
    if not record.exists():
        return None
    try:
        body: dict[str, Any] = json.loads(record.read_bytes())
        return body if {"seen", "files", "copied", "settled"} <= set(body) else None
    except ValueError:
        return None
