"""File operations whose order decides what a loss of power leaves, and the error of a failed write."""

from __future__ import annotations

import os
from pathlib import Path

from rs.errors import OutputError


class Disk:
    """The real disk. A test stands another in its place that forgets what was not synced."""

    def write(self, path: Path, body: bytes) -> None:
        """Write a file; durable only after `sync_file`."""
        path.write_bytes(body)

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
        """Make a folder and those above it, each durable in its parent before the next."""
        missing = [path]
        while not missing[-1].exists():
            missing.append(missing[-1].parent)
        for folder in reversed(missing[:-1]):
            self.make_one(folder)
            self.sync_folder(folder.parent)

    def make_one(self, path: Path) -> None:
        """Make one folder; there already is fine."""
        path.mkdir(exist_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(path: str) -> None:
    """Make the bytes of a file durable. Raises OSError."""
    _sync(Path(path))


def cannot_write(path: str, error: BaseException) -> OutputError:
    """The error for a failed write, with the free space of the disk."""
    folder = os.path.dirname(os.path.abspath(path))
    free = ""
    if os.path.isdir(folder):
        stat = os.statvfs(folder)
        free = f"; {stat.f_bavail * stat.f_frsize / 2**20:.0f} MiB free there"
    reason = str(error.__cause__ or error).strip().splitlines()[0] if str(error) else type(error).__name__
    return OutputError(
        f"cannot be written ({reason}{free})", where=path, remedy="Make room or choose another folder with -o"
    )
