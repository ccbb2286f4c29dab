"""Opening rasters that come from outside: sniffed by their bytes, one driver, sizes checked first."""

from __future__ import annotations

import math
from typing import Any

import rasterio
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader

from rs.core.grid import Grid, Shape, Transform
from rs.errors import MissingPart, UnreadableRaster
from rs.raster.archive import BROKEN, gdal_path, opened
from rs.raster.quiet import quiet

DRIVERS = {
    b"II*\x00": "GTiff",
    b"MM\x00*": "GTiff",
    b"II+\x00": "GTiff",
    b"MM\x00+": "GTiff",
    b"\x00\x00\x00\x0cjP  \r\n\x87\n": "JP2OpenJPEG",
    b"\xff\x4f\xff\x51": "JP2OpenJPEG",
}
MAX_SIDE = 20_000
MAX_BANDS = 500
MAX_BLOCK_BYTES = 64 * 2**20


def driver_of(path: str) -> str:
    """Name of the one GDAL driver for the first bytes of a file or member; the suffix does not count."""
    try:
        with opened(path) as stream:
            head = stream.read(16)
    except FileNotFoundError:
        raise MissingPart("the file is not there", where=path, remedy="Copy the scene again") from None
    except BROKEN as error:
        raise UnreadableRaster(f"cannot be read ({getattr(error, 'strerror', None) or error})", where=path) from error
    for magic, driver in DRIVERS.items():
        if head.startswith(magic):
            return driver
    raise UnreadableRaster(
        f"is neither GeoTIFF nor JPEG 2000 (first bytes {head[:8].hex() or 'none: the file is empty'})",
        where=path,
        remedy="Fetch the file again; it may be an error page or cut short",
    )


def open_raster(path: str) -> DatasetReader:
    """An open rasterio dataset of a local file or of a member "x.zip!name".

    Raises UnreadableRaster with file and reason. GDAL's path into an archive is built here only.
    """
    driver = driver_of(path)
    try:
        with quiet():
            dataset = rasterio.open(gdal_path(path), driver=driver)
    except RasterioError as error:
        raise UnreadableRaster(
            f"does not open as {driver} ({_reason(error)})", where=path, remedy="Fetch the file again"
        ) from error
    try:
        _check_size(path, dataset)
    except UnreadableRaster:
        dataset.close()
        raise
    return dataset


def _check_size(path: str, dataset: DatasetReader) -> None:
    rows, cols = dataset.shape
    if max(rows, cols) > MAX_SIDE or dataset.count > MAX_BANDS:
        raise UnreadableRaster(
            f"is {cols} x {rows} px with {dataset.count} bands; the limit is {MAX_SIDE} px and {MAX_BANDS} bands",
            where=path,
        )
    for (height, width), dtype in zip(dataset.block_shapes, dataset.dtypes, strict=True):
        if dtype.startswith("complex"):
            raise UnreadableRaster(f"holds {dtype} numbers; real ones are wanted", where=path)
        if min(height, rows) * min(width, cols) * _item_size(dtype) > MAX_BLOCK_BYTES:
            raise UnreadableRaster(f"has blocks of {width} x {height} px, over 64 MiB each", where=path)


def _item_size(dtype: str) -> int:
    import numpy as np

    return np.dtype(dtype).itemsize


def raster_grid(path: str, dataset: DatasetReader) -> Grid | None:
    """The grid that the file itself states, or None where it is not georeferenced."""
    t = dataset.transform
    if dataset.crs is None or t.is_identity:
        return None
    if t.b or t.d:
        raise UnreadableRaster("has a rotated grid, which is not supported", where=path)
    values = Transform(t.a, 0.0, t.c, 0.0, t.e, t.f)
    if not all(math.isfinite(v) for v in values):
        raise UnreadableRaster("has a transform that is not finite", where=path)
    return Grid(crs_name(dataset.crs), values, Shape(*dataset.shape))


def crs_name(crs: Any) -> str:
    """Short name of a coordinate reference system: "EPSG:n" where it has one, else WKT."""
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else str(crs.to_wkt())


def _reason(error: BaseException) -> str:
    cause: BaseException = error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    text = str(cause).strip() or type(cause).__name__
    return text.splitlines()[0][:300]


def read_failed(path: str, band: int, window: object, error: BaseException) -> UnreadableRaster:
    """The error for a failed read: file, band, window, reason, remedy."""
    return UnreadableRaster(
        f"band {band}, {window}: cannot be decoded ({_reason(error)})",
        where=path,
        remedy="The file is damaged or cut short; fetch it again and compare its digest",
    )
