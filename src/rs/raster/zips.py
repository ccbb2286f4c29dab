"""Zip archives from outside: their list, their members, and the path that GDAL opens."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from rs.errors import BadInput
from rs.raster.entry import AGAIN, Entry, reason

MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
MAX_RATIO = 200
SMALL = 2**20
"""A member of at most this size [bytes] may be compressed as well as it likes."""

BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)


def is_zip(head: bytes) -> bool:
    """True where the first bytes of a file are those of a zip archive."""
    return head.startswith(MAGIC)


def listed(path: str) -> list[Entry]:
    """Entries of an archive in its order. Raises BadInput where it is not whole."""
    with opened_zip(path) as archive:
        return [_entry(info) for info in archive.infolist()]


def _entry(info: zipfile.ZipInfo) -> Entry:
    fault, remedy = _fault(info)
    return Entry(info.orig_filename, info.filename, info.file_size, info.is_dir(), fault=fault, remedy=remedy)


def _fault(info: zipfile.ZipInfo) -> tuple[str, str]:
    if stat.S_ISLNK(info.external_attr >> 16):
        return "is a link", AGAIN
    if info.flag_bits & 1:
        return "is encrypted", "Bring it without a password"
    if info.file_size > SMALL and info.file_size > MAX_RATIO * max(info.compress_size, 1):
        return f"unpacks to {info.file_size} bytes from {info.compress_size}; the limit is {MAX_RATIO} times", AGAIN
    return "", AGAIN


@contextmanager
def opened_zip(path: str) -> Iterator[zipfile.ZipFile]:
    """An open archive. Raises BadInput where it is not whole."""
    try:
        archive = zipfile.ZipFile(path)
    except BROKEN as error:
        raise BadInput(f"is not a whole zip archive ({reason(error)})", where=path, remedy=AGAIN) from error
    with archive:
        yield archive


@contextmanager
def opened_member(path: str, name: str) -> Iterator[IO[bytes]]:
    """A stream of a member; its CRC is checked when its end is read."""
    with zipfile.ZipFile(path) as archive, archive.open(name) as stream:
        yield stream


def check_crc(path: str, names: list[str], chunk: int) -> None:
    """Read members to their end. Raises BadInput for a wrong CRC or damaged data."""
    with opened_zip(path) as archive:
        for name in names:
            try:
                with archive.open(name) as stream:
                    while stream.read(chunk):
                        pass
            except BROKEN as error:
                raise BadInput(f"is damaged ({reason(error)})", where=f"{path}!{name}", remedy=AGAIN) from error


def gdal_path(path: str, name: str) -> str:
    """What GDAL opens for a checked member. Raises BadInput where GDAL would take the path for another one."""
    if re.search(r"[{}]", path):
        raise BadInput("an archive below a folder with braces in its name is not read", where=path)
    return f"/vsizip/{{{path}}}/{name}"
