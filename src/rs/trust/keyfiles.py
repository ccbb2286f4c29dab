"""Files of a key folder: private ones that nobody else reads, a ring that is there whole or not at all."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rs.core.disk import DISK, room
from rs.errors import OutputError, UsageError

MAX_PRIVATE = 2**16
READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
WRITE = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """The folder, made where it is not, for one writer at a time. Raises OutputError for what the system refuses."""
    try:
        if not folder.is_dir():
            DISK.make_folder(folder.parent)
            folder.mkdir(mode=0o700, exist_ok=True)
            _sync(folder.parent)
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)
    except OSError as error:
        raise OutputError(
            f"the keys can't be written ({error.strerror}; {room(str(folder), MAX_PRIVATE)})", where=str(folder),
            remedy="Check the permissions and the free space",
        ) from error  # fmt: skip


def read_private(path: Path) -> bytes:
    """Bytes of a private file. Raises UsageError where it is a link, another's, or open to others."""
    try:
        with os.fdopen(os.open(path, READ), "rb") as stream:
            # what is checked is what is read: the open file, not the name
            fault, remedy = _guard_fault(os.fstat(stream.fileno()))
            if not fault:
                return stream.read(MAX_PRIVATE)
    except OSError as error:
        fault, remedy = f"can't be read ({error.strerror})", "Restore it from its backup, with mode 0600"
    raise UsageError(fault, where=str(path), remedy=remedy)


def write_new(path: Path, body: bytes, mode: int) -> None:
    """Write a file that is not there yet, durably, with exactly this mode. Raises OSError."""
    _write(path, body, os.O_EXCL, mode)
    _sync(path.parent)


def replace(path: Path, body: bytes) -> None:
    """Put a public file in the place of what stands there: readers see the old bytes or the new. Raises OSError."""
    temporary = path.with_name(f".{path.name}.new")
    _write(temporary, body, os.O_TRUNC, 0o644)
    os.replace(temporary, path)
    _sync(path.parent)


def _guard_fault(status: os.stat_result) -> tuple[str, str]:
    if not stat.S_ISREG(status.st_mode):
        return "is no plain file", "Put the private key itself there"
    if status.st_uid != os.geteuid():
        return "belongs to another user", "Run as the user who owns the key"
    if status.st_mode & 0o077:
        others = "Others could read this private key: chmod 600 it, and rotate if they may have"
        return f"has mode {stat.S_IMODE(status.st_mode):04o}", others
    return "", ""


def _write(path: Path, body: bytes, flag: int, mode: int) -> None:
    with os.fdopen(os.open(path, WRITE | flag, mode), "wb") as stream:
        # a umask takes bits away from what open asked for
        os.fchmod(stream.fileno(), mode)
        stream.write(body)
        stream.flush()
        os.fsync(stream.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
