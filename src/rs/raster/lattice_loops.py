"""Coordinates between the nodes of a lattice: plain loops, compiled by `rs.core.jit`.

A cell has four by four nodes, evenly spread, its edges included; between them coordinates are the bicubic
polynomial through the nodes, sum of c[a, b] t^a s^b with t down and s across the cell, 0 .. 1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

INVERSE = np.array(
    [[2.0, 0.0, 0.0, 0.0], [-11.0, 18.0, -9.0, 2.0], [18.0, -45.0, 36.0, -9.0], [-9.0, 27.0, -27.0, 9.0]]
)
"""Twice the coefficients of the cubics that are 1 at one of 0, 1/3, 2/3, 1 and 0 at the others: exact numbers."""


def fit(nodes: Floats, probes: Floats, at: Floats, coefficients: Floats, errors: Floats) -> None:
    """Coefficients of cells, and how far their polynomials are off at probes [px]; NaN where a place is not defined.

    nodes: [n, 2, 4, 4] exact places. probes: [n, 2, k] exact places at `at` [k, 2: t and s of the cell].
    coefficients: [n, 2, 4, 4] and errors: [n] are filled.
    """
    half = np.empty((4, 4))
    for n in range(nodes.shape[0]):
        errors[n] = 0.0
        for axis in range(2):
            f, c = nodes[n, axis], coefficients[n, axis]
            # differences to the first node are small, so that nothing is lost in rounding
            for a in range(4):
                for k in range(4):
                    half[a, k] = 0.0
                    for i in range(4):
                        half[a, k] += INVERSE[a, i] * (f[i, k] - f[0, 0])
            for a in range(4):
                for b in range(4):
                    c[a, b] = 0.0
                    for k in range(4):
                        c[a, b] += half[a, k] * INVERSE[b, k]
                    c[a, b] *= 0.25
            c[0, 0] += f[0, 0]
            for p in range(at.shape[0]):
                off = abs(value(c, at[p, 0], at[p, 1]) - probes[n, axis, p])
                if not off <= errors[n]:
                    errors[n] = off


def value(c: Floats, t: float, s: float) -> float:
    """A polynomial at a place of its cell."""
    total = 0.0
    for a in range(3, -1, -1):
        total = total * t + (((c[a, 3] * s + c[a, 2]) * s + c[a, 1]) * s + c[a, 0])
    return total


def place(c: Floats, cell: Ints, offset: float, places: Floats) -> None:
    """Fill places [2: x and y, rows, cols] from a cell's coefficients [2, 4, 4].

    cell: rows and columns from the corner of the cell to the first pixel, side of the cell [px].
    offset: 0.5 for centres of pixels, 0 for their upper left corners.
    """
    for axis in range(2):
        for i in range(places.shape[1]):
            t = (cell[0] + i + offset) / cell[2]
            k0 = ((c[axis, 3, 0] * t + c[axis, 2, 0]) * t + c[axis, 1, 0]) * t + c[axis, 0, 0]
            k1 = ((c[axis, 3, 1] * t + c[axis, 2, 1]) * t + c[axis, 1, 1]) * t + c[axis, 0, 1]
            k2 = ((c[axis, 3, 2] * t + c[axis, 2, 2]) * t + c[axis, 1, 2]) * t + c[axis, 0, 2]
            k3 = ((c[axis, 3, 3] * t + c[axis, 2, 3]) * t + c[axis, 1, 3]) * t + c[axis, 0, 3]
            for j in range(places.shape[2]):
                s = (cell[1] + j + offset) / cell[2]
                places[axis, i, j] = ((k3 * s + k2) * s + k1) * s + k0


def reach(coefficients: Floats, cells: Ints, offset: float, span: Floats) -> None:
    """Widen span [x0, x1, y0, y1] by the outlines of cells: smooth coordinates have no extremes within.

    cells: [n, 5], the row and column as in `place`, the side, rows and columns of places.
    """
    for n in range(cells.shape[0]):
        rows, cols = cells[n, 3], cells[n, 4]
        for i in range(rows):
            step = 1 if i in (0, rows - 1) else max(1, cols - 1)
            for j in range(0, cols, step):
                t = (cells[n, 0] + i + offset) / cells[n, 2]
                s = (cells[n, 1] + j + offset) / cells[n, 2]
                for axis in range(2):
                    z = value(coefficients[n, axis], t, s)
                    span[2 * axis] = min(span[2 * axis], z)
                    span[2 * axis + 1] = max(span[2 * axis + 1], z)
