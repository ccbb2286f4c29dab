"""Windows of rasters that overlap: a tile of a file is decoded once while there is room to keep it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from rasterio.io import DatasetReader
from rasterio.windows import Window

from rs.core.grid import Block
from rs.core.scene import Asset
from rs.raster.blocks import Handles

Array = NDArray[Any]
Key: TypeAlias = tuple[str, int, int, int]

LEAST = 256
"""Tiles of a file that are smaller are read several at a time [px]."""

KEPT = 128 * 2**20
"""Bytes of decoded tiles that are kept."""


@dataclass
class Tiles:
    """Decoded tiles of the files of a unit, the last used ones kept; threads that want the same one wait for it."""

    held: Handles
    kept: int = KEPT
    _tiles: OrderedDict[Key, Future[Array]] = field(default_factory=OrderedDict)
    _sizes: dict[str, tuple[int, int]] = field(default_factory=dict)
    _bytes: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def read(self, asset: Asset, window: Block) -> Array:
        """Counts of a window of an asset's own pixels [rows, cols]. Raises UnreadableRaster."""
        height, width = self._size(asset)
        parts: list[Array] = []
        for i in range(window.row // height, -(-(window.row + window.height) // height)):
            row = [
                self._tile(asset, i, j) for j in range(window.col // width, -(-(window.col + window.width) // width))
            ]
            top, bottom = max(window.row - i * height, 0), window.row + window.height - i * height
            left = window.col % width
            parts.append(np.concatenate([tile[top:bottom] for tile in row], axis=1)[:, left : left + window.width])
        return np.ascontiguousarray(parts[0] if len(parts) == 1 else np.concatenate(parts))

    def _size(self, asset: Asset) -> tuple[int, int]:
        """Rows and columns of the pieces that are read: tiles of the file, or several."""
        if asset.href not in self._sizes:
            dataset = self.held.dataset(asset.href, asset.grid)
            size = (
                dataset.block_shapes[asset.index - 1] if isinstance(dataset, DatasetReader) else (2 * LEAST, 2 * LEAST)
            )
            self._sizes[asset.href] = tuple(side * -(-LEAST // side) for side in size)  # type: ignore[assignment]
        return self._sizes[asset.href]

    def _tile(self, asset: Asset, i: int, j: int) -> Array:
        key = (asset.href, asset.index, i, j)
        with self._lock:
            found = self._tiles.get(key)
            if found is not None:
                self._tiles.move_to_end(key)
            else:
                mine: Future[Array] = Future()
                self._tiles[key] = mine
        return found.result() if found is not None else self._decoded(asset, key, mine)

    def _decoded(self, asset: Asset, key: Key, mine: Future[Array]) -> Array:
        height, width = self._size(asset)
        _, _, i, j = key
        rows, cols = asset.grid.shape
        top, left = i * height, j * width
        try:
            tile = self.held.read(asset, Window(left, top, min(width, cols - left), min(height, rows - top)))
        except BaseException as error:
            with self._lock:
                del self._tiles[key]
            mine.set_exception(error)
            raise
        mine.set_result(tile)
        self._keep(tile.nbytes)
        return tile

    def _keep(self, size: int) -> None:
        """Count a tile in; drop those that were used longest ago and are decoded."""
        with self._lock:
            self._bytes += size
            if self._bytes <= self.kept:
                return
            for key, tile in list(self._tiles.items()):
                if tile.done():
                    self._bytes -= tile.result().nbytes
                    del self._tiles[key]
                if self._bytes <= self.kept:
                    return
