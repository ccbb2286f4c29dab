"""Plain loops over the pixels of a block, written for numba."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Flags = NDArray[np.uint16]
Floats = NDArray[np.float64]
Index = NDArray[np.int64]


def lift(counts: Array, rows: Index, cols: Index, calibration: Floats, out: Floats) -> None:
    """Values of counts [file rows, file cols] under the pixels of a block: count * scale + offset, NaN for none.

    rows, cols: for each row and column of `out` that of `counts`, -1 where the file does not reach.
    calibration: scale, offset, then the counts that are no data.
    """
    scale, offset = calibration[0], calibration[1]
    values = np.empty(counts.shape[1])
    last = -1
    for i in range(out.shape[0]):
        row = rows[i]
        if row < 0:
            for j in range(out.shape[1]):
                out[i, j] = np.nan
            continue
        if row == last:
            for j in range(out.shape[1]):
                out[i, j] = out[i - 1, j]
            continue
        for j in range(counts.shape[1]):
            value = counts[row, j] * scale + offset
            # what is infinite is no measurement; the difference is NaN then
            values[j] = value if value - value == 0.0 else np.nan
        for blank in calibration[2:]:
            for j in range(counts.shape[1]):
                values[j] = np.nan if counts[row, j] == blank else values[j]
        for j in range(out.shape[1]):
            out[i, j] = values[cols[j]] if cols[j] >= 0 else np.nan
        last = row


def look_up(counts: Array, rows: Index, cols: Index, table: Flags, out: Flags) -> None:
    """Bits of counts [file rows, file cols] under the pixels of a block.

    rows, cols: as in `lift`. table: bits by count; its last entry stands for what the file does not reach.
    """
    outside = table[-1]
    last = -1
    for i in range(out.shape[0]):
        row = rows[i]
        if row >= 0 and row == last:
            for j in range(out.shape[1]):
                out[i, j] = out[i - 1, j]
            continue
        for j in range(out.shape[1]):
            out[i, j] = table[counts[row, cols[j]]] if row >= 0 and cols[j] >= 0 else outside
        last = row


def own_water(bits: Flags, green: Floats, blue: Floats, other: Floats, rule: Floats, known: Flags) -> None:
    """The own water test, in place: what both are sure of, what the test alone says, where they differ.

    rule: brightest blue of water [1], then 1 where a classification speaks too. known: bits of water, of land,
    of unsure, and those that leave nothing to decide.
    """
    water, land, unsure, settled = known[0], known[1], known[2], known[3]
    brightest, classes = rule[0], rule[1] != 0.0
    for i in range(bits.shape[0]):
        for j in range(bits.shape[1]):
            b = bits[i, j]
            told = green[i, j] + other[i, j] + blue[i, j]
            if b & settled or told - told != 0.0:
                continue
            # the sign of a normalised difference is the sign of the difference
            wet = green[i, j] > other[i, j] and blue[i, j] < brightest
            classed = (b & water) != 0
            if classes and wet != classed:
                b |= unsure
            if wet:
                b = (b | water) & ~land
            elif not classed:
                b |= land
            bits[i, j] = b


def settle_alone(bits: Flags, swir: Floats, brightest: float, known: Flags) -> None:
    """What a pixel decides alone beside water, in place: no data for itself, bits of all, bits of water, bright water.

    swir: reflectance near 1.6 um, [0, 0] where it is not read. brightest: that of clear water [1]. known: bits of no
    data, of water, those that every measured pixel bears, those that all water bears, that of bright water.
    """
    nodata, water, of_all, of_water, bright = known[0], known[1], known[2], known[3], known[4]
    has_swir = swir.shape[0] > 0
    for i in range(bits.shape[0]):
        for j in range(bits.shape[1]):
            b = bits[i, j]
            told = b | of_all | (of_water if b & water else 0)
            bits[i, j] = nodata if b & nodata else told
        if has_swir:
            for j in range(bits.shape[1]):
                b = bits[i, j]
                bits[i, j] = b | (bright if (b & water) != 0 and swir[i, j] >= brightest else 0)


def settle_near(bits: Flags, near: NDArray[np.uint8], known: Flags, out: Flags) -> None:
    """Bits that the neighbourhood adds: grown clouds and shadows, water near land, land amid water.

    near: [4, rows, cols], 0 or 1: cloud, shadow and land within reach, mostly water around. known: bits of no data,
    of cloud, of shadow, of water, of adjacent, of land, of unsure.
    """
    nodata, cloud, shadow, water = known[0], known[1], known[2], known[3]
    adjacent, land, unsure = known[4], known[5], known[6]
    for i in range(bits.shape[0]):
        for j in range(bits.shape[1]):
            b = bits[i, j]
            o = b | (cloud if near[0, i, j] else 0) | (shadow if near[1, i, j] else 0)
            o = b if b & nodata else o
            o |= adjacent if (b & water) != 0 and near[2, i, j] != 0 else 0
            out[i, j] = (o | unsure) & ~land if (b & land) != 0 and near[3, i, j] != 0 else o


def any_of(bits: Flags, bit: np.uint16) -> bool:
    """Whether any pixel has one of the bits."""
    for i in range(bits.shape[0]):
        found = False
        for j in range(bits.shape[1]):
            found |= (bits[i, j] & bit) != 0
        if found:
            return True
    return False


def count_up(bits: Flags, red: Floats, known: Flags, at: Index, coarse: NDArray[np.bool_], sums: Index) -> None:
    """Pixels of a block counted: measured, clear, water, cloudy, land seen, land with negative red.

    red: [0, 0] where it is not read. known: bits of no data, of what is not clear, of water, of cloud, of land.
    at: row and column of the block, and the pixels a side of a cell of `coarse`, which is set where one is measured.
    """
    nodata, unclear, water, cloud, land = known[0], known[1], known[2], known[3], known[4]
    has_red = red.shape[0] > 0
    rows, cols = bits.shape
    for i in range(rows):
        measured = clear = wet = cloudy = ground = negative = 0
        for j in range(cols):
            b = bits[i, j]
            free = (b & unclear) == 0
            measured += (b & nodata) == 0
            clear += free
            wet += free & ((b & water) != 0)
            cloudy += (b & cloud) != 0
        if has_red:
            for j in range(cols):
                dry = ((bits[i, j] & unclear) == 0) & ((bits[i, j] & land) != 0)
                ground += dry & (red[i, j] - red[i, j] == 0.0)
                negative += dry & (red[i, j] < 0.0)
        sums[0] += measured
        sums[1] += clear
        sums[2] += wet
        sums[3] += cloudy
        sums[4] += ground
        sums[5] += negative
        if measured:
            line, first = (at[0] + i) // at[2], 0
            while first < cols:
                cell = (at[1] + first) // at[2]
                last = min(cols, (cell + 1) * at[2] - at[1])
                if not coarse[line, cell]:
                    for j in range(first, last):
                        if (bits[i, j] & nodata) == 0:
                            coarse[line, cell] = True
                            break
                first = last
