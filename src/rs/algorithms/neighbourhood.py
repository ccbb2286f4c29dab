"""Neighbourhoods of pixels: growing a mask by a distance, and being surrounded by one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FAR = 255
"""Stand-in for "no set pixel within reach" in the horizontal distances; radii stay below it."""


def grow(mask: NDArray[np.uint8], widths: NDArray[np.uint8], out: NDArray[np.uint8]) -> None:
    """Set `out` where a set pixel of `mask` lies within a disk; written for numba, plain loops.

    mask, out: [rows, cols], 0 or 1. widths: half width of the disk [px] per row offset 0..radius.
    """
    rows, cols = mask.shape
    reach = len(widths) - 1
    near = np.empty((rows, cols), np.uint8)
    for i in range(rows):
        last = 255
        for j in range(cols):
            last = 0 if mask[i, j] else min(last + 1, 255)
            near[i, j] = last
        last = 255
        for j in range(cols - 1, -1, -1):
            last = 0 if mask[i, j] else min(last + 1, 255)
            near[i, j] = min(near[i, j], last)
    for i in range(rows):
        for j in range(cols):
            out[i, j] = 0
        for k in range(max(0, i - reach), min(rows, i + reach + 1)):
            width = widths[abs(k - i)]
            for j in range(cols):
                out[i, j] |= near[k, j] <= width


def mostly(mask: NDArray[np.uint8], radius: int, out: NDArray[np.uint8]) -> None:
    """Set `out` where more than half of the square around a pixel is set; written for numba, plain loops.

    mask, out: [rows, cols], 0 or 1. radius [px]: the square has 2 radius + 1 pixels a side; what lies
    beyond the array counts as not set. A pixel on the unset side of a straight border is never set.
    """
    rows, cols = mask.shape
    half = (2 * radius + 1) * (2 * radius + 1) / 2
    columns = np.zeros(cols, np.int64)
    for i in range(min(radius, rows)):
        for j in range(cols):
            columns[j] += mask[i, j]
    for i in range(rows):
        for j in range(cols):
            if i + radius < rows:
                columns[j] += mask[i + radius, j]
            if i - radius > 0:
                columns[j] -= mask[i - radius - 1, j]
        count = 0
        for j in range(min(radius, cols)):
            count += columns[j]
        for j in range(cols):
            if j + radius < cols:
                count += columns[j + radius]
            if j - radius > 0:
                count -= columns[j - radius - 1]
            out[i, j] = count > half


def disk(radius: int) -> NDArray[np.uint8]:
    """Half widths [px] of the rows of a disk of a radius [px], from the middle row on."""
    if not 0 <= radius < FAR:
        raise ValueError(f"radius {radius} px: 0 .. {FAR - 1} are possible")
    offsets = np.arange(radius + 1)
    widths: NDArray[np.uint8] = np.floor(np.sqrt(radius * radius - offsets * offsets)).astype(np.uint8)
    return widths
