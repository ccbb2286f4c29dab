"""Tiles to bytes: predictors 2 and 3 (TIFF 6.0; Adobe Photoshop TIFF Technical Note 3), then deflate."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rs.raster.deflate import deflated, library

Array = NDArray[Any]
ADOBE_DEFLATE = 8
LEVEL = 1
"""The fastest level: on measured reflectance the higher ones save 2 % of bytes for several times the time."""


def codec_name() -> str:
    """Which library deflates, with its level: it decides the bytes of files, not their pixels."""
    return f"{library()} {LEVEL}"


def compress(tile: Array) -> bytes:
    """The compressed bytes of a tile [rows, cols], little-endian, C-contiguous."""
    return deflated(predicted(tile), LEVEL)


def decompress(body: bytes, shape: tuple[int, int], dtype: np.dtype[Any]) -> Array:
    """The tile of compressed bytes."""
    raw = zlib.decompress(body)
    if dtype.kind == "f":
        planes = np.frombuffer(raw, np.uint8).reshape(shape[0], shape[1] * dtype.itemsize)
        planes = np.cumsum(planes, axis=1, dtype=np.uint8)
        whole = planes.reshape(shape[0], dtype.itemsize, shape[1]).transpose(0, 2, 1)[:, :, ::-1]
        return np.ascontiguousarray(whole).view(dtype).reshape(shape)
    counts = np.frombuffer(raw, dtype).reshape(shape)
    return np.cumsum(counts, axis=1, dtype=dtype)


def predictor_of(dtype: np.dtype[Any]) -> int:
    """Predictor of a data type: 3 for floats, 2 for integers."""
    return 3 if dtype.kind == "f" else 2


def predicted(tile: Array) -> Array:
    """A tile after its predictor: differences along rows; of floats, those of their bytes, high ones first."""
    if tile.dtype.kind == "f":
        size = tile.dtype.itemsize
        planes = tile.astype(tile.dtype.newbyteorder("<")).view(np.uint8).reshape(*tile.shape, size)[:, :, ::-1]
        flat = np.ascontiguousarray(planes.transpose(0, 2, 1)).reshape(tile.shape[0], tile.shape[1] * size)
        return _differences(flat)
    return _differences(tile)


def _differences(values: Array) -> Array:
    out = np.empty(values.shape, values.dtype)
    # as one row, which is faster; the first of each row is put right afterwards
    flat = np.ascontiguousarray(values).ravel()
    np.subtract(flat[1:], flat[:-1], out=out.ravel()[1:])
    out[:, 0] = values[:, 0]
    return out
