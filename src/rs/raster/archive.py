"""Archives that come from outside, zip or tar: the list of members is checked before anything is read."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import IO

from rs.core.scene import split_href
from rs.errors import BadInput, MissingPart
from rs.raster import tars, zips
from rs.raster.entry import AGAIN, Entry, reason
from rs.raster.zips import BROKEN, MAX_RATIO, SMALL

MAX_MEMBERS = 20_000
MAX_TOTAL = 20 * 2**30
CHUNK = 2**20
__all__ = [
    "BROKEN", "CHUNK", "MAX_MEMBERS", "check_members", "gdal_path", "is_archive", "is_gzip", "members", "opened",
    "read_bytes", "safe_name",
]  # fmt: skip


def is_archive(path: str) -> bool:
    """True for a file that begins as a zip or tar archive does."""
    head = _head(path)
    return zips.is_zip(head) or tars.is_tar(head)


def is_gzip(path: str) -> bool:
    """True for a file that begins as one that gzip compressed."""
    return tars.is_gzip(_head(path))


def _head(path: str) -> bytes:
    try:
        with open(path, "rb") as stream:
            return stream.read(tars.HEADER)
    except OSError:
        return b""


def members(path: str) -> Mapping[str, int]:
    """Names of the files in an archive with their sizes [bytes]. Raises BadInput for a list that harms."""
    return {name: entry.size for name, entry in _entries(path).items()}


def _entries(path: str) -> Mapping[str, Entry]:
    try:
        state = os.stat(path)
    except OSError as error:
        raise MissingPart(f"cannot be read ({error.strerror})", where=path, remedy="Copy it again") from error
    return _checked(path, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=64)
def _checked(path: str, size: int, changed: int) -> Mapping[str, Entry]:
    entries = tars.listed(path, MAX_MEMBERS) if tars.is_tar(_head(path)) else zips.listed(path)
    if len(entries) > MAX_MEMBERS:
        raise BadInput(f"has {len(entries)} members; the limit is {MAX_MEMBERS}", where=path, remedy=AGAIN)
    found: dict[str, Entry] = {}
    for entry in entries:
        _check_entry(path, entry)
        if entry.is_folder:
            continue
        if entry.name in found:
            raise BadInput("is there twice", where=f"{path}!{entry.name}", remedy=AGAIN)
        found[entry.name] = entry
    total = sum(entry.size for entry in found.values())
    if total > MAX_TOTAL or total > MAX_RATIO * max(size, SMALL):
        raise BadInput(
            f"unpacks to {total} bytes from {size}; the limit is {MAX_TOTAL} and {MAX_RATIO} times its size",
            where=path, remedy=AGAIN,
        )  # fmt: skip
    return found


def _check_entry(path: str, entry: Entry) -> None:
    where = f"{path}!{entry.stored[:120]!r}"
    if not safe_name(entry.stored):
        raise BadInput("is a name that leads out of the archive or is not allowed", where=where, remedy=AGAIN)
    if entry.fault:
        raise BadInput(entry.fault, where=where, remedy=entry.remedy)


def safe_name(name: str) -> bool:
    """True for a relative name without "..", drive, backslash, control character or GDAL's own prefixes."""
    parts = name.rstrip("/").split("/")
    bad = any(ord(c) < 32 or 0xD800 <= ord(c) < 0xE000 or c in '\\<>|:*?"{}' for c in name) or "/vsi" in f"/{name}"
    return bool(name) and not bad and not any(part in ("", ".", "..") for part in parts)


def read_bytes(href: str, limit: int) -> bytes:
    """Bytes of a file or of a member "x.zip!name", at most `limit`. Raises MissingPart or BadInput."""
    path, member = split_href(href)
    try:
        size = members(path).get(member, -1) if member else os.path.getsize(path)
        if size < 0:
            raise FileNotFoundError
        if size > limit:
            raise BadInput(f"has {size} bytes; the limit for metadata is {limit}", where=href)
        with opened(href) as stream:
            return stream.read(limit + 1)
    except FileNotFoundError:
        raise MissingPart("the metadata file is not there", where=href, remedy="Copy the whole scene again") from None
    except BROKEN as error:
        raise BadInput(f"cannot be read ({reason(error)})", where=href, remedy="Fetch it again") from error


@contextmanager
def opened(href: str) -> Iterator[IO[bytes]]:
    """A stream of a file or of a member; the CRC of a member of a zip is checked when its end is read."""
    path, member = split_href(href)
    if not member:
        with open(path, "rb") as stream:
            yield stream
        return
    entry = _entries(path).get(member)
    if entry is None:
        raise FileNotFoundError(href)
    with tars.opened_part(path, entry) if _holds_tar(path) else zips.opened_member(path, member) as stream:
        yield stream


def check_members(path: str) -> None:
    """Hold an archive to what it says of itself: every CRC of a zip; a tar has none, its list must be whole.

    Raises BadInput naming the member.
    """
    names = list(members(path))
    if not _holds_tar(path):
        zips.check_crc(path, names, CHUNK)


def gdal_path(href: str) -> str:
    """The path that GDAL opens for a file or a checked member of an archive."""
    path, member = split_href(href)
    full = os.path.abspath(path)
    if not member:
        return full
    entry = _entries(path).get(member)
    if entry is None:
        raise MissingPart("is not in the archive", where=href, remedy=AGAIN)
    return tars.gdal_path(full, entry) if _holds_tar(path) else zips.gdal_path(full, member)


def _holds_tar(path: str) -> bool:
    return tars.is_tar(_head(path))
