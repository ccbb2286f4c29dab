"""Writing cloud-optimised GeoTIFF: blocks in any order and from any thread, then one COG copy."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio._err import CPLE_BaseError
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader, DatasetWriter
from rasterio.shutil import copy as raster_copy
from rasterio.transform import Affine
from rasterio.windows import Window

from rs.core.disk import cannot_write, sync_file
from rs.core.failpoint import reach
from rs.core.grid import Block, Grid
from rs.core.product import Resampling
from rs.errors import CheckFailed

STRIP = 512
RASTER_ERRORS = (RasterioError, CPLE_BaseError, OSError)
"""What GDAL raises for a failed write: closing a file on a full disk gives GDAL's own classes."""


@dataclass(frozen=True, slots=True)
class RasterSpec:
    """How a single-band raster is stored: grid, dtype, no-data count, calibration, names, overviews."""

    grid: Grid
    dtype: str
    nodata: int | None
    scale: float
    offset: float
    unit: str
    description: str
    overviews: Resampling
    colours: Mapping[int, tuple[int, int, int, int]] | None = None
    tags: Mapping[str, str] | None = None


class RasterSink:
    """An uncompressed working copy that takes blocks in any order; `finish` makes the COG of it."""

    def __init__(self, path: str, spec: RasterSpec) -> None:
        self.path, self.spec = path, spec
        self._lock = threading.Lock()
        grid = spec.grid
        try:
            self._dataset: DatasetWriter = rasterio.open(
                path, "w", driver="GTiff", width=grid.shape.cols, height=grid.shape.rows, count=1,
                dtype=spec.dtype, crs=grid.crs, transform=Affine(*grid.transform), nodata=spec.nodata,
                tiled=True, blockxsize=256, blockysize=256, BIGTIFF="IF_SAFER",
            )  # fmt: skip
        except RASTER_ERRORS as error:
            raise cannot_write(path, error) from error

    def write(self, block: Block, counts: NDArray[np.generic]) -> None:
        """Store a block of counts."""
        window = Window(block.col, block.row, block.width, block.height)
        reach("write.block")
        with self._lock:
            try:
                self._dataset.write(counts, 1, window=window)
            except RASTER_ERRORS as error:
                raise cannot_write(self.path, error) from error

    def finish(self, target: str, statistics: Mapping[str, float] | None = None) -> str:
        """Write the COG to `target`, compare it pixel by pixel with what went in, give its content digest."""
        self._describe(statistics or {})
        try:
            self._dataset.close()
            raster_copy(
                self.path, target, driver="COG", COMPRESS="DEFLATE", PREDICTOR="YES", LEVEL="6",
                BLOCKSIZE="512", OVERVIEWS="IGNORE_EXISTING", NUM_THREADS="1", BIGTIFF="IF_SAFER",
                OVERVIEW_RESAMPLING=self.spec.overviews.value.upper(),
            )  # fmt: skip
            reach("write.raster")
            made, meant = content_digest(target), content_digest(self.path)
        except RASTER_ERRORS as error:
            raise cannot_write(target, error) from error
        if made != meant:
            raise CheckFailed("the file does not hold what was computed", where=target, remedy="Check disk and memory")
        os.unlink(self.path)
        sync_file(target)
        return made

    def discard(self) -> None:
        """Drop the working copy; what can't be closed on a full disk is dropped all the same."""
        with contextlib.suppress(*RASTER_ERRORS):
            self._dataset.close()
        if os.path.exists(self.path):
            os.unlink(self.path)

    def _describe(self, statistics: Mapping[str, float]) -> None:
        spec, dataset = self.spec, self._dataset
        dataset.scales, dataset.offsets = (spec.scale,), (spec.offset,)
        if spec.unit:
            dataset.units = (spec.unit,)
        dataset.set_band_description(1, spec.description)
        if spec.colours:
            dataset.write_colormap(1, dict(spec.colours))
        dataset.update_tags(**(spec.tags or {}))
        dataset.update_tags(1, **{f"STATISTICS_{name.upper()}": f"{v:.12g}" for name, v in statistics.items()})


def content_digest(path: str) -> str:
    """SHA-256 of decoded pixels, georeference and tags of a raster; layout and codec do not count."""
    digest = hashlib.sha256()
    with rasterio.open(path, driver="GTiff") as dataset:
        digest.update(json.dumps(_facts(dataset), sort_keys=True).encode())
        for window in _strips(dataset):
            digest.update(np.ascontiguousarray(dataset.read(window=window)).tobytes())
    return digest.hexdigest()


def _facts(dataset: DatasetReader) -> dict[str, object]:
    tags = {k: v for k, v in dataset.tags().items() if k not in ("OVR_RESAMPLING_ALG", "AREA_OR_POINT")}
    return {
        "crs": dataset.crs.to_wkt(),
        "transform": list(dataset.transform)[:6],
        "shape": list(dataset.shape),
        "dtypes": list(dataset.dtypes),
        "nodata": dataset.nodata,
        "scales": list(dataset.scales),
        "offsets": list(dataset.offsets),
        "units": list(dataset.units),
        "descriptions": list(dataset.descriptions),
        "tags": tags,
        "band_tags": dataset.tags(1),
    }


def _strips(dataset: DatasetReader) -> Iterator[Window]:
    for row in range(0, dataset.height, STRIP):
        yield Window(0, row, dataset.width, min(STRIP, dataset.height - row))
