"""A raster file resampled onto another grid, into a cloud-optimised GeoTIFF, block by block in several threads."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio.io import DatasetReader
from rasterio.windows import Window

from rs.core.grid import Block, Grid
from rs.core.product import Resampling
from rs.core.scene import Asset
from rs.errors import UnreadableRaster, UsageError
from rs.raster.blocks import Handles, handles
from rs.raster.cog import RasterSink, RasterSpec, open_sink
from rs.raster.opening import raster_grid
from rs.raster.tiles import SharedTiles
from rs.raster.warp import Method, Warp

Array = NDArray[Any]
BLOCK = 1024
MOST = 16 * 2**20
"""A block whose window in the source has more pixels than this is cut into four."""
KEPT = 192 * 2**20
"""Bytes of decoded pixels that are kept for the blocks beside and below."""


def warp_raster(source: str, target: str, grid: Grid, method: Method, *, band: int = 1, threads: int = 0) -> str:
    """Resample a band of the raster `source` onto `grid` into a COG at `target`; gives its content digest.

    No-data count, scale, offset, unit and description are those of the band. threads: 0 for one a core. Raises
    UnreadableRaster for a file that is damaged or has no georeference, UsageError as `Warp` does, OutputError.
    """
    with handles() as held:
        dataset = held.dataset(source)
        assert isinstance(dataset, DatasetReader)
        here = raster_grid(source, dataset)
        if here is None:
            raise UnreadableRaster("is not georeferenced", where=source, remedy="State its grid in the file")
        if not 1 <= band <= dataset.count:
            raise UsageError(f"has no band {band}", where=source, remedy=f"Choose one of 1 .. {dataset.count}")
        asset = Asset("band", source, band, here, str(dataset.dtypes[band - 1]), nodata=_nodata(dataset, band))
        sink = open_sink(f"{target}.part", _spec(dataset, asset, grid, method))
        try:
            _run(_Job(Warp(here, grid, method), held, asset, dataset, sink), threads or os.cpu_count() or 1)
            return sink.finish(target)
        except UsageError as error:
            raise UsageError(error.what, where=error.where or source, remedy=error.remedy) from error
        finally:
            sink.discard()


class _Job:
    def __init__(self, warp: Warp, held: Handles, asset: Asset, dataset: DatasetReader, sink: RasterSink) -> None:
        self.warp, self.sink, self._asset, self._held = warp, sink, asset, held
        strips = dataset.block_shapes[asset.index - 1][1] >= dataset.width
        self._tiles = SharedTiles(self._read, asset.grid.shape, asset.dtype, strips=strips, limit=KEPT)
        self._blocks = warp.target.blocks(BLOCK)
        self._lock = threading.Lock()
        self.failed = threading.Event()

    def work(self) -> None:
        """Take blocks until there are no more, or another thread has failed."""
        try:
            for block in iter(self._next, None):
                self.sink.write(block, self._made(block))
        except BaseException:
            self.failed.set()
            raise

    def _next(self) -> Block | None:
        with self._lock:
            return None if self.failed.is_set() else next(self._blocks, None)

    def _made(self, block: Block) -> Array:
        out = np.empty((block.height, block.width), self._asset.dtype)
        for part, window in self._parts(block):
            counts = np.empty((0, 0), self._asset.dtype) if window is None else self._tiles.window(window)
            made = self.warp.apply(counts, window, part, self._asset.nodata)
            row, col = part.row - block.row, part.col - block.col
            out[row : row + part.height, col : col + part.width] = made
        return out

    def _parts(self, block: Block) -> Iterator[tuple[Block, Block | None]]:
        """A block and its window; smaller ones where the window is large, as about a pole or to a coarse grid."""
        window = self.warp.window(block)
        if window is None or window.height * window.width <= MOST or max(block.height, block.width) == 1:
            yield block, window
            return
        rows, cols = -(-block.height // 2), -(-block.width // 2)
        for row in range(0, block.height, rows):
            for col in range(0, block.width, cols):
                height, width = min(rows, block.height - row), min(cols, block.width - col)
                yield from self._parts(Block(block.row + row, block.col + col, height, width))

    def _read(self, block: Block) -> Array:
        return self._held.read(self._asset, Window(block.col, block.row, block.width, block.height))


def _run(job: _Job, threads: int) -> None:
    with ThreadPoolExecutor(threads) as pool:
        done = [pool.submit(job.work) for _ in range(threads)]
    for one in done:
        one.result()


def _nodata(dataset: DatasetReader, band: int) -> tuple[float, ...]:
    stated = dataset.nodatavals[band - 1]
    return () if stated is None else (float(stated),)


def _spec(dataset: DatasetReader, asset: Asset, grid: Grid, method: Method) -> RasterSpec:
    k = asset.index - 1
    nodata = asset.nodata[0] if asset.nodata else None
    return RasterSpec(
        grid, asset.dtype, int(nodata) if nodata is not None and nodata.is_integer() else nodata,
        dataset.scales[k], dataset.offsets[k], dataset.units[k] or "", dataset.descriptions[k] or "",
        Resampling.NEAREST if method is Method.NEAREST else Resampling.AVERAGE,
    )  # fmt: skip
