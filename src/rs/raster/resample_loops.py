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
"""A place this close [px] to the border of two pixels belongs to the right or lower one, whatever rounding does.

The same holds for cubic at the centre of a pixel, where its 16 pixels change.
"""


def sample(values: NDArray[np.floating], places: NDArray[np.float64], frame: NDArray[np.int64],
           out: NDArray[np.floating]) -> int:  # fmt: skip
    """Fill part of `out` at places [2: x and y, rows, cols]; what lies outside or has no value stays as it is.

    frame: row and column of the window in the source, rows and columns of the source, row and column of the part in
    `out`, method, whether values are rounded to whole numbers (half to even). Gives how many pixels of `out` want
    pixels of the source that the window lacks.
    """
    lacking = 0
    top, left, method, whole = frame[0], frame[1], frame[6], frame[7]
    for i in range(places.shape[1]):
        for j in range(places.shape[2]):
            # counted from the centre of the first pixel of the window
            x, y = places[0, i, j] - left - 0.5, places[1, i, j] - top - 0.5
            if method == BILINEAR:
                result = bilinear(values, x, y)
            elif method == CUBIC:
                result = cubic(values, x, y)
            else:
                result = nearest(values, x, y)
            if result != result:
                result, missed = carefully(values, x, y, frame)
                lacking += missed
            if whole:
                result = np.rint(result)
            if result == result:
                out[frame[4] + i, frame[5] + j] = result
    return lacking


def carefully(values: NDArray[np.floating], x: float, y: float, frame: NDArray[np.int64]) -> tuple[float, int]:
    """The value at a place at an edge or beside pixels without value, NaN where there is none; 1 where pixels lack."""
    half = 0.5 + EDGE
    if not (x + frame[1] >= -half and y + frame[0] >= -half):
        return np.nan, 0
    if not (x + frame[1] < frame[3] - half and y + frame[0] < frame[2] - half):
        return np.nan, 0
    if lacks(values, x, y, frame):
        return np.nan, 1
    result = nearest(values, x, y)
    if result == result and frame[6] != NEAREST:
        result = bilinear(values, x, y)
        if result != result:
            result = renormalised(values, x, y)
    return result, 0


def nearest(values: NDArray[np.floating], x: float, y: float) -> float:
    """The pixel that holds a place, NaN where it has no value; x and y from the centre of the first pixel."""
    half = 0.5 + EDGE
    if not (x >= -half and y >= -half and x < values.shape[1] - half and y < values.shape[0] - half):
        return np.nan
    return float(values[int(y + half), int(x + half)])


def bilinear(values: NDArray[np.floating], x: float, y: float) -> float:
    """The bilinear value between four pixels, NaN where one lacks; x and y from the centre of the first pixel."""
    if not (x >= 0.0 and y >= 0.0 and x < values.shape[1] - 1 and y < values.shape[0] - 1):
        return np.nan
    col, row = int(x), int(y)
    s, t = x - col, y - row
    a, b = float(values[row, col]), float(values[row, col + 1])
    c, d = float(values[row + 1, col]), float(values[row + 1, col + 1])
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


def lacks(values: NDArray[np.floating], x: float, y: float, frame: NDArray[np.int64]) -> int:
    """1 where the window lacks pixels of the source that the method wants at a place, else 0."""
    if frame[6] == NEAREST:
        top, left = int(np.floor(y + 0.5 + EDGE)), int(np.floor(x + 0.5 + EDGE))
        bottom, right = top + 1, left + 1
    else:
        more = frame[6] - BILINEAR
        top, left = int(np.floor(y + more * EDGE)) - more, int(np.floor(x + more * EDGE)) - more
        bottom, right = top + 2 + 2 * more, left + 2 + 2 * more
    top, left = max(top, -frame[0]), max(left, -frame[1])
    bottom, right = min(bottom, frame[2] - frame[0]), min(right, frame[3] - frame[1])
    inside = top >= 0 and left >= 0 and bottom <= values.shape[0] and right <= values.shape[1]
    return 0 if inside else 1


def cubic(values: NDArray[np.floating], x: float, y: float) -> float:
    """The cubic convolution (Keys 1981, a = -0.5) over 16 pixels, NaN where one lacks; x and y as in `bilinear`."""
    # the 16 pixels change at the centre of a pixel: which they are must not hang on rounding, the value does not
    rows, cols = values.shape[0] - 2 - EDGE, values.shape[1] - 2 - EDGE
    if not (x >= 1.0 - EDGE and y >= 1.0 - EDGE and x < cols and y < rows):
        return np.nan
    col, row = int(x + EDGE), int(y + EDGE)
    p, q = keys(x - col), keys(y - row)
    upper = q[0] * across(values, row - 1, col, p) + q[1] * across(values, row, col, p)
    return upper + (q[2] * across(values, row + 1, col, p) + q[3] * across(values, row + 2, col, p))


def across(values: NDArray[np.floating], row: int, col: int, p: tuple[float, float, float, float]) -> float:
    """Four pixels of a row, weighted; the second is `col`."""
    a, b = float(values[row, col - 1]), float(values[row, col])
    c, d = float(values[row, col + 1]), float(values[row, col + 2])
    return (p[0] * a + p[1] * b) + (p[2] * c + p[3] * d)


def keys(t: float) -> tuple[float, float, float, float]:
    """Weights of four pixels in a row at `t` (0 .. 1) between the second and the third."""
    return (
        ((-0.5 * t + 1.0) * t - 0.5) * t,
        (1.5 * t - 2.5) * t * t + 1.0,
        ((-1.5 * t + 2.0) * t + 0.5) * t,
        (0.5 * t - 0.5) * t * t,
    )
