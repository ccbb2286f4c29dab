"""How far the spectra of dates lie from the spectrum of a composite, in three senses.

Roberts, Dunn and Mueller 2018, Open Data Cube products using high-dimensional statistics of time series
(https://doi.org/10.1109/IGARSS.2018.8518312): the medians over dates of these distances are EMAD, SMAD and BCMAD.
Written for numba, plain loops.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

RUN = 1024
NONE = -1.0
"""Distance of a date that does not count."""


def distances(cube: NDArray[Any], blank: Any, centre: Floats, out: Floats) -> None:
    """Distances [3, dates, pixels] of counts [bands, dates, pixels] from a composite [bands, pixels] of the same unit.

    0: Euclidean [counts]. 1: one less the cosine of the angle between both [1]. 2: Bray and Curtis, the sum of the
    differences over the sum of the sums, all without sign [1]. Where a spectrum is all zero, 1 and 2 are 1, and 0
    where both are. NONE where a date has no value in its first band.
    """
    bands, dates, pixels = cube.shape
    sums = np.empty((6, RUN))
    for start in range(0, pixels, RUN):
        stop = min(start + RUN, pixels)
        for date in range(dates):
            sums[:] = 0.0
            for band in range(bands):
                row, middle = cube[band, date, start:stop], centre[band, start:stop]
                add_apart(row, middle, sums[0], sums[1], sums[2])
                add_along(row, middle, sums[3], sums[4], sums[5])
            row = cube[0, date, start:stop]
            straight(row, blank, sums[0], out[0, date, start:stop])
            turned(row, blank, sums[3], sums[4], sums[5], out[1, date, start:stop])
            shared(row, blank, sums[1], sums[2], out[2, date, start:stop])


def add_apart(row: NDArray[Any], middle: Floats, squares: Floats, apart: Floats, together: Floats) -> None:
    """Add squared differences, differences and sums of a band."""
    for x in range(row.size):
        difference = row[x] - middle[x]
        squares[x] += difference * difference
        apart[x] += abs(difference)
        together[x] += abs(row[x] + middle[x])


def add_along(row: NDArray[Any], middle: Floats, products: Floats, squares: Floats, own: Floats) -> None:
    """Add products with the composite, and the squares of both, of a band."""
    for x in range(row.size):
        value = np.float64(row[x])
        products[x] += value * middle[x]
        squares[x] += value * value
        own[x] += middle[x] * middle[x]


def straight(row: NDArray[Any], blank: Any, squares: Floats, out: Floats) -> None:
    """Euclidean distances."""
    for x in range(row.size):
        distance = np.sqrt(squares[x])
        out[x] = NONE if row[x] == blank else distance


def turned(row: NDArray[Any], blank: Any, products: Floats, squares: Floats, own: Floats, out: Floats) -> None:
    """One less the cosine, not below 0 where both are one direction but for rounding."""
    for x in range(row.size):
        lengths = np.sqrt(squares[x] * own[x])
        distance = max(1.0 - products[x] / lengths, 0.0)
        lost = 1.0 if squares[x] + own[x] > 0.0 else 0.0
        distance = distance if lengths > 0.0 else lost
        out[x] = NONE if row[x] == blank else distance


def shared(row: NDArray[Any], blank: Any, apart: Floats, together: Floats, out: Floats) -> None:
    """Distances of Bray and Curtis."""
    for x in range(row.size):
        distance = apart[x] / together[x]
        lost = 1.0 if apart[x] > 0.0 else 0.0
        distance = distance if together[x] > 0.0 else lost
        out[x] = NONE if row[x] == blank else distance
