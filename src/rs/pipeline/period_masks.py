"""What a scene rejects on a block of any of its grids: its flag files, clouds and shadows grown by their margin.

The same pixels as the quality bits of scene products reject, without the bands that those need for water.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rs.algorithms.neighbourhood import disk, grow
from rs.core.bands import Quality
from rs.core.grid import Block, Grid
from rs.core.jit import jitted
from rs.core.scene import QualitySource, Scene
from rs.errors import Contradiction
from rs.pipeline.flags import flags_on
from rs.pipeline.masks import quality_grid, reach_of
from rs.pipeline.period_tiles import Tiles
from rs.raster.blocks import Piece, nearest, same_grid

Mask = NDArray[np.uint8]
GROWN = Quality.CLOUD | Quality.CLOUD_SHADOW


class SceneMask:
    """The mask of a scene on its finest grid, in blocks of any grid of its reference system. Threads may share it."""

    def __init__(self, scene: Scene, reject: Quality, tiles: Tiles) -> None:
        self._sources, self._reject, self._tiles = scene.quality, np.uint16(reject), tiles
        self._grows = np.uint16(reject & GROWN)
        self._grid = quality_grid(scene)
        self._disk = disk(reach_of(self._grid).cloud)
        for source in scene.quality:
            if source.asset.grid.crs != self._grid.crs:
                raise Contradiction(
                    f"is in {source.asset.grid.crs}, bands of the scene in {self._grid.crs}", where=source.asset.href
                )

    def rejected(self, grid: Grid, block: Block) -> Mask | None:
        """Where a pixel is rejected [rows, cols], not 0; None where the scene has no flag files."""
        if not self._sources:
            return None
        if same_grid(grid, self._grid):
            return self._on_own(block)
        rows, row_in = nearest(self._grid, grid, block, axis=0)
        cols, col_in = nearest(self._grid, grid, block, axis=1)
        top, left = int(rows.min()), int(cols.min())
        own = self._on_own(Block(top, left, int(rows.max()) - top + 1, int(cols.max()) - left + 1))
        out = np.ascontiguousarray(own[np.ix_(rows - top, cols - left)])
        out[~row_in], out[:, ~col_in] = 1, 1
        return out

    def _on_own(self, block: Block) -> Mask:
        """The mask on a block of the finest grid."""
        margin, (rows, cols) = len(self._disk) - 1, self._grid.shape
        top, left = max(block.row - margin, 0), max(block.col - margin, 0)
        bottom = min(block.row + block.height + margin, rows)
        right = min(block.col + block.width + margin, cols)
        bits = self._bits(Block(top, left, bottom - top, right - left))
        row, col = block.row - top, block.col - left
        here = slice(row, row + block.height), slice(col, col + block.width)
        rejected = (bits[here] & self._reject) != 0
        grown = np.empty(bits.shape, np.uint8)
        jitted(grow)(bits, self._grows, self._disk, grown)
        rejected |= grown[here].view(np.bool_)
        return np.ascontiguousarray(rejected).view(np.uint8)

    def _bits(self, block: Block) -> NDArray[np.uint16]:
        """Quality bits that the flag files give a block of the finest grid."""
        first, *others = (self._read(source, block) for source in self._sources)
        for found in others:
            first |= found
        return first

    def _read(self, source: QualitySource, block: Block) -> NDArray[np.uint16]:
        asset = source.asset
        rows, _ = nearest(asset.grid, self._grid, block, axis=0)
        cols, _ = nearest(asset.grid, self._grid, block, axis=1)
        top, left = int(rows.min()), int(cols.min())
        window = Block(top, left, int(rows.max()) - top + 1, int(cols.max()) - left + 1)
        piece = Piece(asset, self._tiles.read(asset, window), top, left)
        return flags_on(source, piece, self._grid, block, Quality.NODATA)
