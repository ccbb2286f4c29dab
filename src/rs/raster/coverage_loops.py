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
    cover, outline = np.empty(values.shape[1]), np.empty((2, 5))
    for i in range(corners.shape[1] - 1):
        for j in range(corners.shape[2] - 1):
            crossing = draw(corners, i, j, period, outline)
            area = enclosed(outline)
            if crossing == 2:
                polar = (frame[4] + i) * out.shape[1] + frame[5] + j
            if crossing == 2 or not abs(area) > 0.0:
                continue
            total, weight = 0.0, 0.0
            for turn in range(-crossing, crossing + 1):
                more, share, missed = below(values, outline, turn * period, frame, cover)
                total += more
                weight += share
                lacking += missed
            if weight > SLIVER * abs(area):
                mean = total / weight
                out[frame[4] + i, frame[5] + j] = np.rint(mean) if frame[7] else mean
    return lacking, polar


def draw(corners: Floats, i: int, j: int, period: float, outline: Floats) -> int:
    """Fill a closed outline [2: x and y, 5]; 0, 1 where it crosses the seam of the world, 2 around a pole.

    What crosses the seam is put together as if the world went on.
    """
    crossing = 0
    for k in range(5):
        row, col = i + int(k % 4 >= 2), j + int(k % 4 in (1, 2))
        outline[0, k], outline[1, k] = corners[0, row, col], corners[1, row, col]
        if period > 0.0 and k > 0:
            turns = np.rint((outline[0, k] - outline[0, k - 1]) / period)
            if turns != 0.0:
                crossing = 1
                outline[0, k] -= turns * period
    return 2 if crossing and abs(outline[0, 4] - outline[0, 0]) > 0.5 * period else crossing


def enclosed(outline: Floats) -> float:
    """Area of a closed outline [px], signed by its sense; NaN where a corner is not defined."""
    total = 0.0
    for k in range(1, 4):
        ax, ay = outline[0, k] - outline[0, 0], outline[1, k] - outline[1, 0]
        bx, by = outline[0, k + 1] - outline[0, 0], outline[1, k + 1] - outline[1, 0]
        total += ax * by - bx * ay
    return 0.5 * total


def below(values: NDArray[np.floating], outline: Floats, shift: float, frame: NDArray[np.int64],
          cover: Floats) -> tuple[float, float, int]:  # fmt: skip
    """Sum of value * area and sum of area of the valid pixels within an outline; 1 where the window lacks some.

    shift: how far the outline is moved along x [px].
    """
    x0, x1 = ends(outline, 0)
    y0, y1 = ends(outline, 1)
    first = int(np.floor(x0 + shift))
    top, bottom = max(int(np.floor(y0)), 0), min(int(np.ceil(y1)), frame[2])
    left, right = max(first, 0), min(int(np.ceil(x1 + shift)), frame[3])
    if top >= bottom or left >= right:
        return 0.0, 0.0, 0
    if top < frame[0] or left < frame[1] or bottom > frame[0] + values.shape[0] or right > frame[1] + values.shape[1]:
        return 0.0, 0.0, 1
    sign = 1.0 if enclosed(outline) > 0 else -1.0
    total, weight = 0.0, 0.0
    place = (left - first, right - left)
    for row in range(top, bottom):
        for k in range(right - left):
            cover[k] = 0.0
        for k in range(4):
            # counted from the outline's own first column, so that no window changes a bit of the result
            start = (outline[0, k] + shift - first, outline[1, k] - row)
            end = (outline[0, k + 1] + shift - first, outline[1, k + 1] - row)
            if min(start[1], end[1]) < 1.0 and max(start[1], end[1]) > 0.0:
                side(start, end, sign, place, cover)
        share = 0.0
        for k in range(right - left):
            share += cover[k]
            pixel = float(values[row - frame[0], left - frame[1] + k])
            if pixel == pixel:
                total += share * pixel
                weight += share
    return total, weight, 0


def ends(outline: Floats, axis: int) -> tuple[float, float]:
    """Least and greatest coordinate of an outline."""
    low = min(outline[axis, 0], outline[axis, 1], outline[axis, 2], outline[axis, 3])
    high = max(outline[axis, 0], outline[axis, 1], outline[axis, 2], outline[axis, 3])
    return low, high


def side(start: tuple[float, float], end: tuple[float, float], sign: float, place: tuple[int, int],
         cover: Floats) -> None:  # fmt: skip
    """Add the area to the right of one side of an outline in a row of pixels (y 0 .. 1), signed by its direction.

    The areas of all sides together are the share of each pixel within the outline. cover: pixels from `left` on, each
    what it has more than the one before.
    """
    left, count = place
    y0, y1 = min(max(start[1], 0.0), 1.0), min(max(end[1], 0.0), 1.0)
    if y0 == y1:
        return
    slope = (end[0] - start[0]) / (end[1] - start[1])
    x0, x1 = start[0] + (y0 - start[1]) * slope, start[0] + (y1 - start[1]) * slope
    a, b = min(x0, x1), max(x0, x1)
    height, before = sign * (y0 - y1), 0.0
    for k in range(max(0, int(np.floor(a)) - left), count):
        edge = float(left + k)
        if edge >= b:
            cover[k] += height - before
            return
        # of the side from a to b: what lies before the pixel has it wholly to the right, what lies in it a part of it
        inner, outer = max(a, edge), min(b, edge + 1.0)
        parts = inner - a + (outer - inner) * (edge + 1.0 - 0.5 * (inner + outer))
        here = height * (parts / (b - a) if b > a else edge + 1.0 - a)
        cover[k] += here - before
        before = here
