"""Places of all pixels of a block: polynomials on the cells of a lattice, exact coordinates where those do not do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rs.core.grid import Block
from rs.core.jit import jitted
from rs.raster.lattice_loops import fit, place, reach
from rs.raster.mapping import Mapping, Scaling

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SIDES = (128, 32, 8)
"""Sides of cells [px of the target], tried in this order; what is not smooth on the last gets exact places."""
FINE = 1e-7
"""A cell is good where no probe is further off than this [px of the source]."""
NOISE = 1e-4
"""Up to here [px of the source] a cell is good where a smaller one is no better: the rest is PROJ's own noise."""
SHRINK = 16
"""The error of a smooth cell falls at least so much when its side is quartered (256 in the limit)."""

NODES = np.stack(np.meshgrid(*[np.arange(4) / 3] * 2, indexing="ij"), axis=-1).reshape(-1, 2)
PROBES = np.array([[0.13, 0.13], [0.87, 0.87], [0.5, 0.5], [0.13, 0.5], [0.5, 0.87], [0.87, 0.13]])
"""Down and across a cell, 0 .. 1: near the middle of each interval of nodes, where a cubic is furthest off."""


@dataclass(frozen=True, slots=True)
class Part:
    """Places [2: x and y, rows, cols] in the source [px] of pixels from a row and column of a block on."""

    row: int
    col: int
    places: Floats


class Lattice:
    """Places of a target's pixels in a source; the same for a pixel whatever block it is asked for in.

    corners: places of the upper left corners, and one row and column more, in place of the centres.
    """

    def __init__(self, mapping: Mapping, corners: bool) -> None:
        self._mapping = mapping
        self._offset, self._more = (0.0, 1) if corners else (0.5, 0)

    def cover(self, block: Block) -> Cover:
        """What the places of a block are computed from."""
        scaling = self._mapping.scaling
        if scaling is not None:
            at = _tiles(block, SIDES[0])
            return Cover(self._cells(block, at, SIDES[0]), _scaled(scaling, at, SIDES[0]), (), self._offset)
        return self._fitted(block)

    def _fitted(self, block: Block) -> Cover:
        pending, before = _tiles(block, SIDES[0]), np.full(1, np.inf)
        cells: list[Ints] = []
        kept: list[Floats] = []
        for side in SIDES:
            coefficients, errors = self._fit(pending, side)
            good = (errors <= FINE) | ((errors <= NOISE) & (errors > before / SHRINK))
            cells.append(self._cells(block, pending[good], side))
            kept.append(coefficients[good])
            pending, before = pending[~good], errors[~good]
            if side != SIDES[-1]:
                pending, before = _quartered(block, pending, before, side // 4)
        return Cover(np.concatenate(cells), np.concatenate(kept), tuple(self._exact(block, pending)), self._offset)

    def _fit(self, at: Ints, side: int) -> tuple[Floats, Floats]:
        """Coefficients [n, 2, 4, 4] and errors [n, px] of cells from rows and columns `at` on."""
        n = len(at)
        where = at[:, None, :] + side * np.concatenate((NODES, PROBES))
        places = self._mapping.places(where[..., 1].ravel(), where[..., 0].ravel())
        exact = np.ascontiguousarray(places.reshape(2, n, len(NODES) + len(PROBES)).transpose(1, 0, 2))
        nodes = np.ascontiguousarray(exact[..., : len(NODES)]).reshape(n, 2, 4, 4)
        probes = np.ascontiguousarray(exact[..., len(NODES) :])
        coefficients, errors = np.empty((n, 2, 4, 4)), np.empty(n)
        jitted(fit)(nodes, probes, PROBES, coefficients, errors)
        return coefficients, errors

    def _cells(self, block: Block, at: Ints, side: int) -> Ints:
        """Rows of `Cover.cells`: the parts of cells within a block."""
        start = np.maximum(at, [block.row, block.col])
        stop = np.minimum(at + side, [block.row + block.height, block.col + block.width])
        sides = np.full((len(at), 1), side)
        return np.hstack((start - at, sides, stop - start + self._more, start - [block.row, block.col]))

    def _exact(self, block: Block, at: Ints) -> Iterator[Part]:
        cells = self._cells(block, at, SIDES[-1])
        if not len(cells):
            return
        origin = np.array([block.row, block.col]) + self._offset
        pixels = [np.add(np.mgrid[0:rows, 0:cols].reshape(2, -1), [[r], [c]]) for *_, rows, cols, r, c in cells]
        where = np.add(np.concatenate(pixels, axis=1), origin[:, None])
        places = self._mapping.places(where[1], where[0])
        ends = np.cumsum(cells[:, 3] * cells[:, 4])
        for (_, _, _, rows, cols, row, col), end in zip(cells.tolist(), ends.tolist(), strict=True):
            yield Part(row, col, places[:, end - rows * cols : end].reshape(2, rows, cols))


@dataclass(frozen=True, slots=True)
class Cover:
    """Cells and exact parts of a block.

    cells: [n, 7], as `lattice_loops.reach` has them, and the row and column in the block.
    coefficients: [n, 2, 4, 4].
    """

    cells: Ints
    coefficients: Floats
    exact: tuple[Part, ...]
    offset: float

    def span(self) -> Floats | None:
        """Least and greatest x, then y, of the places [px of the source]; None where none is defined."""
        span = np.array([np.inf, -np.inf, np.inf, -np.inf])
        jitted(reach)(self.coefficients, self.cells, self.offset, span)
        for part in self.exact:
            defined = part.places[:, np.isfinite(part.places).all(axis=0)]
            if defined.size:
                (x0, y0), (x1, y1) = defined.min(axis=1), defined.max(axis=1)
                span = np.array([min(span[0], x0), max(span[1], x1), min(span[2], y0), max(span[3], y1)])
        return span if np.isfinite(span).all() else None

    def parts(self) -> Iterator[Part]:
        """Places, part by part; the array of one is overwritten by the next."""
        buffer = np.empty(2 * int((self.cells[:, 3] * self.cells[:, 4]).max(initial=0)))
        for cell, coefficients in zip(self.cells, self.coefficients, strict=True):
            rows, cols = int(cell[3]), int(cell[4])
            places = buffer[: 2 * rows * cols].reshape(2, rows, cols)
            jitted(place)(coefficients, cell, self.offset, places)
            yield Part(int(cell[5]), int(cell[6]), places)
        yield from self.exact


def _tiles(block: Block, side: int) -> Ints:
    """Rows and columns [n, 2] of the cells of a side that a block touches; cells start at its multiples."""
    rows = np.arange(block.row // side * side, block.row + block.height, side)
    cols = np.arange(block.col // side * side, block.col + block.width, side)
    return np.stack(np.meshgrid(rows, cols, indexing="ij"), axis=-1).reshape(-1, 2)


def _quartered(block: Block, at: Ints, errors: Floats, side: int) -> tuple[Ints, Floats]:
    """Four by four smaller cells of each cell, as far as the block touches them, with the errors of the larger."""
    steps = np.stack(np.meshgrid(*[np.arange(4) * side] * 2, indexing="ij"), axis=-1).reshape(-1, 2)
    small = (at[:, None, :] + steps).reshape(-1, 2)
    low, high = [block.row, block.col], [block.row + block.height, block.col + block.width]
    touched = ((small + side > low) & (small < high)).all(axis=1)
    return small[touched], np.repeat(errors, len(steps))[touched]


def _scaled(scaling: Scaling, at: Ints, side: int) -> Floats:
    """Coefficients of cells within one reference system: plain scales."""
    coefficients = np.zeros((len(at), 2, 4, 4))
    for axis, (offset, scale) in enumerate(zip(scaling.offsets, scaling.scales, strict=True)):
        coefficients[:, axis, 0, 0] = offset + scale * at[:, 1 - axis]
        coefficients[(slice(None), axis, 0, 1) if axis == 0 else (slice(None), axis, 1, 0)] = scale * side
    return coefficients
