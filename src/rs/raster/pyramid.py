"""Tiles of all levels, filled by blocks in any order from any thread; whole ones are handed on at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rs.core.grid import Block
from rs.core.jit import jitted
from rs.core.product import Resampling
from rs.raster.loops import is_uniform
from rs.raster.overviews import halved, level_shapes

Array = NDArray[Any]
Done = Callable[[int, int, int, Array, bool], None]
"""Takes level, row and column of a tile, the tile itself, padded, and whether it is of one value.

The tile is used again for another place as soon as this returns."""


@dataclass
class Filling:
    """A tile that is not whole yet, and how many of its pixels are still to come."""

    values: Array
    left: int


@dataclass
class Pyramid:
    """The levels of a raster. A tile is given to `done` when all its pixels are there, by whoever brought the last.

    Overview tiles grow out of the tiles below them while those are in memory. pad: what lies beyond the edge.
    """

    shape: tuple[int, int]
    dtype: np.dtype[Any]
    method: Resampling
    nodata: int | float | None
    done: Done
    tile: int = 512
    pad: int | float = 0
    _spare: list[Array] = field(default_factory=list)
    _open: dict[tuple[int, int, int], Filling] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.shapes = level_shapes(*self.shape, self.tile)

    def put(self, block: Block, values: Array) -> None:
        """Take in a block of the full level; every pixel comes exactly once."""
        if values.shape != (block.height, block.width):
            raise ValueError(f"a block of {block.height} x {block.width} px has values of {values.shape}")
        self._put(0, block.row, block.col, values)

    def missing(self) -> int:
        """Tiles that are not whole."""
        return len(self._open)

    def grid(self, level: int) -> tuple[int, int]:
        """Rows and columns of tiles of a level."""
        rows, cols = self.shapes[level]
        return -(-rows // self.tile), -(-cols // self.tile)

    def _put(self, level: int, row: int, col: int, values: Array) -> None:
        size = self.tile
        for i in range(row // size, -(-(row + values.shape[0]) // size)):
            for j in range(col // size, -(-(col + values.shape[1]) // size)):
                top, left = max(row, i * size), max(col, j * size)
                low = min(row + values.shape[0], (i + 1) * size)
                right = min(col + values.shape[1], (j + 1) * size)
                part = values[top - row : low - row, left - col : right - col]
                self._fill(level, i, j, (top - i * size, left - j * size), part)

    def _fill(self, level: int, i: int, j: int, at: tuple[int, int], part: Array) -> None:
        filling = self._filling(level, i, j)
        filling.values[at[0] : at[0] + part.shape[0], at[1] : at[1] + part.shape[1]] = part
        with self._lock:
            filling.left -= part.size
            if filling.left:
                return
            del self._open[level, i, j]
        # 0.0 equals -0.0 and is other bytes
        uniform = self.dtype.kind != "f" and bool(jitted(is_uniform)(filling.values))
        self.done(level, i, j, filling.values, uniform)
        if level + 1 < len(self.shapes):
            rows, cols = self._inside(level, i, j)
            self._put(level + 1, i * self.tile // 2, j * self.tile // 2, self._above(filling, rows, cols, uniform))
        with self._lock:
            # new memory for each tile costs more than what is computed on it
            self._spare.append(filling.values)

    def _above(self, filling: Filling, rows: int, cols: int, uniform: bool) -> Array:
        if uniform:
            return np.full((-(-rows // 2), -(-cols // 2)), filling.values[0, 0], self.dtype)
        return halved(filling.values[:rows, :cols], self.method, self.nodata)

    def _filling(self, level: int, i: int, j: int) -> Filling:
        with self._lock:
            found = self._open.get((level, i, j))
            if found is None:
                rows, cols = self._inside(level, i, j)
                values = self._spare.pop() if self._spare else np.empty((self.tile, self.tile), self.dtype)
                if rows * cols < self.tile * self.tile:
                    values[:] = self.pad
                found = self._open[level, i, j] = Filling(values, rows * cols)
            return found

    def _inside(self, level: int, i: int, j: int) -> tuple[int, int]:
        rows, cols = self.shapes[level]
        return min(self.tile, rows - i * self.tile), min(self.tile, cols - j * self.tile)
