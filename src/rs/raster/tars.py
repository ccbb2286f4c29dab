"""Tar archives from outside, not compressed: their list, and their members by place and size.

The members lie in the archive as they are. GDAL is given the place and size that were checked here, not a
name: what it would make of the headers by itself can't differ from what was checked.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from rs.errors import BadInput
from rs.raster.entry import AGAIN, Entry, reason

MARK, MARK_AT = b"ustar", 257
HEADER = 512
MAX_HEADER = 64 * 2**10
"""Names and facts of one member before its data [bytes]; more is no scene but an attack on the memory."""

BROKEN = (tarfile.TarError, ValueError, LookupError, ArithmeticError, EOFError, RuntimeError, OSError)
GZIP = b"\x1f\x8b"


def is_tar(head: bytes) -> bool:
    """True where the first 512 bytes of a file are those of a tar archive (POSIX or GNU)."""
    return head[MARK_AT : MARK_AT + len(MARK)] == MARK


def is_gzip(head: bytes) -> bool:
    """True where the first bytes of a file are those of something compressed by gzip."""
    return head.startswith(GZIP)


def listed(path: str, limit: int) -> list[Entry]:
    """Entries of an archive in its order, at most `limit` + 1. Raises BadInput where it is not whole."""
    entries: list[Entry] = []
    try:
        with open(path, "rb") as file, tarfile.open(fileobj=_Headers(file), mode="r:") as archive:
            for info in archive:
                entries.append(_entry(info))
                if len(entries) > limit:
                    return entries
            file.seek(archive.offset)
            end = file.read(HEADER)
    except BROKEN as error:
        raise BadInput(f"is not a whole tar archive ({reason(error)})", where=path, remedy=AGAIN) from error
    if end != bytes(HEADER):
        raise BadInput("is not a whole tar archive (its end mark is missing)", where=path, remedy=AGAIN)
    return entries


class _Headers(io.BufferedIOBase):
    """A file of which only headers are read: a single one that claims to be large is refused."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or not 0 <= size <= MAX_HEADER:
            raise tarfile.ReadError(f"a header of {size} bytes; the limit is {MAX_HEADER}")
        return self._file.read(size)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()


def _entry(info: tarfile.TarInfo) -> Entry:
    # "tar cf x.tar ." puts ./ before every name
    name = "" if info.name == "." else info.name.removeprefix("./")
    stored = name or ("this folder" if info.isdir() else "")
    return Entry(stored, name, info.size, info.isdir(), start=info.offset_data, fault=_fault(info))


def _fault(info: tarfile.TarInfo) -> str:
    if info.issym() or info.islnk():
        return "is a link"
    if info.issparse():
        return "is stored with holes, which is not read"
    if not (info.isreg() or info.isdir()) or info.size < 0:
        return "is neither a file nor a folder"
    return ""


class _Part(io.RawIOBase):
    """Bytes `start` to `start` + `size` of a file, read only."""

    def __init__(self, file: IO[bytes], start: int, size: int) -> None:
        self._file, self._left = file, size
        file.seek(start)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        body = self._file.read(min(len(buffer), self._left))
        buffer[: len(body)] = body
        self._left -= len(body)
        return len(body)


@contextmanager
def opened_part(path: str, entry: Entry) -> Iterator[IO[bytes]]:
    """A stream of a member."""
    with open(path, "rb") as file, io.BufferedReader(_Part(file, entry.start, entry.size)) as stream:
        yield stream


def gdal_path(path: str, entry: Entry) -> str:
    """What GDAL opens for a checked member."""
    return f"/vsisubfile/{entry.start}_{entry.size},{path}"
