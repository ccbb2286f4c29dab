"""Tiles of a JPEG 2000 file whose bytes are alike: they hold the same pixels, and one of them is decoded for all.

Flaw masks of a whole scene are mostly empty. To decode every empty tile of eight planes takes half as long as the
bands themselves. The layout is that of ISO/IEC 15444-1, annexes A and I.
"""

from __future__ import annotations

import hashlib
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from rs.core.grid import Block
from rs.raster.archive import BROKEN, opened

LARGEST = 32 * 2**20
"""Bytes of a file beyond which its tiles are hardly empty; it is not looked at."""

JP2 = b"\x00\x00\x00\x0cjP  "
SOC, SIZ, COD, SOT, EOC = 0xFF4F, 0xFF51, 0xFF52, 0xFF90, 0xFFD9
PACKED_HEADERS = 0xFF60
"""Headers of all tiles in one place: the bytes of a tile do not tell its pixels then."""


class _Odd(ValueError):
    """A file that is not laid out as expected: it is decoded as a whole."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Size of image and tiles [px], and by tile index what its bytes are, as a digest."""

    rows: int
    cols: int
    height: int
    width: int
    digests: dict[int, bytes]

    def tile(self, index: int) -> Block:
        """The pixels of a tile."""
        across = -(-self.cols // self.width)
        row, col = index // across * self.height, index % across * self.width
        return Block(row, col, min(self.height, self.rows - row), min(self.width, self.cols - col))

    def under(self, block: Block) -> list[int]:
        """Tiles that a block touches."""
        across = -(-self.cols // self.width)
        first, last = block.row // self.height, (block.row + block.height - 1) // self.height
        left, right = block.col // self.width, (block.col + block.width - 1) // self.width
        return [i * across + j for i in range(first, last + 1) for j in range(left, right + 1)]


@dataclass
class EmptyTiles:
    """Which tiles hold nothing but zeros. decode: gives the counts of a block; called once for tiles that are alike."""

    layout: Layout
    decode: Callable[[Block], NDArray[Any]]
    _known: dict[tuple[bytes, int, int], bool] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def covers(self, block: Block) -> bool:
        """Whether all tiles under a block are empty. Raises what `decode` raises."""
        return all(self._is_empty(index) for index in self.layout.under(block))

    def _is_empty(self, index: int) -> bool:
        digest = self.layout.digests.get(index)
        if digest is None:
            return False
        tile = self.layout.tile(index)
        key = (digest, tile.height, tile.width)
        with self._lock:
            if key not in self._known:
                self._known[key] = not self.decode(tile).any()
            return self._known[key]


def read_layout(path: str) -> Layout | None:
    """The tiles of a JPEG 2000 file or member; None where it is large, or not laid out as most are."""
    try:
        with opened(path) as stream:
            body = stream.read(LARGEST + 1)
        return None if len(body) > LARGEST else _layout(_codestream(body))
    except (*BROKEN, _Odd, struct.error):
        # whatever is wrong with it shows when it is decoded
        return None


def _codestream(body: bytes) -> memoryview:
    if not body.startswith(JP2):
        return memoryview(body)
    at = 0
    while at + 8 <= len(body):
        size, kind = struct.unpack_from(">I4s", body, at)
        head = 8
        if size == 1:
            size, head = struct.unpack_from(">Q", body, at + 8)[0], 16
        if kind == b"jp2c":
            return memoryview(body)[at + head : at + size if size else len(body)]
        if size < head:
            break
        at += size
    raise _Odd("no codestream")


def _layout(stream: memoryview) -> Layout:
    if struct.unpack_from(">H", stream)[0] != SOC:
        raise _Odd("no start")
    sizes: tuple[int, ...] = ()
    at, levels = 2, -1
    while (marker := struct.unpack_from(">H", stream, at)[0]) != SOT:
        length = struct.unpack_from(">H", stream, at + 2)[0]
        if marker == SIZ:
            sizes = struct.unpack_from(">8I", stream, at + 6)
        elif marker == COD:
            levels = stream[at + 9]
        elif marker == PACKED_HEADERS:
            raise _Odd("packed headers")
        at += 2 + length
    if not sizes or levels < 0 or any(sizes[k] for k in (2, 3, 6, 7)):
        raise _Odd("offsets, or no size")
    cols, rows, _, _, width, height, _, _ = sizes
    if not (rows > 0 and cols > 0 and width and height) or width % 2**levels or height % 2**levels:
        # subbands of the tiles begin at different places: equal bytes need not be equal pixels
        raise _Odd("tiles between the samples of subbands")
    return Layout(rows, cols, height, width, _digests(stream, at, -(-cols // width) * -(-rows // height)))


def _digests(stream: memoryview, at: int, number: int) -> dict[int, bytes]:
    """A digest of all parts of each tile, in their order, less the index of the tile."""
    found: dict[int, Any] = {}
    while (marker := struct.unpack_from(">H", stream, at)[0]) == SOT:
        index, size = struct.unpack_from(">HI", stream, at + 4)
        end = at + size if size else len(stream) - 2
        if index >= number or end > len(stream) or end < at + 12:
            raise _Odd("a tile part that is cut off or of no tile")
        digest = found.setdefault(index, hashlib.sha256())
        digest.update(stream[at + 10 : at + 12])
        digest.update(stream[at + 12 : end])
        at = end
    if marker != EOC:
        raise _Odd("no end")
    return {index: digest.digest() for index, digest in found.items()}
