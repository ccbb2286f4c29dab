"""Reading blocks of bands on the grid of a unit, one dataset handle per thread and file."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader
from rasterio.windows import Window

from rs.core.grid import Block, Grid, Shape
from rs.core.scene import Asset
from rs.errors import Contradiction
from rs.raster.opening import open_raster, read_failed

Array = NDArray[Any]


@dataclass
class Handles:
    """Open datasets of a unit: one per thread and file. `decoded` counts windows read per file."""

    decoded: dict[str, int] = field(default_factory=dict)
    _local: threading.local = field(default_factory=threading.local)
    _all: list[DatasetReader] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def dataset(self, path: str) -> DatasetReader:
        """This thread's handle of a file."""
        mine: dict[str, DatasetReader] = self._local.__dict__.setdefault("open", {})
        if path not in mine:
            mine[path] = open_raster(path)
            with self._lock:
                self._all.append(mine[path])
        return mine[path]

    def read(self, asset: Asset, window: Window, shape: Shape | None = None) -> Array:
        """Counts of a window, in the file's dtype; `shape` asks for a decimated read."""
        dataset = self.dataset(asset.href)
        with self._lock:
            self.decoded[asset.href] = self.decoded.get(asset.href, 0) + 1
        try:
            # errors of JPEG 2000 tiles decoded ahead by GDAL's own threads are lost
            with rasterio.Env(GDAL_NUM_THREADS="1"):
                return np.asarray(dataset.read(asset.index, window=window, out_shape=shape))
        except (RasterioError, ValueError, MemoryError) as error:
            raise read_failed(asset.href, asset.index, window, error) from error

    def close(self) -> None:
        """Close every handle of every thread."""
        with self._lock:
            for dataset in self._all:
                dataset.close()
            self._all.clear()


@contextmanager
def handles() -> Iterator[Handles]:
    """Handles that are closed at the end."""
    held = Handles()
    try:
        yield held
    finally:
        held.close()


def read_block(held: Handles, asset: Asset, grid: Grid, block: Block) -> tuple[Array, Array | None]:
    """Counts of an asset on a block of another grid by nearest neighbour.

    Gives (counts [rows, cols] in the file's dtype, mask of pixels inside the asset or None where
    all are). The grids share their coordinate reference system.
    """
    if asset.grid.crs != grid.crs:
        raise Contradiction(f"is in {asset.grid.crs}, other bands of the scene in {grid.crs}", where=asset.href)
    if _same(asset.grid, grid):
        return held.read(asset, Window(block.col, block.row, block.width, block.height)), None
    rows, row_in = _nearest(asset.grid, grid, block, axis=0)
    cols, col_in = _nearest(asset.grid, grid, block, axis=1)
    top, left = int(rows.min()), int(cols.min())
    window = Window(left, top, int(cols.max()) - left + 1, int(rows.max()) - top + 1)
    counts = np.ascontiguousarray(held.read(asset, window)[np.ix_(rows - top, cols - left)])
    inside = row_in[:, None] & col_in[None, :]
    return counts, None if inside.all() else inside


def _same(one: Grid, other: Grid) -> bool:
    if one.shape != other.shape:
        return False
    tolerance = 1e-6 * other.pixel_size
    return all(abs(x - y) <= tolerance for x, y in zip(one.transform, other.transform, strict=True))


def _nearest(source: Grid, grid: Grid, block: Block, axis: int) -> tuple[Array, Array]:
    """Source row or column under each pixel centre of the block, clipped, and whether it is inside."""
    if axis == 0:
        centres = grid.transform.f + grid.transform.e * (np.arange(block.row, block.row + block.height) + 0.5)
        position = (centres - source.transform.f) / source.transform.e
    else:
        centres = grid.transform.c + grid.transform.a * (np.arange(block.col, block.col + block.width) + 0.5)
        position = (centres - source.transform.c) / source.transform.a
    index = np.floor(position + 1e-6).astype(np.int64)
    size = source.shape[axis]
    return np.clip(index, 0, size - 1), (index >= 0) & (index < size)
