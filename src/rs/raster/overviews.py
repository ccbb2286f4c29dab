"""Overviews: each pixel from the two by two below it, no data left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rs.core.jit import jitted
from rs.core.product import Resampling
from rs.raster.loops import mean_of_counts, mean_of_floats, mean_of_integers, most_frequent

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
    rows, cols = values.shape
    out = np.empty((-(-rows // 2), -(-cols // 2)), values.dtype)
    kind = float if values.dtype.kind == "f" else int
    blank = kind(0 if nodata is None else nodata)
    loop: Callable[..., None] = most_frequent
    if method is not Resampling.MODE:
        short = mean_of_counts if values.dtype.itemsize <= 2 else mean_of_integers
        loop = mean_of_floats if kind is float else short
    # one memory layout, else it is compiled twice
    jitted(loop)(np.ascontiguousarray(values), blank, nodata is not None, out)
    return out
