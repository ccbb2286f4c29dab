"""Where everything lies in a cloud-optimised GeoTIFF: directories first, then tiles, small overviews before large.

Source: GDAL's COG driver, https://gdal.org/drivers/raster/cog.html, section "File format details".
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rs.raster.spool import Place
from rs.raster.tiff import CLASSIC_LIMIT, Tag, Value, directory, directory_size, header, long, offsets, short

STRUCTURE = (
    b"LAYOUT=IFDS_BEFORE_DATA\nBLOCK_ORDER=ROW_MAJOR\nBLOCK_LEADER=SIZE_AS_UINT4\n"
    b"BLOCK_TRAILER=LAST_4_BYTES_REPEATED\nKNOWN_INCOMPATIBLE_EDITION=NO\n "
)
GHOST = b"GDAL_STRUCTURAL_METADATA_SIZE=%06d bytes\n" % len(STRUCTURE) + STRUCTURE
LEADER, TRAILER = 4, 4
DROPPED = {Tag.STRIP_OFFSETS, Tag.ROWS_PER_STRIP, Tag.STRIP_BYTES, Tag.TILE_OFFSETS, Tag.TILE_BYTES}
OVERVIEW_TAGS = {258, 262, 277, 284, 320, 338, 339, 42113}
"""Bits, photometric, samples, planes, colours, extra samples, format, no data: an overview has these of the image."""


@dataclass(frozen=True, slots=True)
class Level:
    """Rows and columns of a level, and the compressed size of each of its tiles, row by row."""

    rows: int
    cols: int
    sizes: Sequence[int]


def tile_order(grids: Sequence[tuple[int, int]]) -> list[Place]:
    """All tiles in the order of the file: the smallest overview first, each level row by row."""
    return [
        (level, i, j)
        for level in reversed(range(len(grids)))
        for i in range(grids[level][0])
        for j in range(grids[level][1])
    ]


def head(template: dict[int, Value], levels: Sequence[Level], tile: int, fixed: tuple[int, int]) -> bytes:
    """Everything before the first tile. template: tags that say what the pixels are. fixed: compression, predictor."""
    big = _total(template, levels, tile, fixed, False) >= CLASSIC_LIMIT
    tags = [_tags(template, level, k, tile, fixed) for k, level in enumerate(levels)]
    for found, level in zip(tags, levels, strict=True):
        blank = offsets([0] * len(level.sizes), big)
        found |= {Tag.TILE_OFFSETS: blank, Tag.TILE_BYTES: offsets(level.sizes, big)}
    start = len(header(0, big)) + len(GHOST)
    start += start % 2
    sizes = [directory_size(found, big) for found in tags]
    at = [start + sum(sizes[:k]) for k in range(len(sizes))]
    place = start + sum(sizes)
    for k in reversed(range(len(levels))):
        where = []
        for size in levels[k].sizes:
            where.append(place + LEADER)
            place += LEADER + size + TRAILER
        tags[k][Tag.TILE_OFFSETS] = offsets(where, big)
    bodies = [
        directory(found, at[k], at[k + 1] if k + 1 < len(at) else 0, big).ljust(sizes[k], b"\0")
        for k, found in enumerate(tags)
    ]
    front = header(start, big) + GHOST
    return b"".join([front.ljust(start, b"\0"), *bodies])


def framed(tiles: Iterator[bytes]) -> Iterator[bytes]:
    """Tiles with their size before and their last four bytes again after them, as the ghost area says."""
    for body in tiles:
        yield struct.pack("<I", len(body)) + body + body[-TRAILER:].rjust(TRAILER, b"\0")


def _tags(template: dict[int, Value], level: Level, k: int, tile: int, fixed: tuple[int, int]) -> dict[int, Value]:
    kept = {t: v for t, v in template.items() if t not in DROPPED and (k == 0 or t in OVERVIEW_TAGS)}
    own: dict[int, Value] = {
        Tag.WIDTH: long(level.cols), Tag.HEIGHT: long(level.rows), Tag.COMPRESSION: short(fixed[0]),
        Tag.PREDICTOR: short(fixed[1]), Tag.TILE_WIDTH: short(tile), Tag.TILE_HEIGHT: short(tile),
    }  # fmt: skip
    return {**kept, **own, **({Tag.SUBFILE: long(1)} if k else {})}


def _total(template: dict[int, Value], levels: Sequence[Level], tile: int, fixed: tuple[int, int], big: bool) -> int:
    tags = sum(
        directory_size({**_tags(template, x, k, tile, fixed), Tag.TILE_OFFSETS: offsets([0] * len(x.sizes), big),
                        Tag.TILE_BYTES: offsets([0] * len(x.sizes), big)}, big)
        for k, x in enumerate(levels)
    )  # fmt: skip
    return len(GHOST) + 16 + tags + sum(size + LEADER + TRAILER for level in levels for size in level.sizes)
