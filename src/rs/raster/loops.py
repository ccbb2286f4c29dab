"""Plain loops over pixels of a raster, written for numba."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def is_uniform(values: Array) -> bool:
    """True where all of [rows, cols] are one value; NaN is none."""
    first = values[0, 0]
    for i in range(values.shape[0]):
        same = True
        for j in range(values.shape[1]):
            same &= values[i, j] == first
        if not same:
            return False
    return True


def mean_of_counts(values: Array, nodata: int, has_nodata: bool, out: Array) -> None:
    """Each of `out` is the mean of the valid of two by two integers, floor(mean + 1/2); no data where none is.

    Counts of at most 16 bits. The quotients below have at most 20 bits, so that float32 holds them exactly enough.
    """
    rows, cols = values.shape
    # no count of 16 bits is as large
    missing = np.int32(nodata) if has_nodata else np.int32(1 << 20)
    for i in range(rows // 2):
        for j in range(cols // 2):
            a, b = np.int32(values[2 * i, 2 * j]), np.int32(values[2 * i, 2 * j + 1])
            c, d = np.int32(values[2 * i + 1, 2 * j]), np.int32(values[2 * i + 1, 2 * j + 1])
            number = np.int32(a != missing) + np.int32(b != missing) + np.int32(c != missing) + np.int32(d != missing)
            total = np.int32(0)
            total += a if a != missing else np.int32(0)
            total += b if b != missing else np.int32(0)
            total += c if c != missing else np.int32(0)
            total += d if d != missing else np.int32(0)
            some = max(number, np.int32(1))
            mean = np.floor(np.float32(2 * total + some) / np.float32(2 * some))
            out[i, j] = np.int32(mean) if number > 0 else np.int32(nodata)
    if rows % 2:
        mean_of_integers(values[rows - 1 :], nodata, has_nodata, out[rows // 2 :])
    if cols % 2:
        mean_of_integers(values[:, cols - 1 :], nodata, has_nodata, out[:, cols // 2 :])


def mean_of_integers(values: Array, nodata: int, has_nodata: bool, out: Array) -> None:
    """The same for integers of any size and for edges, one pixel at a time."""
    rows, cols = values.shape
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            number = 0
            total = 0
            for y in range(2 * i, min(2 * i + 2, rows)):
                for x in range(2 * j, min(2 * j + 2, cols)):
                    if not has_nodata or values[y, x] != nodata:
                        number += 1
                        total += int(values[y, x])
            out[i, j] = (2 * total + number) // (2 * number) if number > 0 else nodata


def mean_of_floats(values: Array, nodata: float, has_nodata: bool, out: Array) -> None:
    """Each of `out` is the mean of the valid of two by two floats; no data where none is."""
    rows, cols = values.shape
    blank = math.isnan(nodata)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            number = 0
            total = 0.0
            for y in range(2 * i, min(2 * i + 2, rows)):
                for x in range(2 * j, min(2 * j + 2, cols)):
                    value = float(values[y, x])
                    missing = has_nodata and (math.isnan(value) if blank else value == nodata)
                    if not missing:
                        number += 1
                        total += value
            out[i, j] = total / number if number > 0 else nodata


def most_frequent(values: Array, nodata: float, has_nodata: bool, out: Array) -> None:
    """Each of `out` is the most frequent valid of two by two, of equals the first, row by row; else no data."""
    rows, cols = values.shape
    blank = math.isnan(nodata)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            first = values[2 * i, 2 * j]
            if (
                2 * i + 1 < rows
                and 2 * j + 1 < cols
                and (
                    values[2 * i, 2 * j + 1] == first
                    and values[2 * i + 1, 2 * j] == first
                    and values[2 * i + 1, 2 * j + 1] == first
                )
            ):
                out[i, j] = first
                continue
            best = 0
            for y in range(2 * i, min(2 * i + 2, rows)):
                for x in range(2 * j, min(2 * j + 2, cols)):
                    value = values[y, x]
                    if has_nodata and (value == nodata or (blank and value != value)):
                        continue
                    votes = 0
                    for v in range(2 * i, min(2 * i + 2, rows)):
                        for w in range(2 * j, min(2 * j + 2, cols)):
                            votes += values[v, w] == value
                    if votes > best:
                        best = votes
                        out[i, j] = value
            if best == 0:
                out[i, j] = nodata
