"""Values at places between pixels: plain loops, compiled by `rs.core.jit`.

values: [rows, cols] of a window of the source, NaN where a pixel has no value. Places [px] are counted from the outer
corner of the first pixel of the source, so that the centre of a pixel lies at one half.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NEAREST = 0
BILINEAR = 1
CUBIC = 2

EDGE = 1e-6
"""A place this close [px] to the border of two pixels belongs to the right or lower one, whatever rounding does."""


def sample(values: NDArray[np.floating], places: NDArray[np.float64], frame: NDArray[np.int64],
           out: NDArray[np.floating]) -> int:  # fmt: skip
    """Fill part of `out` at places [2: x and y, rows, cols]; what lies outside or has no value stays as it is.

    frame: row and column of the window in the source, rows and columns of the source, row and column of the part in
    `out`, method, whether values are rounded to whole numbers (half to even). Gives how many pixels of `out` want
    pixels of the source that the window lacks.
    """
    lacking = 0
    method, whole = frame[6], frame[7]
    for i in range(places.shape[1]):
        for j in range(places.shape[2]):
            x, y = places[0, i, j], places[1, i, j]
            if not (x >= -EDGE and y >= -EDGE and x < frame[3] - EDGE and y < frame[2] - EDGE):
                continue
            row, col = int(np.floor(y + EDGE)) - frame[0], int(np.floor(x + EDGE)) - frame[1]
            if row < 0 or col < 0 or row >= values.shape[0] or col >= values.shape[1]:
                lacking += 1
                continue
            centre = values[row, col]
            if centre != centre:
                continue
            result = float(centre)
            if method != NEAREST:
                x, y = x - frame[1] - 0.5, y - frame[0] - 0.5
                result = cubic(values, x, y) if method == CUBIC else bilinear(values, x, y)
                if result != result:
                    lacking += lacks(values, x, y, method - BILINEAR, frame)
                    result = renormalised(values, x, y) if method == BILINEAR else bilinear(values, x, y)
                if result != result:
                    result = renormalised(values, x, y)
                if whole:
                    result = float(np.rint(result))
            out[frame[4] + i, frame[5] + j] = result
    return lacking


def bilinear(values: NDArray[np.floating], x: float, y: float) -> float:
    """The bilinear value between four pixels, NaN where one lacks; x and y from the centre of the first pixel."""
    col, row = int(np.floor(x)), int(np.floor(y))
    if row < 0 or col < 0 or row + 1 >= values.shape[0] or col + 1 >= values.shape[1]:
        return np.nan
    s, t = x - col, y - row
    a, b = np.float64(values[row, col]), np.float64(values[row, col + 1])
    c, d = np.float64(values[row + 1, col]), np.float64(values[row + 1, col + 1])
    above = a + s * (b - a)
    below = c + s * (d - c)
    return above + t * (below - above)


def renormalised(values: NDArray[np.floating], x: float, y: float) -> float:
    """The mean of those of four pixels that have a value, by their bilinear weights."""
    col, row = int(np.floor(x)), int(np.floor(y))
    total, weights = 0.0, 0.0
    for k in range(max(row, 0), min(row + 2, values.shape[0])):
        for m in range(max(col, 0), min(col + 2, values.shape[1])):
            pixel = np.float64(values[k, m])
            if pixel == pixel:
                weight = (1.0 - abs(x - m)) * (1.0 - abs(y - k))
                total += weight * pixel
                weights += weight
    return total / weights


def lacks(values: NDArray[np.floating], x: float, y: float, more: int, frame: NDArray[np.int64]) -> int:
    """1 where the window lacks pixels of the source, of the four about a place and `more` rings around them, else 0."""
    col, row = int(np.floor(x)), int(np.floor(y))
    top, left = max(row - more, -frame[0]), max(col - more, -frame[1])
    bottom = min(row + 2 + more, frame[2] - frame[0])
    right = min(col + 2 + more, frame[3] - frame[1])
    inside = top >= 0 and left >= 0 and bottom <= values.shape[0] and right <= values.shape[1]
    return 0 if inside else 1


def cubic(values: NDArray[np.floating], x: float, y: float) -> float:
    """The cubic convolution (Keys 1981, a = -0.5) over 16 pixels, NaN where one lacks; x and y as in `bilinear`."""
    col, row = int(np.floor(x)), int(np.floor(y))
    if row < 1 or col < 1 or row + 2 >= values.shape[0] or col + 2 >= values.shape[1]:
        return np.nan
    p0, p1, p2, p3 = keys(x - col)
    q0, q1, q2, q3 = keys(y - row)
    total = 0.0
    for k, q in enumerate((q0, q1, q2, q3)):
        r = row - 1 + k
        total += q * (p0 * values[r, col - 1] + p1 * values[r, col] + p2 * values[r, col + 1] + p3 * values[r, col + 2])
    return total


def keys(t: float) -> tuple[float, float, float, float]:
    """Weights of four pixels in a row at `t` (0 .. 1) between the second and the third."""
    return (
        ((-0.5 * t + 1.0) * t - 0.5) * t,
        (1.5 * t - 2.5) * t * t + 1.0,
        ((-1.5 * t + 2.0) * t + 0.5) * t,
        (0.5 * t - 0.5) * t * t,
    )
