"""Zip archives that come from outside: the list of members is checked before anything is read."""

from __future__ import annotations

import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import IO

from rs.core.scene import split_href
from rs.errors import BadInput, MissingPart

MAX_MEMBERS = 20_000
MAX_TOTAL = 20 * 2**30
MAX_RATIO = 200
SMALL = 2**20
"""A member of at most this size [bytes] may be compressed as well as it likes."""

CHUNK = 2**20
AGAIN = "Fetch the archive again; do not unpack it"
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)


def is_archive(path: str) -> bool:
    """True for a file that begins as a zip archive does."""
    try:
        with open(path, "rb") as stream:
            return stream.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
    except OSError:
        return False


def members(path: str) -> Mapping[str, int]:
    """Names of the files in an archive with their sizes [bytes]. Raises BadInput for a list that harms."""
    try:
        state = os.stat(path)
    except OSError as error:
        raise MissingPart(f"cannot be read ({error.strerror})", where=path, remedy="Copy it again") from error
    return _members(path, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=64)
def _members(path: str, size: int, changed: int) -> Mapping[str, int]:
    with _opened(path) as archive:
        infos = archive.infolist()
    if len(infos) > MAX_MEMBERS:
        raise BadInput(f"has {len(infos)} members; the limit is {MAX_MEMBERS}", where=path, remedy=AGAIN)
    found: dict[str, int] = {}
    for info in infos:
        _check_member(path, info)
        if info.is_dir():
            continue
        if info.filename in found:
            raise BadInput("is there twice", where=f"{path}!{info.filename}", remedy=AGAIN)
        found[info.filename] = info.file_size
    total = sum(found.values())
    if total > MAX_TOTAL or total > MAX_RATIO * max(size, SMALL):
        raise BadInput(
            f"unpacks to {total} bytes from {size}; the limit is {MAX_TOTAL} and {MAX_RATIO} times its size",
            where=path, remedy=AGAIN,
        )  # fmt: skip
    return found


def _check_member(path: str, info: zipfile.ZipInfo) -> None:
    where = f"{path}!{info.filename[:120]!r}"
    if not safe_name(info.orig_filename):
        raise BadInput("is a name that leads out of the archive or is not allowed", where=where, remedy=AGAIN)
    if stat.S_ISLNK(info.external_attr >> 16):
        raise BadInput("is a link", where=where, remedy=AGAIN)
    if info.flag_bits & 1:
        raise BadInput("is encrypted", where=where, remedy="Bring it without a password")
    if info.file_size > SMALL and info.file_size > MAX_RATIO * max(info.compress_size, 1):
        raise BadInput(
            f"unpacks to {info.file_size} bytes from {info.compress_size}; the limit is {MAX_RATIO} times",
            where=where, remedy=AGAIN,
        )  # fmt: skip


def safe_name(name: str) -> bool:
    """True for a relative name without "..", drive, backslash, control character or GDAL's own prefixes."""
    parts = name.rstrip("/").split("/")
    bad = any(ord(c) < 32 or c in '\\<>|:*?"{}' for c in name) or "/vsi" in f"/{name}"
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
        raise BadInput(f"cannot be read ({_reason(error)})", where=href, remedy="Fetch it again") from error


@contextmanager
def opened(href: str) -> Iterator[IO[bytes]]:
    """A stream of a file or of a member; the CRC of a member is checked when its end is read."""
    path, member = split_href(href)
    if not member:
        with open(path, "rb") as stream:
            yield stream
        return
    if member not in members(path):
        raise FileNotFoundError(href)
    with zipfile.ZipFile(path) as archive, archive.open(member) as stream:
        yield stream


def check_members(path: str) -> None:
    """Read every member of an archive to its end. Raises BadInput for a wrong CRC or damaged data."""
    names = members(path)
    with _opened(path) as archive:
        for name in names:
            try:
                with archive.open(name) as stream:
                    while stream.read(CHUNK):
                        pass
            except BROKEN as error:
                raise BadInput(f"is damaged ({_reason(error)})", where=f"{path}!{name}", remedy=AGAIN) from error


def gdal_path(href: str) -> str:
    """The path that GDAL opens for a file or a checked member of an archive."""
    path, member = split_href(href)
    full = os.path.abspath(path)
    if not member:
        return full
    if member not in members(path):
        raise MissingPart("is not in the archive", where=href, remedy=AGAIN)
    if re.search(r"[{}]", full):
        raise BadInput("an archive below a folder with braces in its name is not read", where=path)
    return f"/vsizip/{{{full}}}/{member}"


@contextmanager
def _opened(path: str) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except BROKEN as error:
        raise BadInput(f"is not a whole zip archive ({_reason(error)})", where=path, remedy=AGAIN) from error
    with archive:
        yield archive


def _reason(error: BaseException) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
