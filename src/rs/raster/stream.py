"""The writer of cloud-optimised GeoTIFF: blocks in any order and from any thread, one pass, overviews on the way."""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import Iterator, Mapping

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.windows import Window

from rs.core.disk import cannot_write, sync_file
from rs.core.failpoint import reach
from rs.core.grid import Block
from rs.errors import CheckFailed
from rs.raster.codec import ADOBE_DEFLATE, compress, predictor_of
from rs.raster.content import RASTER_ERRORS, combined, facts_of, tile_digest
from rs.raster.layout import Level, framed, head, tile_order
from rs.raster.pyramid import Pyramid
from rs.raster.spec import RasterSpec
from rs.raster.spool import Place, Spool
from rs.raster.template import template
from rs.raster.tiff import Value

TILE = 512
SAMPLE = 0.02
"""Share of tiles that are decoded again by GDAL before a file counts as written."""


class StreamSink:
    """Takes every pixel once, block by block; `finish` puts the file together.

    Tiles are compressed as soon as they are whole, by the thread that brought their last pixel, and wait in
    a spool beside the file: only tiles that are not whole are in memory. The bytes of the file depend on
    pixels, spec and codec alone.
    """

    def __init__(self, path: str, spec: RasterSpec) -> None:
        self.path, self.spec = path, spec
        dtype = np.dtype(spec.dtype)
        shape = (spec.grid.shape.rows, spec.grid.shape.cols)
        pad = 0 if spec.nodata is None else spec.nodata
        self.digest = ""
        self._pyramid = Pyramid(shape, dtype, spec.overviews, spec.nodata, self._keep, TILE, pad)
        self._uniform: dict[tuple[bytes, tuple[int, ...]], tuple[bytes, bytes]] = {}
        try:
            self._spool = Spool(path)
        except OSError as error:
            raise cannot_write(path, error, spec.size) from error

    def write(self, block: Block, counts: NDArray[np.generic]) -> None:
        """Store a block of counts; every pixel comes exactly once. Raises OutputError."""
        reach("write.block")
        try:
            self._pyramid.put(block, counts)
        except OSError as error:
            raise cannot_write(self.path, error, self.spec.size) from error

    def finish(self, target: str, statistics: Mapping[str, float] | None = None) -> str:
        """Write the file to `target`, decode a sample of it, give its content digest. `digest`: SHA-256 of its bytes.

        Raises OutputError, and CheckFailed where pixels are missing or the file does not hold what came in.
        """
        grids = [self._pyramid.grid(level) for level in range(len(self._pyramid.shapes))]
        order = tile_order(grids)
        lacking = len(order) - len(self._spool.kept)
        if lacking:
            raise CheckFailed(f"{lacking} of {len(order)} tiles did not get all their pixels", where=target)
        reach("write.raster")
        try:
            tags = template(self.spec, statistics or {})
            self.digest = _written(target, self._bytes(tags, order))
            self._decode_sample(target, grids[0])
            content = combined(facts_of(target), [self._spool.kept[p].digest for p in order if p[0] == 0])
        except RASTER_ERRORS as error:
            raise cannot_write(target, error, self.spec.size) from error
        finally:
            self._spool.close()
        return content

    def discard(self) -> None:
        """Drop what was written."""
        self._spool.close()

    def _keep(self, level: int, row: int, col: int, tile: NDArray[np.generic], uniform: bool) -> None:
        shape = self._pyramid.shapes[level]
        inside = tile[: shape[0] - row * TILE, : shape[1] - col * TILE]
        if not uniform:
            self._spool.add((level, row, col), compress(tile), tile_digest(inside) if level == 0 else b"")
            return
        # tiles of one value, such as no data, are compressed and digested once
        known = self._uniform.get((tile[0, 0].tobytes(), inside.shape))
        if known is None:
            known = compress(tile), tile_digest(inside)
            self._uniform[tile[0, 0].tobytes(), inside.shape] = known
        self._spool.add((level, row, col), *known)

    def _bytes(self, tags: dict[int, Value], order: list[Place]) -> Iterator[bytes]:
        sizes = {place: kept.size for place, kept in self._spool.kept.items()}
        levels = [
            Level(*shape, [sizes[p] for p in order if p[0] == level])
            for level, shape in enumerate(self._pyramid.shapes)
        ]
        fixed = (ADOBE_DEFLATE, predictor_of(np.dtype(self.spec.dtype)))
        yield head(tags, levels, TILE, fixed)
        yield from framed(self._spool.read(order))

    def _decode_sample(self, target: str, grid: tuple[int, int]) -> None:
        """What GDAL reads must be what came in, at places that differ from file to file and not from run to run."""
        tiles = [(i, j) for i in range(grid[0]) for j in range(grid[1])]
        picked = random.Random(self.digest).sample(tiles, min(len(tiles), max(2, round(SAMPLE * len(tiles)))))
        rows, cols = self._pyramid.shapes[0]
        with rasterio.open(target, driver="GTiff") as dataset:
            for i, j in picked:
                window = Window(j * TILE, i * TILE, min(TILE, cols - j * TILE), min(TILE, rows - i * TILE))
                if tile_digest(dataset.read(1, window=window)) != self._spool.kept[0, i, j].digest:
                    raise CheckFailed(
                        f"tile {i}, {j} does not hold what was computed", where=target, remedy="Check disk and memory"
                    )


def _written(target: str, parts: Iterator[bytes]) -> str:
    """Write a file durably; SHA-256 of its bytes, taken on the way."""
    digest = hashlib.sha256()
    with open(target, "wb") as stream:
        for part in parts:
            stream.write(part)
            digest.update(part)
    sync_file(target)
    if os.path.getsize(target) == 0:
        raise OSError("the file is empty")
    return digest.hexdigest()
