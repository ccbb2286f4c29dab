"""Neighbourhoods of pixels: growing a mask by a distance, and being surrounded by one."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.unsignedinteger[Any]]

FAR = 255
"""Stand-in for "no set pixel within reach" in the horizontal distances; radii stay below it."""


def grow(bits: Bits, bit: np.unsignedinteger[Any], widths: NDArray[np.uint8], out: NDArray[np.uint8]) -> None:
    """Set `out` where a pixel of `bits` with `bit` set lies within a disk; written for numba, plain loops.

    bits, out: [rows, cols]; out gets 0 or 1. widths: half width of the disk [px] per row offset 0..radius.
    """
    rows, cols = bits.shape
    reach = len(widths) - 1
    near = np.empty((rows, cols), np.uint8)
    filled = np.zeros(rows, np.bool_)
    for i in range(rows):
        found = False
        for j in range(cols):
            found |= (bits[i, j] & bit) != 0
        if not found:
            continue
        filled[i] = True
        last = 255
        for j in range(cols):
            last = 0 if bits[i, j] & bit else min(last + 1, 255)
            near[i, j] = last
        last = 255
        for j in range(cols - 1, -1, -1):
            last = 0 if bits[i, j] & bit else min(last + 1, 255)
            near[i, j] = min(near[i, j], last)
    for i in range(rows):
        for j in range(cols):
            out[i, j] = 0
        for k in range(max(0, i - reach), min(rows, i + reach + 1)):
            if filled[k]:
                width = widths[abs(k - i)]
                for j in range(cols):
                    out[i, j] |= near[k, j] <= width


def mostly(bits: Bits, bit: np.unsignedinteger[Any], radius: int, out: NDArray[np.uint8]) -> None:
    """Set `out` where `bit` is set in more than half of the square around a pixel; written for numba, plain loops.

    bits, out: [rows, cols]; out gets 0 or 1. radius [px]: the square has 2 radius + 1 pixels a side; what lies
    beyond the array counts as not set. A pixel on the unset side of a straight border is never set.
    """
    rows, cols = bits.shape
    whole = (2 * radius + 1) * (2 * radius + 1)
    columns = np.zeros(cols, np.int64)
    for i in range(min(radius, rows)):
        for j in range(cols):
            columns[j] += (bits[i, j] & bit) != 0
    for i in range(rows):
        if i + radius < rows:
            for j in range(cols):
                columns[j] += (bits[i + radius, j] & bit) != 0
        if i - radius > 0:
            for j in range(cols):
                columns[j] -= (bits[i - radius - 1, j] & bit) != 0
        count = 0
        for j in range(min(radius, cols)):
            count += columns[j]
        for j in range(cols):
            if j + radius < cols:
                count += columns[j + radius]
            if j - radius > 0:
                count -= columns[j - radius - 1]
            out[i, j] = 2 * count > whole


def disk(radius: int) -> NDArray[np.uint8]:
    """Half widths [px] of the rows of a disk of a radius [px], from the middle row on."""
    if not 0 <= radius < FAR:
        raise ValueError(f"radius {radius} px: 0 .. {FAR - 1} are possible")
    offsets = np.arange(radius + 1)
    widths: NDArray[np.uint8] = np.floor(np.sqrt(radius * radius - offsets * offsets)).astype(np.uint8)
    return widths
