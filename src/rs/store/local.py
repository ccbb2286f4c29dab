"""A store in a folder: temporary, fsync, link(2), fsync of the folder."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from rs.core.disk import DISK, Disk, cannot_write
from rs.core.failpoint import reach
from rs.core.slot import sha256_of
from rs.errors import Conflict
from rs.store.store import Later, taken

TEMPORARY = ".new-"
"""Start of the names of files that are not there yet."""


class LocalStore:
    """A folder as a store; several processes may write at once."""

    locks = True

    def __init__(self, root: Path, disk: Disk | None = None) -> None:
        self.root = root
        self.disk = disk or DISK

    def create(self, name: str, body: bytes, stage: str = "") -> bool:
        """See Store.create. Of several writers one gets the name: link(2) is create-only and atomic."""
        path = self.path(name)
        with _writing(path, len(body)):
            if path.exists():
                return _same_or_taken(path, lambda: path.read_bytes() == body)
            self.disk.make_folder(path.parent)
            with self._temporary(path) as temporary:
                self.disk.write(temporary, body)
                return self._publish(temporary, path, lambda: path.read_bytes() == body, stage)

    def place(self, source: Path, name: str, digest: str, stage: str = "") -> bool:
        """See Store.place. The staged name is gone afterwards where both are on one file system."""
        path = self.path(name)
        with _writing(path, source.stat().st_size if source.is_file() else None):
            if path.exists():
                return _same_or_taken(path, lambda: sha256_of(str(path)) == digest)
            self.disk.make_folder(path.parent)
            with self._temporary(path) as temporary:
                self._bring(source, temporary)
                if sha256_of(str(temporary)) != digest:
                    raise Conflict("changed between writing and placing", where=str(source), remedy="Run again")
                return self._publish(temporary, path, lambda: sha256_of(str(path)) == digest, stage)

    def read(self, name: str) -> bytes | None:
        """See Store.read."""
        try:
            return self.path(name).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None

    def exists(self, name: str) -> bool:
        """See Store.exists."""
        return self.path(name).is_file()

    def size(self, name: str) -> int | None:
        """See Store.size."""
        path = self.path(name)
        return path.stat().st_size if path.is_file() else None

    def digest(self, name: str) -> str | None:
        """See Store.digest."""
        path = self.path(name)
        return sha256_of(str(path)) if path.is_file() else None

    def names(self, prefix: str) -> Iterator[str]:
        """See Store.names."""
        for base, folders, files in os.walk(self.path(prefix)):
            folders.sort()
            for file in sorted(files):
                if not file.startswith(TEMPORARY):
                    yield (Path(base) / file).relative_to(self.root).as_posix()

    def replace(self, name: str, body: bytes, later: Later | None = None) -> bool:
        """See Store.replace; under the lock no later one can come between."""
        path = self.path(name)
        with _writing(path, len(body)):
            old = path.read_bytes() if path.is_file() else None
            if old == body or (old is not None and later is not None and later(old)):
                return False
            self.disk.make_folder(path.parent)
            with self._temporary(path) as temporary:
                self.disk.write(temporary, body)
                temporary.chmod(0o644)
                self.disk.sync_file(temporary)
                self.disk.replace(temporary, path)
                self.disk.sync_folder(path.parent)
        return True

    def remove(self, name: str) -> None:
        """See Store.remove. Durable: a derived file that comes back after a loss of power would stay for ever."""
        path = self.path(name)
        with _writing(path):
            if path.exists():
                self.disk.remove(path)
                self.disk.sync_folder(path.parent)

    def settle(self, name: str) -> None:
        """See Store.settle."""
        path = self.path(name)
        with _writing(path):
            self.disk.sync_folder(path.parent)

    @contextlib.contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """See Store.lock: flock(2), which the kernel frees when the holder dies."""
        path = self.path(name)
        with _writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            stream = path.open("w")
        with stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield

    def where(self, name: str) -> str:
        """See Store.where."""
        return str(self.path(name))

    def below(self, folder: str) -> LocalStore:
        """See Store.below."""
        return LocalStore(self.root / folder, self.disk)

    def path(self, name: str) -> Path:
        """The file of a name."""
        return self.root / name

    def _bring(self, source: Path, temporary: Path) -> None:
        """Second name of the same bytes where the file system allows, else a copy."""
        temporary.unlink()
        try:
            self.disk.link(source, temporary)
        except OSError as error:
            if error.errno not in (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP):
                raise
            self.disk.copy(source, temporary)

    def _publish(self, temporary: Path, path: Path, same: Callable[[], bool], stage: str) -> bool:
        temporary.chmod(0o644)
        self.disk.sync_file(temporary)
        _reach(stage, "written")
        try:
            self.disk.link(temporary, path)
        except FileExistsError:
            return _same_or_taken(path, same)
        _reach(stage, "linked")
        self.disk.sync_folder(path.parent)
        return True

    @contextlib.contextmanager
    def _temporary(self, path: Path) -> Iterator[Path]:
        """A temporary name in the folder of `path`, gone at the end."""
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=TEMPORARY, suffix=".tmp")
        os.close(handle)
        try:
            yield Path(name)
        finally:
            self.disk.remove(Path(name))


def _same_or_taken(path: Path, same: Callable[[], bool]) -> bool:
    if same():
        return False
    raise taken(str(path))


def _reach(stage: str, what: str) -> None:
    if stage:
        reach(f"{stage}.{what}")


@contextlib.contextmanager
def _writing(path: Path, needed: int | None = None) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise cannot_write(str(path), error, needed) from error
