"""Windows of a raster for several threads: each tile is decoded once while it is among those last used."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rs.core.grid import Block, Shape

Array = NDArray[Any]
SIDE = 1024
"""Rows and columns of a tile [px] where the file's own are small."""


class SharedTiles:
    """Reads windows through tiles that threads share.

    read: gives the counts of a block; threads call it side by side. size: rows and columns of a tile [px]. limit:
    bytes of tiles that are kept.
    """

    def __init__(
        self, read: Callable[[Block], Array], shape: Shape, dtype: str, *, limit: int, size: tuple[int, int]
    ) -> None:
        self._read, self._shape, self._dtype = read, shape, np.dtype(dtype)
        self._size = size
        self._most = max(1, limit // (self._size[0] * self._size[1] * self._dtype.itemsize))
        self._kept: OrderedDict[tuple[int, int], Future[Array]] = OrderedDict()
        self._lock = threading.Lock()

    def window(self, block: Block) -> Array:
        """Counts [rows, cols] of a block. Raises what `read` raises."""
        out = np.empty((block.height, block.width), self._dtype)
        height, width = self._size
        bottom, right = block.row + block.height, block.col + block.width
        for i in range(block.row // height, -(-bottom // height)):
            for j in range(block.col // width, -(-right // width)):
                top, left = max(i * height, block.row), max(j * width, block.col)
                low, end = min((i + 1) * height, bottom), min((j + 1) * width, right)
                tile = self._tile(i, j)[top - i * height : low - i * height, left - j * width : end - j * width]
                out[top - block.row : low - block.row, left - block.col : end - block.col] = tile
        return out

    def _tile(self, i: int, j: int) -> Array:
        with self._lock:
            known = self._kept.get((i, j))
            mine: Future[Array] = Future()
            if known is None:
                self._kept[i, j] = mine
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
            else:
                self._kept.move_to_end((i, j))
        if known is not None:
            return known.result()
        try:
            mine.set_result(self._read(self._block(i, j)))
        except BaseException as error:
            # whoever waits for the square must not wait for ever
            mine.set_exception(error)
            raise
        return mine.result()

    def _block(self, i: int, j: int) -> Block:
        row, col = i * self._size[0], j * self._size[1]
        return Block(row, col, min(self._size[0], self._shape.rows - row), min(self._size[1], self._shape.cols - col))
