"""Writing cloud-optimised GeoTIFF: the streaming writer, and GDAL's own driver as the reference beside it."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.io import DatasetWriter
from rasterio.shutil import copy as raster_copy
from rasterio.transform import Affine
from rasterio.windows import Window

from rs.core.disk import cannot_write, sync_file
from rs.core.failpoint import reach
from rs.core.grid import Block
from rs.core.slot import sha256_of
from rs.errors import CheckFailed
from rs.raster.content import RASTER_ERRORS, content_digest
from rs.raster.spec import RasterSpec
from rs.raster.stream import StreamSink
from rs.raster.template import describe

__all__ = ["RASTER_ERRORS", "GdalSink", "RasterSink", "RasterSpec", "Writer", "content_digest", "open_sink"]


class Writer(StrEnum):
    """Who writes: our streaming writer, or GDAL's COG driver, which needs a working copy and a second pass."""

    STREAM = "stream"
    GDAL = "gdal"


class RasterSink(Protocol):
    """Takes blocks in any order from any thread; `finish` makes the COG. digest: SHA-256 of its bytes."""

    digest: str

    def write(self, block: Block, counts: NDArray[np.generic]) -> None:
        """Store a block of counts."""
        ...

    def finish(self, target: str, statistics: Mapping[str, float] | None = None) -> str:
        """Write the COG to `target`, check it, give its content digest."""
        ...

    def discard(self) -> None:
        """Drop what was written."""
        ...


def open_sink(path: str, spec: RasterSpec, writer: Writer = Writer.STREAM) -> RasterSink:
    """A sink whose working file is `path`. Raises OutputError."""
    return StreamSink(path, spec) if writer is Writer.STREAM else GdalSink(path, spec)


class GdalSink:
    """An uncompressed working copy that takes blocks in any order; `finish` makes the COG of it with GDAL."""

    def __init__(self, path: str, spec: RasterSpec) -> None:
        self.path, self.spec, self.digest = path, spec, ""
        self._lock = threading.Lock()
        grid = spec.grid
        try:
            self._dataset: DatasetWriter = rasterio.open(
                path, "w", driver="GTiff", width=grid.shape.cols, height=grid.shape.rows, count=1,
                dtype=spec.dtype, crs=grid.crs, transform=Affine(*grid.transform), nodata=spec.nodata,
                tiled=True, blockxsize=256, blockysize=256, BIGTIFF="IF_SAFER",
            )  # fmt: skip
        except RASTER_ERRORS as error:
            raise cannot_write(path, error, spec.size) from error

    def write(self, block: Block, counts: NDArray[np.generic]) -> None:
        """Store a block of counts."""
        reach("write.block")
        window = Window(block.col, block.row, block.width, block.height)
        with self._lock:
            try:
                self._dataset.write(counts, 1, window=window)
            except RASTER_ERRORS as error:
                raise cannot_write(self.path, error, self.spec.size) from error

    def finish(self, target: str, statistics: Mapping[str, float] | None = None) -> str:
        """Write the COG to `target`, compare it pixel by pixel with what went in, give its content digest."""
        reach("write.raster")
        try:
            describe(self._dataset, self.spec, statistics or {})
            self._dataset.close()
            raster_copy(
                self.path, target, driver="COG", COMPRESS="DEFLATE", PREDICTOR="YES", LEVEL="6",
                BLOCKSIZE="512", OVERVIEWS="IGNORE_EXISTING", NUM_THREADS="1", BIGTIFF="IF_SAFER",
                OVERVIEW_RESAMPLING=self.spec.overviews.value.upper(),
            )  # fmt: skip
            made, meant = content_digest(target), content_digest(self.path)
        except RASTER_ERRORS as error:
            raise cannot_write(target, error, self.spec.size) from error
        if made != meant:
            raise CheckFailed("the file does not hold what was computed", where=target, remedy="Check disk and memory")
        os.unlink(self.path)
        sync_file(target)
        self.digest = sha256_of(target)
        return made

    def discard(self) -> None:
        """Drop the working copy; what can't be closed on a full disk is dropped all the same."""
        with contextlib.suppress(*RASTER_ERRORS):
            self._dataset.close()
        if os.path.exists(self.path):
            os.unlink(self.path)
