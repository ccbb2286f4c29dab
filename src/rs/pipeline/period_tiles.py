"""Windows of the rasters of a period that overlap from block to block: decoded once while there is room."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio.io import DatasetReader
from rasterio.windows import Window

from rs.core.grid import Block
from rs.core.scene import Asset
from rs.raster.blocks import Handles
from rs.raster.tiles import SIDE, SharedTiles

Array = NDArray[Any]

KEPT = 128 * 2**20
"""Bytes of decoded pixels that are kept of all rasters together."""

AROUND = 4
"""Squares of a raster that a window may touch: with fewer it is decoded as it is asked for."""


@dataclass
class Tiles:
    """Reads windows of so many rasters. least: squares of each that are kept even beyond KEPT. Threads may share it."""

    held: Handles
    rasters: int
    least: int = 0
    _shared: dict[tuple[str, int], SharedTiles | None] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def read(self, asset: Asset, window: Block) -> Array:
        """Counts of a window of an asset's own pixels [rows, cols]. Raises UnreadableRaster."""
        key = (asset.href, asset.index)
        with self._lock:
            if key not in self._shared:
                self._shared[key] = self._kept(asset)
            shared = self._shared[key]
        return self._decoded(asset, window) if shared is None else shared.window(window)

    def _kept(self, asset: Asset) -> SharedTiles | None:
        dataset = self.held.dataset(asset.href, asset.grid)
        if not isinstance(dataset, DatasetReader) or asset.planes:
            return None
        strips = dataset.block_shapes[asset.index - 1][1] >= dataset.width
        square = SIDE * (asset.grid.shape.cols if strips else SIDE) * np.dtype(asset.dtype).itemsize
        limit = max(KEPT // max(1, self.rasters), self.least * square)
        if limit < AROUND * square:
            return None
        size = (SIDE, asset.grid.shape.cols if strips else SIDE)
        return SharedTiles(
            lambda block: self._decoded(asset, block), asset.grid.shape, asset.dtype, limit=limit, size=size
        )

    def _decoded(self, asset: Asset, block: Block) -> Array:
        return self.held.read(asset, Window(block.col, block.row, block.width, block.height))
