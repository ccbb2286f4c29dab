"""Clear land in a decimated view of a scene whose offset is not settled: by its classes, or by an own test.

The own test finds green vegetation whatever the offset: near infrared minus red is the same with and without it,
and the normalised difference with the higher offset is a lower bound of the true one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window

from rs.core.bands import NOT_CLEAR, Band, Quality
from rs.core.grid import Shape
from rs.core.scene import Asset, Scene
from rs.raster.blocks import Handles

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

DIFFERENCE = 0.15
"""Near infrared minus red [1] of vegetation: clouds, bright soil and water stay below."""

RATIO = 0.3
"""Normalised difference of near infrared and red [1], with the higher of two offsets."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """How many pixels speak, what they are, and the share of them whose red is negative."""

    share: float
    pixels: int
    kind: str


def has_classes(scene: Scene) -> bool:
    """True where a classification of the scene tells land."""
    return any(Quality.LAND in source.knows for source in scene.quality)


def kind_of(scene: Scene) -> str:
    """What the pixels are called that speak for a scene."""
    return "clear-land" if has_classes(scene) else "vegetated (own test: no classification)"


def wanted_bits(knows: Quality, flags: NDArray[np.uint16]) -> Bools:
    """Where a flag file has nothing against clear land: it says land, or, where it can't, nothing that hides it."""
    if Quality.LAND in knows:
        found: Bools = (flags & np.uint16(Quality.LAND)) != 0
        return found
    free: Bools = (flags & np.uint16(NOT_CLEAR)) == 0
    return free


def infrared_of(scene: Scene, red: Asset) -> Asset | None:
    """The near infrared band that bears the same two claims about the offset as red, None where none does."""
    bands = (scene.assets.get(band) for band in (Band.NIR, Band.NIR08))
    claims = (red.offset, red.rival_offset, red.scale)
    return next((a for a in bands if a is not None and (a.offset, a.rival_offset, a.scale) == claims), None)


def vegetated(red: Floats, infrared: Floats, shift: float) -> Bools:
    """Green vegetation by reflectance [1] with the lower offset; shift: how far the higher one lies above it."""
    difference = infrared - red
    with np.errstate(invalid="ignore"):
        total = infrared + red + 2 * shift
        found: Bools = (difference >= DIFFERENCE) & (total > 0) & (difference >= RATIO * total)
    return found


def whole(held: Handles, asset: Asset, size: Shape) -> NDArray[np.generic]:
    """Counts of a whole band, decimated to a size."""
    rows, cols = asset.grid.shape
    return held.read(asset, Window(0, 0, cols, rows), size)
