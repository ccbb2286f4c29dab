"""What a synthetic scene shows: values of bands and classes as functions of the place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rs.core.bands import Band
from rs.core.grid import Block, Grid

Floats = NDArray[np.float64]
Classes = NDArray[np.uint8]
NODATA, SATURATED, DARK, SHADOW, VEGETATION, SOIL, WATER, UNCLASSIFIED, CLOUD_MEDIUM, CLOUD, CIRRUS, SNOW = range(12)
"""Classes, numbered as in the scene classification of Sentinel-2."""


LOST, DEGRADED, DEFECTIVE, NO_MEASUREMENT, CROSSTALK, SATURATED_L1A = 4, 8, 16, 32, 64, 128
"""Flaws of a pixel of a band, as the bits of the quality masks of Sentinel-2 (1 and 2 are ancillary data)."""


def flawless(band: Band, x: Floats, y: Floats) -> Classes:
    """No pixel of any band has a flaw but saturation."""
    return np.zeros((len(y), len(x)), np.uint8)


@dataclass(frozen=True, slots=True)
class World:
    """Values and classes at places: x [cols] to the right and y [rows] down from the upper left corner [m].

    values: reflectance [1] of a band, or temperature and its uncertainty [K], as [rows, cols]; NaN where
    nothing is measured, inf where the detector saturates. classes: [rows, cols], 0 where nothing is measured.
    flaws: what the sensor's masks say of a band, which values do not show, as bits [rows, cols].
    """

    values: Callable[[Band, Floats, Floats], Floats]
    classes: Callable[[Floats, Floats], Classes]
    flaws: Callable[[Band, Floats, Floats], Classes] = flawless

    def flaws_of(self, band: Band, x: Floats, y: Floats) -> Classes:
        """Flaws of a band at places as bits, saturated values included [rows, cols]."""
        saturated = np.isposinf(self.values(band, x, y))
        return self.flaws(band, x, y) | np.where(saturated, np.uint8(SATURATED_L1A), np.uint8(0))

    @classmethod
    def of_arrays(
        cls, values: Mapping[Band, NDArray[np.generic]], extent: tuple[float, float], classes: Classes | None = None
    ) -> World:
        """A world from arrays that are stretched over an extent (width, height) [m], nearest neighbour.

        A band that is not given is 0.1; classes that are not given are SOIL.
        """

        def picked(array: NDArray[np.generic], x: Floats, y: Floats) -> NDArray[np.generic]:
            return array[_index(y, extent[1], array.shape[0])[:, None], _index(x, extent[0], array.shape[1])[None, :]]

        def value_of(band: Band, x: Floats, y: Floats) -> Floats:
            if band in values:
                return np.asarray(picked(values[band], x, y), np.float64)
            return np.full((len(y), len(x)), 0.1)

        def class_of(x: Floats, y: Floats) -> Classes:
            if classes is None:
                return np.full((len(y), len(x)), SOIL, np.uint8)
            return np.asarray(picked(classes, x, y), np.uint8)

        return cls(value_of, class_of)


def _index(place: Floats, extent: float, size: int) -> NDArray[np.int64]:
    return np.clip(np.floor(place / extent * size + 1e-6).astype(np.int64), 0, size - 1)


def places(grid: Grid, block: Block) -> tuple[Floats, Floats]:
    """Pixel centres of a block: x to the right and y down from the upper left corner of the grid [m]."""
    x: Floats = (np.arange(block.col, block.col + block.width) + 0.5) * np.float64(grid.transform.a)
    y: Floats = (np.arange(block.row, block.row + block.height) + 0.5) * np.float64(-grid.transform.e)
    return x, y


def counts_of(values: Floats, scale: float, offset: float, highest: int) -> NDArray[np.uint16]:
    """Counts = (value - offset) / scale, halves to even; 0 where nothing is measured, `highest` where saturated.

    Values below the first count become 1, values above the last but one become the last but one.
    """
    with np.errstate(invalid="ignore"):
        counts = np.clip(np.rint((values - offset) / scale), 1, highest - 1)
    counts[np.isnan(values)] = 0
    counts[np.isposinf(values)] = highest
    return counts.astype(np.uint16)
