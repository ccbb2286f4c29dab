"""Overviews: each pixel from the two by two below it, no data left out."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rs.core.product import Resampling

Array = NDArray[Any]


def level_shapes(rows: int, cols: int, tile: int) -> list[tuple[int, int]]:
    """Shapes of all levels, the full one first: halved, rounded up, until one tile holds all."""
    shapes = [(rows, cols)]
    while max(shapes[-1]) > tile:
        shapes.append((-(-shapes[-1][0] // 2), -(-shapes[-1][1] // 2)))
    return shapes


def halved(values: Array, method: Resampling, nodata: int | float | None) -> Array:
    """The level above: rows and cols halved, rounded up.

    average: mean of the valid pixels, halves rounded up. mode: the most frequent valid value; of equally
    frequent ones that which comes first, row by row. nearest: the upper left pixel. No data where no pixel
    below is valid; nearest takes what is there. Pixels beyond the edge do not count.
    """
    if method is Resampling.NEAREST:
        return np.ascontiguousarray(values[::2, ::2])
    quads, valid = _quads(values, nodata)
    if method is Resampling.MODE:
        return _mode(quads, valid, values.dtype, nodata)
    return _mean(quads, valid, values.dtype, nodata)


def _quads(values: Array, nodata: int | float | None) -> tuple[list[Array], list[Array]]:
    """The four pixels below each pixel, row by row, and which of them are valid."""
    rows, cols = values.shape
    inside = np.ones(values.shape, bool)
    if nodata is not None:
        inside = ~np.isnan(values) if nodata != nodata else values != values.dtype.type(nodata)
    pad = ((0, rows % 2), (0, cols % 2))
    if rows % 2 or cols % 2:
        values, inside = np.pad(values, pad), np.pad(inside, pad)
    parts = [(i, j) for i in (0, 1) for j in (0, 1)]
    return [values[i::2, j::2] for i, j in parts], [inside[i::2, j::2] for i, j in parts]


def _mean(quads: list[Array], valid: list[Array], dtype: np.dtype[Any], nodata: int | float | None) -> Array:
    wide = np.float64 if dtype.kind == "f" else np.int64
    count = np.zeros(quads[0].shape, np.int64)
    total = np.zeros(quads[0].shape, wide)
    for part, good in zip(quads, valid, strict=True):
        count += good
        total += np.where(good, part, 0).astype(wide)
    some = np.maximum(count, 1)
    # floor(mean + 1/2) in integers: no binary fraction decides
    mean = total / some if dtype.kind == "f" else (2 * total + some) // (2 * some)
    return np.where(count > 0, mean, 0 if nodata is None else nodata).astype(dtype)


def _mode(quads: list[Array], valid: list[Array], dtype: np.dtype[Any], nodata: int | float | None) -> Array:
    best = np.full(quads[0].shape, 0 if nodata is None else nodata, dtype)
    votes = np.zeros(quads[0].shape, np.int8)
    for part, good in zip(quads, valid, strict=True):
        mine = sum(((part == other) & okay).astype(np.int8) for other, okay in zip(quads, valid, strict=True))
        better = good & (mine > votes)
        best[better], votes[better] = part[better], np.asarray(mine)[better]
    return best
