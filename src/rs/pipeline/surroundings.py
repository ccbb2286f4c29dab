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
        self._halo = halo
        self._top = min((x.block.row for x in loaded), default=0)
        bottom = max((x.block.row + x.block.height for x in loaded), default=0)
        right = max((x.block.col + x.block.width for x in loaded), default=0)
        self._bits: Flags = np.empty((bottom - self._top, right), np.uint16)
        for x in loaded:
            rows = slice(x.block.row - self._top, x.block.row - self._top + x.block.height)
            self._bits[rows, x.block.col : x.block.col + x.block.width] = x.bits

    def _edges(self, block: Block) -> tuple[int, int]:
        return max(0, block.row - self._top - self._halo), max(0, block.col - self._halo)

    def of(self, block: Block) -> Flags:
        """Bits of a block with as much halo as the scene has."""
        top, left = self._edges(block)
        bottom = block.row - self._top + block.height + self._halo
        return self._bits[top:bottom, left : block.col + block.width + self._halo]

    def crop(self, wide: Flags, block: Block) -> Flags:
        """The block itself out of an array that `of` gave."""
        top, left = self._edges(block)
        row, col = block.row - self._top - top, block.col - left
        return np.ascontiguousarray(wide[row : row + block.height, col : col + block.width])
