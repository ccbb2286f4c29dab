"""Reading blocks of bands on the grid of a unit, one dataset handle per thread and file."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader
from rasterio.windows import Window

from rs.core.failpoint import reach
from rs.core.grid import Block, Grid, Shape
from rs.core.scene import Asset, QualitySource
from rs.errors import Contradiction
from rs.raster.alike import read_layout
from rs.raster.drawing import DrawnMask
from rs.raster.opening import open_raster, read_failed
from rs.raster.polygons import is_polygons
from rs.raster.tiled import TiledFile

JPEG_2000 = "JP2OpenJPEG"
Array = NDArray[Any]
Source: TypeAlias = DatasetReader | DrawnMask


@dataclass
class Handles:
    """Open datasets of a unit: one per thread and file. `decoded` counts windows read per file."""

    decoded: dict[str, int] = field(default_factory=dict)
    _local: threading.local = field(default_factory=threading.local)
    _all: list[Source] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _tiled: dict[tuple[str, int], TiledFile] = field(default_factory=dict)

    def dataset(self, path: str, grid: Grid | None = None) -> Source:
        """This thread's handle of a file; the polygons of a mask are drawn on `grid`."""
        mine: dict[str, Source] = self._local.__dict__.setdefault("open", {})
        if path not in mine:
            mine[path] = DrawnMask(path, grid) if grid is not None and is_polygons(path) else open_raster(path)
            with self._lock:
                self._all.append(mine[path])
        return mine[path]

    def read(self, asset: Asset, window: Window, shape: Shape | None = None) -> Array:
        """Counts of a window, in the file's dtype; `shape` asks for a decimated read. Planes are packed to bits."""
        dataset = self.dataset(asset.href, asset.grid)
        if shape is not None or isinstance(dataset, DrawnMask) or dataset.driver != JPEG_2000:
            return self._decode(asset, window, shape)
        block = Block(window.row_off, window.col_off, window.height, window.width)
        return self._tiled_file(asset, dataset).window(block)

    def _tiled_file(self, asset: Asset, dataset: DatasetReader) -> TiledFile:
        """The tiles of a JPEG 2000 file, which all threads share."""
        key = (asset.href, asset.index)
        with self._lock:
            known = self._tiled.get(key)
        if known is not None:
            return known

        def read(block: Block) -> Array:
            return self._decode(asset, Window(block.col, block.row, block.width, block.height))

        dtype = np.dtype(dataset.dtypes[asset.index - 1])
        layout = None
        if asset.planes:
            dtype, layout = _packed_type(len(asset.planes)), read_layout(asset.href)
        height, width = dataset.block_shapes[asset.index - 1]
        made = TiledFile(read, Shape(*dataset.shape), (height, width), dtype, layout)
        with self._lock:
            return self._tiled.setdefault(key, made)

    def _decode(self, asset: Asset, window: Window, shape: Shape | None = None) -> Array:
        reach("read.block")
        dataset = self.dataset(asset.href, asset.grid)
        with self._lock:
            self.decoded[asset.href] = self.decoded.get(asset.href, 0) + 1
        if isinstance(dataset, DrawnMask):
            return dataset.read(window, shape)
        try:
            # errors of JPEG 2000 tiles decoded ahead by GDAL's own threads are lost
            with rasterio.Env(GDAL_NUM_THREADS="1"):
                if not asset.planes:
                    return np.asarray(dataset.read(asset.index, window=window, out_shape=shape))
                size = None if shape is None else (len(asset.planes), *shape)
                return _packed(dataset.read(list(asset.planes), window=window, out_shape=size))
        except (RasterioError, ValueError, MemoryError) as error:
            raise read_failed(asset.href, asset.index, window, error) from error

    def close(self) -> None:
        """Close every handle of every thread."""
        with self._lock:
            for dataset in self._all:
                dataset.close()
            self._all.clear()


def _packed_type(planes: int) -> np.dtype[Any]:
    return np.dtype(np.uint8 if planes <= 8 else np.uint16)


def _packed(planes: Array) -> Array:
    """Planes [n, rows, cols] as the bits of one count, the first in bit 0."""
    counts = np.zeros(planes.shape[1:], _packed_type(len(planes)))
    for k, plane in enumerate(planes):
        if plane.any():
            counts |= (plane != 0).astype(counts.dtype) << counts.dtype.type(k)
    return counts


@contextmanager
def handles() -> Iterator[Handles]:
    """Handles that are closed at the end."""
    held = Handles()
    try:
        yield held
    finally:
        held.close()


@dataclass(frozen=True, slots=True)
class Piece:
    """Counts of an asset under a block of another grid, as the file holds them.

    counts: [rows, cols] of the file's own pixels from `row`, `col` on. masks: those of the asset with
    their own pieces.
    """

    asset: Asset
    counts: Array
    row: int
    col: int
    masks: tuple[tuple[QualitySource, Piece], ...] = ()

    def on(self, grid: Grid, block: Block) -> tuple[Array, Array | None]:
        """Counts on a block by nearest neighbour, and the mask of pixels inside (None: all are)."""
        if self._is(grid, block):
            return self.counts, None
        rows, row_in = nearest(self.asset.grid, grid, block, axis=0)
        cols, col_in = nearest(self.asset.grid, grid, block, axis=1)
        mapped = np.ascontiguousarray(self.counts[np.ix_(rows - self.row, cols - self.col)])
        inside = row_in[:, None] & col_in[None, :]
        return mapped, None if inside.all() else inside

    def index(self, grid: Grid, block: Block) -> tuple[Array, Array]:
        """For each row and each column of a block that of `counts` by nearest neighbour, -1 where the file ends."""
        if self._is(grid, block):
            return np.arange(block.height), np.arange(block.width)
        rows, row_in = nearest(self.asset.grid, grid, block, axis=0)
        cols, col_in = nearest(self.asset.grid, grid, block, axis=1)
        return np.where(row_in, rows - self.row, -1), np.where(col_in, cols - self.col, -1)

    def _is(self, grid: Grid, block: Block) -> bool:
        return (
            same_grid(self.asset.grid, grid)
            and (self.row, self.col) == (block.row, block.col)
            and self.counts.shape == (block.height, block.width)
        )


def read_piece(held: Handles, asset: Asset, grid: Grid, block: Block) -> Piece:
    """The pixels of an asset and of its masks under a block of a grid: one window of each, read once.

    The grids share their coordinate reference system, else Contradiction.
    """
    masks = tuple((mask, read_piece(held, mask.asset, grid, block)) for mask in asset.masks)
    if asset.grid.crs != grid.crs:
        raise Contradiction(f"is in {asset.grid.crs}, other bands of the scene in {grid.crs}", where=asset.href)
    if same_grid(asset.grid, grid):
        window = Window(block.col, block.row, block.width, block.height)
        return Piece(asset, held.read(asset, window), block.row, block.col, masks)
    rows, _ = nearest(asset.grid, grid, block, axis=0)
    cols, _ = nearest(asset.grid, grid, block, axis=1)
    top, left = int(rows.min()), int(cols.min())
    window = Window(left, top, int(cols.max()) - left + 1, int(rows.max()) - top + 1)
    return Piece(asset, held.read(asset, window), top, left, masks)


def read_block(held: Handles, asset: Asset, grid: Grid, block: Block) -> tuple[Array, Array | None]:
    """Counts of an asset on a block of another grid by nearest neighbour, and the mask of pixels inside."""
    return read_piece(held, asset, grid, block).on(grid, block)


def part_of(coarse: Grid, fine: Grid, block: Block) -> Block | None:
    """The block of a coarser grid whose pixel centres lie in a block of the fine one; None where none does.

    The blocks of the fine grid cut the coarse one without gap and without overlap.
    """
    if same_grid(coarse, fine):
        return block
    top, bottom = _span(fine, coarse, 0, block.row, block.height)
    left, right = _span(fine, coarse, 1, block.col, block.width)
    return Block(top, left, bottom - top, right - left) if bottom > top and right > left else None


def _span(fine: Grid, coarse: Grid, axis: int, start: int, length: int) -> tuple[int, int]:
    index, _ = nearest(fine, coarse, coarse.whole, axis)
    first, last = np.searchsorted(index, [start, start + length])
    return int(first), int(last)


def same_grid(one: Grid, other: Grid) -> bool:
    """True where two grids are the same to a millionth of a pixel."""
    if one.shape != other.shape:
        return False
    tolerance = 1e-6 * other.pixel_size
    return all(abs(x - y) <= tolerance for x, y in zip(one.transform, other.transform, strict=True))


@lru_cache(64)
def nearest(source: Grid, grid: Grid, block: Block, axis: int) -> tuple[Array, Array]:
    """Source row or column under each pixel centre of the block, clipped, and whether it is inside; not to be changed.

    Bands of one resolution ask for the same block after block.
    """
    if axis == 0:
        centres = grid.transform.f + grid.transform.e * (np.arange(block.row, block.row + block.height) + 0.5)
        position = (centres - source.transform.f) / source.transform.e
    else:
        centres = grid.transform.c + grid.transform.a * (np.arange(block.col, block.col + block.width) + 0.5)
        position = (centres - source.transform.c) / source.transform.a
    index = np.floor(position + 1e-6).astype(np.int64)
    size = source.shape[axis]
    found = np.clip(index, 0, size - 1), (index >= 0) & (index < size)
    for array in found:
        array.flags.writeable = False
    return found
