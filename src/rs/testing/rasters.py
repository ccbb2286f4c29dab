"""Writing rasters block by block: GeoTIFF, or JPEG 2000 as Sentinel-2 has it (lossless, tiled)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.io import DatasetWriter
from rasterio.shutil import copy as raster_copy
from rasterio.transform import Affine
from rasterio.windows import Window

from rs.core.grid import Block, Grid

BLOCK = 1024
Make = Callable[[Block], NDArray[Any]]
"""Counts of a block, [rows, cols] or [bands, rows, cols]."""


def write_tif(path: str, grid: Grid, dtype: str, make: Make, *, count: int = 1, **profile: Any) -> None:
    """A tiled, compressed GeoTIFF of a grid."""
    options = {"compress": "DEFLATE", "tiled": True, "blockxsize": 256, "blockysize": 256, **profile}
    with _open(path, grid, dtype, count, options) as out:
        for block in grid.blocks(BLOCK):
            _put(out, block, np.asarray(make(block)).astype(dtype))


@dataclass(frozen=True, slots=True)
class Layer:
    """A raster to be written: path, dtype, number of bands, and what gives its counts."""

    path: str
    dtype: str
    make: Make
    count: int = 1


def write_jp2(layers: list[Layer], grid: Grid, *, tile: int) -> None:
    """Lossless JPEG 2000 files of one grid in tiles of `tile` px, with their place as Sentinel-2 states it (GMLJP2).

    All layers of a block are made in turn. Memory holds a block and a tile; uncompressed copies lie beside
    the files while they are written.
    """
    with ExitStack() as stack:
        parts = [stack.enter_context(_part(layer.path)) for layer in layers]
        outs = [_open(p, grid, x.dtype, x.count, _PART) for p, x in zip(parts, layers, strict=True)]
        try:
            for block in grid.blocks(BLOCK):
                for out, layer in zip(outs, layers, strict=True):
                    _put(out, block, layer.make(block))
        finally:
            for out in outs:
                out.close()
        for part, layer in zip(parts, layers, strict=True):
            _compress(part, layer.path, grid, tile)


_PART = {"tiled": True, "blockxsize": BLOCK, "blockysize": BLOCK, "sparse_ok": True}


@contextmanager
def _part(path: str) -> Iterator[str]:
    part = f"{path}.part.tif"
    try:
        yield part
    finally:
        if os.path.exists(part):
            os.unlink(part)


def _compress(part: str, path: str, grid: Grid, tile: int) -> None:
    levels = max(1, min(6, min(grid.shape).bit_length() - 4))
    raster_copy(
        part, path, driver="JP2OpenJPEG", QUALITY="100", REVERSIBLE="YES", YCC="NO", GMLJP2="YES", GeoJP2="NO",
        RESOLUTIONS=str(levels), PROGRESSION="LRCP",
        BLOCKXSIZE=str(tile), BLOCKYSIZE=str(tile),
    )  # fmt: skip


def _open(path: str, grid: Grid, dtype: str, count: int, options: Mapping[str, Any]) -> DatasetWriter:
    rows, cols = grid.shape
    return rasterio.open(
        path, "w", driver="GTiff", width=cols, height=rows, count=count, dtype=dtype, crs=grid.crs,
        transform=Affine(*grid.transform), **options,
    )  # fmt: skip


def _put(out: DatasetWriter, block: Block, counts: NDArray[Any]) -> None:
    window = Window(block.col, block.row, block.width, block.height)
    out.write(counts if counts.ndim == 3 else counts[None], window=window)
