"""Blocks as read, and a block of quality bits cut out with the neighbourhood that masks need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rs.core.bands import Band
from rs.core.grid import Block
from rs.raster.blocks import Piece

Flags = NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A block as read: pieces of the bands in the file's own pixels, bits that pixels decide alone."""

    block: Block
    pieces: Mapping[Band, Piece]
    bits: Flags


class Surroundings:
    """Bits of up to three rows of blocks, from which a block with its halo is cut."""

    def __init__(self, loaded: list[Loaded], halo: int) -> None:
        self._loaded, self._halo = loaded, halo
        self._top = min((x.block.row for x in loaded), default=0)
        self._bottom = max((x.block.row + x.block.height for x in loaded), default=0)
        self._right = max((x.block.col + x.block.width for x in loaded), default=0)

    def _edges(self, block: Block) -> tuple[int, int, int, int]:
        """First row and column with the halo, and those after the last, as far as there are pixels."""
        halo = self._halo
        return (
            max(self._top, block.row - halo), max(0, block.col - halo),
            min(self._bottom, block.row + block.height + halo), min(self._right, block.col + block.width + halo),
        )  # fmt: skip

    def of(self, block: Block) -> Flags:
        """Bits of a block with as much halo as the scene has."""
        top, left, bottom, right = self._edges(block)
        wide: Flags = np.empty((bottom - top, right - left), np.uint16)
        for x in self._loaded:
            row, col = x.block.row, x.block.col
            low, high = max(top, row), min(bottom, row + x.block.height)
            first, last = max(left, col), min(right, col + x.block.width)
            if low < high and first < last:
                wide[low - top : high - top, first - left : last - left] = x.bits[
                    low - row : high - row, first - col : last - col
                ]
        return wide

    def crop(self, wide: Flags, block: Block) -> Flags:
        """The block itself out of an array that `of` gave."""
        top, left, _, _ = self._edges(block)
        row, col = block.row - top, block.col - left
        return np.ascontiguousarray(wide[row : row + block.height, col : col + block.width])
