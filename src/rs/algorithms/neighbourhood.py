"""Neighbourhoods of pixels: growing a mask by a distance."""

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


def disk(radius: int) -> NDArray[np.uint8]:
    """Half widths [px] of the rows of a disk of a radius [px], from the middle row on."""
    if not 0 <= radius < FAR:
        raise ValueError(f"radius {radius} px: 0 .. {FAR - 1} are possible")
    offsets = np.arange(radius + 1)
    widths: NDArray[np.uint8] = np.floor(np.sqrt(radius * radius - offsets * offsets)).astype(np.uint8)
    return widths
