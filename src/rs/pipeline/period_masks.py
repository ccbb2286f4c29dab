"""What a scene rejects on a block of any of its grids: its flag files, clouds and shadows grown by their margin.

The same pixels as the quality bits of scene products reject, without the bands that those need for water.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rs.algorithms.neighbourhood import disk, grow
from rs.algorithms.observations import spread
from rs.core.bands import Quality
from rs.core.grid import Block, Grid
from rs.core.jit import jitted
from rs.core.scene import QualitySource, Scene
from rs.errors import Contradiction
from rs.pipeline.flags import translate
from rs.pipeline.masks import quality_grid, reach_of
from rs.raster.blocks import nearest, same_grid
from rs.raster.tiles import Tiles

Codes = NDArray[np.uint8]

GROWN = Quality.CLOUD | Quality.CLOUD_SHADOW
REJECTED, SPREADS = np.uint8(1), np.uint8(2)
"""Codes of a pixel: rejected, and rejecting those around it."""


class SceneMask:
    """The mask of a scene on its finest grid, in blocks of any grid of its reference system. Threads may share it."""

    def __init__(self, scene: Scene, reject: Quality, tiles: Tiles) -> None:
        self._sources, self._reject, self._tiles = scene.quality, reject, tiles
        self._grid = quality_grid(scene)
        self._disk = disk(reach_of(self._grid).cloud)
        self._tables = [_table(source, reject) for source in scene.quality]
        for source in scene.quality:
            if source.asset.grid.crs != self._grid.crs:
                raise Contradiction(
                    f"is in {source.asset.grid.crs}, bands of the scene in {self._grid.crs}", where=source.asset.href
                )

    def rejected(self, grid: Grid, block: Block) -> Codes | None:
        """Where a pixel is rejected [rows, cols], not 0; None where the scene has no flag files."""
        if not self._sources:
            return None
        if same_grid(grid, self._grid):
            return self._on_own(block)
        rows, row_in = nearest(self._grid, grid, block, axis=0)
        cols, col_in = nearest(self._grid, grid, block, axis=1)
        top, left = int(rows.min()), int(cols.min())
        own = self._on_own(Block(top, left, int(rows.max()) - top + 1, int(cols.max()) - left + 1))
        out = np.empty((block.height, block.width), np.uint8)
        jitted(spread)(own, rows - top, cols - left, out)
        out[~row_in], out[:, ~col_in] = REJECTED, REJECTED
        return out

    def _on_own(self, block: Block) -> Codes:
        """The mask on a block of the finest grid."""
        margin, (rows, cols) = len(self._disk) - 1, self._grid.shape
        top, left = max(block.row - margin, 0), max(block.col - margin, 0)
        bottom = min(block.row + block.height + margin, rows)
        right = min(block.col + block.width + margin, cols)
        codes = self._codes(Block(top, left, bottom - top, right - left))
        row, col = block.row - top, block.col - left
        here = slice(row, row + block.height), slice(col, col + block.width)
        spreading = codes & SPREADS
        if not spreading.any():
            return np.ascontiguousarray(codes[here])
        grown = np.empty_like(codes)
        jitted(grow)(np.ascontiguousarray(spreading >> 1), self._disk, grown)
        return np.ascontiguousarray(codes[here] | grown[here])

    def _codes(self, block: Block) -> Codes:
        """Codes that the flag files give a block of the finest grid."""
        codes = np.zeros((block.height, block.width), np.uint8)
        for source, table in zip(self._sources, self._tables, strict=True):
            asset = source.asset
            rows, row_in = nearest(asset.grid, self._grid, block, axis=0)
            cols, col_in = nearest(asset.grid, self._grid, block, axis=1)
            top, left = int(rows.min()), int(cols.min())
            window = Block(top, left, int(rows.max()) - top + 1, int(cols.max()) - left + 1)
            counts = self._tiles.read(asset, window)
            found = _codes_of(source, self._reject, counts) if table is None else table[counts]
            out = np.empty_like(codes)
            jitted(spread)(found, rows - top, cols - left, out)
            out[~row_in], out[:, ~col_in] = REJECTED, REJECTED
            codes |= out
        return codes


def _table(source: QualitySource, reject: Quality) -> Codes | None:
    """Codes of all counts that a flag file may hold; None where they are too many."""
    dtype = np.dtype(source.asset.dtype)
    if dtype.kind != "u" or dtype.itemsize > 2 or source.asset.planes:
        return None
    return _codes_of(source, reject, np.arange(np.iinfo(dtype).max + 1, dtype=dtype))


def _codes_of(source: QualitySource, reject: Quality, counts: NDArray[Any]) -> Codes:
    bits = translate(source, counts)
    codes = np.zeros(bits.shape, np.uint8)
    codes[(bits & np.uint16(reject)) != 0] |= REJECTED
    codes[(bits & np.uint16(reject & GROWN)) != 0] |= SPREADS
    return codes
