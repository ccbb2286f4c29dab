"""Observations of a period as counts of one scale: calibrated, masked, put together; and results back to counts.

Written for numba, plain loops.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int16]
Floats = NDArray[np.float64]

BELOW, ABOVE = range(2)
"""Places in a tally of what was refused."""


def calibrate(raw: NDArray[Any], line: Floats, nodata: Floats, out: Counts) -> None:
    """Counts of a file [pixels] as counts of a layer: line[0] * raw + line[1], halves to the even one.

    line: slope, intercept, lowest and highest count of the layer, its blank. What is a no-data count, no number or
    outside becomes blank.
    """
    out[:] = 0
    for code in nodata:
        mark(raw, code, out)
    scale(raw, line, out)


def mark(raw: NDArray[Any], code: float, out: Counts) -> None:
    """1 where a count is a code."""
    for x in range(raw.size):
        kept = out[x]
        out[x] = np.int16(1) if raw[x] == code else kept


def scale(raw: NDArray[Any], line: Floats, out: Counts) -> None:
    """Scaled counts where `out` is 0."""
    slope, shift, low, high, blank = line[0], line[1], line[2], line[3], line[4]
    for x in range(raw.size):
        count = np.rint(slope * raw[x] + shift)
        inside = low <= count <= high and out[x] == 0
        out[x] = np.int16(count if inside else blank)


def reject(row: Counts, rejected: NDArray[np.uint8], blank: Any) -> None:
    """Blank where a pixel is rejected."""
    for x in range(row.size):
        value = row[x]
        row[x] = value if rejected[x] == 0 else blank


def settle(cube: NDArray[np.int16], date: int, blank: Any) -> int:
    """Blank all bands of a date [bands, dates, pixels] where one is; how many pixels are left."""
    keep = np.ones(cube.shape[2], np.uint8)
    for band in range(cube.shape[0]):
        require(cube[band, date], blank, keep)
    for band in range(cube.shape[0]):
        mask(cube[band, date], blank, keep)
    return total(keep)


def require(row: Counts, blank: Any, keep: NDArray[np.uint8]) -> None:
    """0 where a band is blank."""
    for x in range(row.size):
        kept = keep[x]
        keep[x] = kept if row[x] != blank else np.uint8(0)


def mask(row: Counts, blank: Any, keep: NDArray[np.uint8]) -> None:
    """Blank where `keep` is 0."""
    for x in range(row.size):
        value = row[x]
        row[x] = value if keep[x] != 0 else blank


def total(keep: NDArray[np.uint8]) -> int:
    """How many are set."""
    found = 0
    for x in range(keep.size):
        found += keep[x]
    return found


def fill(cube: NDArray[np.int16], date: int, other: NDArray[np.int16], blank: Any) -> None:
    """Take a date's blank pixels from another observation [bands, 1, pixels] of the same acquisition."""
    gaps = np.empty(cube.shape[2], np.uint8)
    for x in range(gaps.size):
        gaps[x] = cube[0, date, x] == blank
    for band in range(cube.shape[0]):
        patch(cube[band, date], other[band, 0], gaps)


def patch(row: Counts, other: Counts, gaps: NDArray[np.uint8]) -> None:
    """The other's values in gaps."""
    for x in range(row.size):
        value, instead = row[x], other[x]
        row[x] = instead if gaps[x] != 0 else value


def quantise(
    values: Floats, line: Floats, bit: Any, out: NDArray[Any], flags: NDArray[np.uint8], tally: NDArray[np.int64]
) -> None:
    """Values [pixels] as counts: values * line[0] + line[1], halves to the even one; NaN is no data.

    line: slope, intercept, lowest and highest value of the layer, its no-data count. A value outside is no data, bears
    the bit in `flags`, and is tallied.
    """
    for x in range(values.size):
        value = values[x]
        if value != value:
            out[x] = line[4]
        elif value < line[2] or value > line[3]:
            tally[BELOW if value < line[2] else ABOVE] += 1
            out[x] = line[4]
            flags[x] |= bit
        else:
            out[x] = np.rint(value * line[0] + line[1])


def count_up(counts: NDArray[Any], lowest: int, histogram: NDArray[np.int64]) -> None:
    """Count pixels in by their counts; the histogram begins with the lowest count of their type."""
    for x in range(counts.size):
        histogram[np.int64(counts[x]) - lowest] += 1
