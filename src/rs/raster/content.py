"""The content digest of a raster: decoded pixels, georeference and tags; layout and codec do not count."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio._err import CPLE_BaseError
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader
from rasterio.windows import Window

TILE = 512
RASTER_ERRORS = (RasterioError, CPLE_BaseError, OSError)
"""What GDAL raises for a failed read or write: closing a file on a full disk gives GDAL's own classes."""
OWN_TAGS = ("OVR_RESAMPLING_ALG", "AREA_OR_POINT")


def content_digest(path: str) -> str:
    """SHA-256 over the facts of a raster and the digests of its squares of 512 px, row by row."""
    with rasterio.open(path, driver="GTiff") as dataset:
        facts = _facts(dataset)
        parts = []
        for row in range(0, dataset.height, TILE):
            height = min(TILE, dataset.height - row)
            strip = dataset.read(1, window=Window(0, row, dataset.width, height))
            parts += [tile_digest(strip[:, col : col + TILE]) for col in range(0, dataset.width, TILE)]
    return combined(facts, parts)


def tile_digest(pixels: NDArray[Any]) -> bytes:
    """SHA-256 of the pixels of a square, row by row, little-endian."""
    return hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).digest()


def combined(facts: dict[str, object], tiles: Iterable[bytes]) -> str:
    """The content digest of facts and squares."""
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode())
    for tile in tiles:
        digest.update(tile)
    return digest.hexdigest()


def facts_of(path: str) -> dict[str, object]:
    """What a raster says of its pixels."""
    with rasterio.open(path, driver="GTiff") as dataset:
        return _facts(dataset)


def _facts(dataset: DatasetReader) -> dict[str, object]:
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
        "tags": {k: v for k, v in dataset.tags().items() if k not in OWN_TAGS},
        "band_tags": dataset.tags(1),
    }
