"""File operations whose order decides what a loss of power leaves, and the error of a failed write."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from rs.errors import OutputError


class Disk:
    """The real disk. A test stands another in its place that forgets what was not synced."""

    def __init__(self) -> None:
        self._sure: set[Path] = set()

    def write(self, path: Path, body: bytes) -> None:
        """Write a file; durable only after `sync_file`."""
        path.write_bytes(body)

    def copy(self, source: Path, target: Path) -> None:
        """Copy the bytes of a file; durable only after `sync_file`."""
        shutil.copyfile(source, target)

    def sync_file(self, path: Path) -> None:
        """Make the bytes of a file durable."""
        _sync(path)

    def sync_folder(self, path: Path) -> None:
        """Make the names in a folder durable."""
        _sync(path)

    def link(self, source: Path, target: Path) -> None:
        """Give a file a second name; raises FileExistsError where the name is taken."""
        os.link(source, target)

    def replace(self, source: Path, target: Path) -> None:
        """Rename over whatever has the name."""
        source.replace(target)

    def remove(self, path: Path) -> None:
        """Remove a name; none there is fine."""
        path.unlink(missing_ok=True)

    def make_folder(self, path: Path) -> None:
        """Make a folder and those above it, each durable in its parent before the next.

        One that is there may have been made by somebody who was stopped before its name was durable: once
        in the life of this object it is made sure of, too.
        """
        folder, unsure = path.absolute(), []
        while folder != folder.parent and not (folder in self._sure and folder.is_dir()):
            unsure.append(folder)
            folder = folder.parent
        for folder in reversed(unsure):
            there = folder.is_dir()
            if not there:
                self.make_one(folder)
            if not there or os.access(folder.parent, os.R_OK):
                self.sync_folder(folder.parent)
            self._sure.add(folder)

    def make_one(self, path: Path) -> None:
        """Make one folder; there already is fine."""
        path.mkdir(exist_ok=True)


DISK = Disk()
"""The disk of this process."""


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(path: str) -> None:
    """Make the bytes of a file durable. Raises OSError."""
    _sync(Path(path))


def cannot_write(path: str, error: BaseException, needed: int | None = None) -> OutputError:
    """The error for a failed write. needed [bytes]: size of what was to be written, where that is known."""
    reason = str(error.__cause__ or error).strip().splitlines()[0] if str(error) else type(error).__name__
    return OutputError(
        f"cannot be written ({reason}; {room(path, needed)})", where=path,
        remedy="Make room or choose another folder with -o",
    )  # fmt: skip


def room(path: str, needed: int | None = None) -> str:
    """How much is needed, and free on the disk of a path, in words; the path need not be there yet."""
    free = f"{amount(free_at(path))} free there"
    return free if needed is None else f"{amount(needed)} needed, {free}"


def free_at(path: str) -> int:
    """Free bytes on the disk that a path is or would be on."""
    found = os.statvfs(_standing(path))
    return found.f_bavail * found.f_frsize


def device_of(path: str) -> int:
    """Which file system a path is or would be on."""
    return os.stat(_standing(path)).st_dev


def _standing(path: str) -> str:
    folder = os.path.abspath(path)
    while not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    return folder


def amount(size: int) -> str:
    """Bytes as people read them."""
    for unit, power in (("MiB", 20), ("KiB", 10)):
        if size >= 1 << power:
            return f"{size / (1 << power):.1f} {unit}"
    return f"{size} bytes"
