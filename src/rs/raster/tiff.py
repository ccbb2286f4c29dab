"""The structure of TIFF files: directories parsed and laid out, classic and BigTIFF (TIFF 6.0; bigtiff.org)."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

CLASSIC_LIMIT = 2**32 - 2**20
"""Bytes from which a file is BigTIFF: offsets of 32 bits end at 4 GiB."""


class Tag(IntEnum):
    """Tags that are set here; all others are taken over from a template."""

    SUBFILE = 254
    WIDTH = 256
    HEIGHT = 257
    COMPRESSION = 259
    STRIP_OFFSETS = 273
    ROWS_PER_STRIP = 278
    STRIP_BYTES = 279
    PREDICTOR = 317
    TILE_WIDTH = 322
    TILE_HEIGHT = 323
    TILE_OFFSETS = 324
    TILE_BYTES = 325


SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
LONG, LONG8 = 4, 16


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a tag: TIFF type, number of values, bytes in little-endian order."""

    kind: int
    count: int
    data: bytes


def short(value: int) -> Value:
    """One unsigned 16-bit value."""
    return Value(3, 1, struct.pack("<H", value))


def long(value: int) -> Value:
    """One unsigned 32-bit value."""
    return Value(LONG, 1, struct.pack("<I", value))


def offsets(values: Sequence[int], big: bool) -> Value:
    """File offsets or byte counts."""
    kind, code = (LONG8, "Q") if big else (LONG, "I")
    return Value(kind, len(values), struct.pack(f"<{len(values)}{code}", *values))


def first_directory(body: bytes) -> dict[int, Value]:
    """The tags of the first directory of a classic little-endian TIFF. Raises ValueError for another file."""
    if body[:4] != b"II*\0":
        raise ValueError("is no classic little-endian TIFF")
    (start,) = struct.unpack_from("<I", body, 4)
    (count,) = struct.unpack_from("<H", body, start)
    found = {}
    for k in range(count):
        at = start + 2 + 12 * k
        tag, kind, number = struct.unpack_from("<HHI", body, at)
        size = SIZES[kind] * number
        place = at + 8 if size <= 4 else struct.unpack_from("<I", body, at + 8)[0]
        found[tag] = Value(kind, number, body[place : place + size])
    return found


def directory_size(tags: Mapping[int, Value], big: bool) -> int:
    """Bytes of a directory with the values that do not fit into it."""
    inline, entry, rest = (8, 20, 16) if big else (4, 12, 6)
    outside = sum(_even(len(v.data)) for v in tags.values() if len(v.data) > inline)
    return _even(rest + entry * len(tags) + outside)


def directory(tags: Mapping[int, Value], at: int, following: int, big: bool) -> bytes:
    """A directory that lies at an offset, with its values after it; `following`: offset of the next, 0 for none."""
    inline, head, entry, word = (8, "<Q", "<HHQ", "<Q") if big else (4, "<H", "<HHI", "<I")
    size = struct.calcsize(head) + (struct.calcsize(entry) + inline) * len(tags) + struct.calcsize(word)
    entries, outside = [struct.pack(head, len(tags))], b""
    for tag in sorted(tags):
        value = tags[tag]
        entries.append(struct.pack(entry, tag, value.kind, value.count))
        if len(value.data) <= inline:
            entries.append(value.data.ljust(inline, b"\0"))
        else:
            entries.append(struct.pack(word, at + size + len(outside)))
            outside += value.data.ljust(_even(len(value.data)), b"\0")
    body = b"".join([*entries, struct.pack(word, following)]) + outside
    return body.ljust(_even(len(body)), b"\0")


def header(first: int, big: bool) -> bytes:
    """The first bytes of a file: byte order, version, offset of the first directory."""
    return struct.pack("<2sHHHQ", b"II", 43, 8, 0, first) if big else struct.pack("<2sHI", b"II", 42, first)


def _even(size: int) -> int:
    return size + size % 2
