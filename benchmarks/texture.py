"""Texture over the made-up coast: fields, grain and rough clouds, so that files compress as real scenes do."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rs.core.bands import Band
from rs.testing import World
from rs.testing.world import CIRRUS, WATER, Floats

LAND, SEA, SKY = 0.30, 0.06, 0.12
"""Full width of the grain as a share of the value, by what a pixel shows."""

PARCEL = 160.0
"""Side of a field [m]."""


def textured(world: World, date: int = 0) -> World:
    """The world with values multiplied by grain that is the same for a place and a date, whatever the block.

    Two thirds of the grain of a pixel are common to all bands, one third is the band's own. All bands of a
    place keep their order where they lie further apart than that third, so classes keep their meaning.
    """

    def values(band: Band, x: Floats, y: Floats) -> Floats:
        found = world.values(band, x, y)
        classes = world.classes(x, y)
        width = np.where(classes == WATER, SEA, np.where((classes >= 8) & (classes <= CIRRUS), SKY, LAND))
        grain = (_noise(x, y, 10.0, 1) * 2.0 + _noise(x, y, 10.0, sum(band.value.encode()) + 1009 * date)) / 3.0
        grain += np.where(classes == WATER, 0.0, _noise(x, y, PARCEL, 7))
        return found * (1.0 + width * grain)

    return World(values, world.classes, world.flaws)


def _noise(x: Floats, y: Floats, cell: float, seed: int) -> NDArray[np.float32]:
    """Evenly distributed noise in [-0.5, 0.5] of cells of a size [m], [rows, cols]."""
    col = (x // cell).astype(np.uint32) * np.uint32(2654435761)
    row = (y // cell).astype(np.uint32) * np.uint32(2246822519)
    mixed = (col[None, :] ^ row[:, None]) + np.uint32(seed * 40503)
    mixed = (mixed ^ (mixed >> np.uint32(15))) * np.uint32(3266489917)
    mixed ^= mixed >> np.uint32(13)
    return (mixed >> np.uint32(8)).astype(np.float32) / np.float32(2**24) - np.float32(0.5)
