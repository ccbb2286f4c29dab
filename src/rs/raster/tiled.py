"""Windows of a JPEG 2000 file, whose tiles cost much to decode: each of them is decoded once, empty ones not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rs.core.grid import Block, Shape
from rs.raster.alike import EmptyTiles, Layout
from rs.raster.tiles import SharedTiles

Array = NDArray[Any]
KEPT = 32 * 2**20
"""Bytes of decoded tiles that are kept of a file."""


class TiledFile:
    """Reads windows of a file for several threads.

    read: decodes a block [rows, cols]. size: rows and columns of a tile [px]. layout: of a flag file, most of whose
    tiles are empty; None of others.
    """

    def __init__(
        self, read: Callable[[Block], Array], shape: Shape, size: tuple[int, int], dtype: np.dtype[Any],
        layout: Layout | None,
    ) -> None:  # fmt: skip
        self._read, self._shape, self._size, self._dtype = read, shape, size, dtype
        self._tiles = SharedTiles(read, shape, dtype.name, limit=KEPT, size=size)
        self._empty = None if layout is None else EmptyTiles(layout, self._tiles.window)

    def window(self, block: Block) -> Array:
        """Counts [rows, cols] of a block. Raises what `read` raises."""
        if self._empty is None:
            # whole tiles are nobody else's: they need no keeping
            return self._tiles.window(block) if self._cuts_tiles(block) else self._read(block)
        if self._empty.covers(block):
            return np.zeros((block.height, block.width), self._dtype)
        return self._tiles.window(block)

    def _cuts_tiles(self, block: Block) -> bool:
        starts, sizes = (block.row, block.col), (block.height, block.width)
        sides = zip(starts, sizes, self._size, self._shape, strict=True)
        return any(start % side or ((end := start + size) % side and end != last) for start, size, side, last in sides)
