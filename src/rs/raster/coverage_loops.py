"""Means over the outlines of pixels of another grid, by area: plain loops, compiled by `rs.core.jit`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SLIVER = 1e-6
"""A pixel whose valid share is smaller than this has no value: such a share may be rounding alone."""


def average(values: NDArray[np.floating], corners: Floats, frame: NDArray[np.int64], period: float,
            out: NDArray[np.floating]) -> tuple[int, int]:  # fmt: skip
    """Fill part of `out` with means of the pixels below each quadrilateral, weighted by their exact areas within it.

    values, frame: as in `resample_loops.sample`. corners: [2: x and y, rows + 1, cols + 1]. period: width of the world
    [px], 0 where it has none; what crosses the seam takes part at both ends. Gives how many pixels want pixels of the
    source that the window lacks, and the last pixel of `out` that goes around a pole and has no quadrilateral, or -1.
    """
    lacking, polar = 0, -1
    cover = np.empty(values.shape[1])
    x, y, sums = np.empty(5), np.empty(5), np.empty(2)
    for i in range(corners.shape[1] - 1):
        for j in range(corners.shape[2] - 1):
            crossing = outline(corners, i, j, period, x, y)
            area = abs(enclosed(x, y))
            if crossing == 2:
                polar = (frame[4] + i) * out.shape[1] + frame[5] + j
            if crossing == 2 or not area > 0.0:
                continue
            sums[:] = 0.0
            x -= crossing * period
            for _ in range(2 * crossing + 1):
                lacking += add(values, x, y, frame, cover, sums)
                x += period
            if sums[1] > SLIVER * area:
                mean = sums[0] / sums[1]
                out[frame[4] + i, frame[5] + j] = np.rint(mean) if frame[7] else mean
    return lacking, polar


def outline(corners: Floats, i: int, j: int, period: float, x: Floats, y: Floats) -> int:
    """Fill a closed outline; 0, 1 where it crosses the seam of the world and was put together, 2 around a pole."""
    crossing = 0
    for k in range(5):
        row, col = i + int(k % 4 >= 2), j + int(k % 4 in (1, 2))
        x[k], y[k] = corners[0, row, col], corners[1, row, col]
        if period > 0.0 and k > 0:
            turns = np.rint((x[k] - x[k - 1]) / period)
            if turns != 0.0:
                crossing = 1
                x[k] -= turns * period
    return 2 if crossing and abs(x[4] - x[0]) > 0.5 * period else crossing


def enclosed(x: Floats, y: Floats) -> float:
    """Area of a closed outline [px], signed by its sense; NaN where a corner is not defined."""
    total = 0.0
    for k in range(4):
        total += (x[k] - x[0]) * (y[k + 1] - y[0]) - (x[k + 1] - x[0]) * (y[k] - y[0])
    return 0.5 * total


def add(values: NDArray[np.floating], x: Floats, y: Floats, frame: NDArray[np.int64], cover: Floats,
        sums: Floats) -> int:  # fmt: skip
    """Add sum of value * area and sum of area of the valid pixels within an outline; 1 where the window lacks some."""
    first = int(np.floor(x.min()))
    top, bottom = max(int(np.floor(y.min())), 0), min(int(np.ceil(y.max())), frame[2])
    left, right = max(first, 0), min(int(np.ceil(x.max())), frame[3])
    if top >= bottom or left >= right:
        return 0
    if top < frame[0] or left < frame[1] or bottom > frame[0] + values.shape[0] or right > frame[1] + values.shape[1]:
        return 1
    sign = 1.0 if enclosed(x, y) > 0 else -1.0
    count = right - left
    for row in range(top, bottom):
        cover[:count] = 0.0
        for k in range(4):
            # counted from the outline's own first column, so that no window changes a bit of the result
            side((x[k] - first, y[k] - row), (x[k + 1] - first, y[k + 1] - row), sign, left - first, count, cover)
        for k in range(count):
            pixel = np.float64(values[row - frame[0], left - frame[1] + k])
            if pixel == pixel:
                sums[0] += cover[k] * pixel
                sums[1] += cover[k]
    return 0


def side(start: tuple[float, float], end: tuple[float, float], sign: float, left: int, count: int,
         cover: Floats) -> None:  # fmt: skip
    """Add the area to the right of one side of an outline in a row of pixels (y 0 .. 1), signed by its direction.

    The areas of all sides together are the share of each pixel within the outline. cover: pixels from `left` on.
    """
    y0, y1 = min(max(start[1], 0.0), 1.0), min(max(end[1], 0.0), 1.0)
    if y0 == y1:
        return
    slope = (end[0] - start[0]) / (end[1] - start[1])
    x0, x1 = start[0] + (y0 - start[1]) * slope, start[0] + (y1 - start[1]) * slope
    a, b = min(x0, x1), max(x0, x1)
    height = sign * (y0 - y1)
    for k in range(max(0, int(np.floor(a)) - left), count):
        edge = float(left + k)
        if edge >= b:
            cover[k] += height
            continue
        # of the side from a to b: what lies before the pixel has it wholly to the right, what lies in it a part of it
        inner, outer = max(a, edge), min(b, edge + 1.0)
        before, within, middle = inner - a, outer - inner, 0.5 * (inner + outer)
        cover[k] += height * ((before + within * (edge + 1.0 - middle)) / (b - a))
