"""Drawing polygons where they are read: a mask is never held as pixels beyond a window and a tile."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from rasterio.features import rasterize
from rasterio.transform import Affine
from rasterio.windows import Window

from rs.core.grid import Grid, Shape, Transform
from rs.raster.polygons import Areas
from rs.raster.quiet import quiet

TILE = 1024
Counts = NDArray[np.uint8]


class DrawnMask:
    """A mask of polygons on a grid, read by windows as a raster is; polygons are held, pixels are not.

    Counts are uint8 with the bits of `polygons.BITS`. A pixel counts where its centre lies in a polygon.
    """

    def __init__(self, href: str, grid: Grid) -> None:
        """Read the polygons. Raises BadInput naming the file."""
        self._areas, self._grid = Areas(href, grid.crs), grid

    def read(self, window: Window, shape: Shape | None = None) -> Counts:
        """Counts of a window [rows, cols]; `shape` asks for a decimated read by nearest neighbour."""
        top, left = int(window.row_off), int(window.col_off)
        out = np.zeros((int(window.height), int(window.width)), np.uint8)
        for row, col in _tiles(top, left, *out.shape):
            # tiles lie fixed on the grid: the same pixel is drawn alike whatever the window
            tile = self._tile(row, col)
            if tile is None:
                continue
            upper, lower = max(row, top), min(row + tile.shape[0], top + out.shape[0])
            first, last = max(col, left), min(col + tile.shape[1], left + out.shape[1])
            part = tile[upper - row : lower - row, first - col : last - col]
            out[upper - top : lower - top, first - left : last - left] = part
        if shape is None:
            return out
        rows, cols = (((np.arange(n) + 0.5) * size / n).astype(int) for n, size in zip(shape, out.shape, strict=True))
        small: Counts = out[np.ix_(rows, cols)]
        return small

    def close(self) -> None:
        """Nothing is open; a raster has it too."""

    def _tile(self, row: int, col: int) -> Counts | None:
        """The tile from a row and a column on, None where it is empty."""
        t, (rows, cols) = self._grid.transform, self._grid.shape
        place = Transform(t.a, 0.0, t.c + col * t.a, 0.0, t.e, t.f + row * t.e)
        grid = Grid(self._grid.crs, place, Shape(min(TILE, rows - row), min(TILE, cols - col)))
        drawn: Counts | None = None
        for bit, polygons in self._areas.within(grid).items():
            with quiet():
                layer = rasterize(
                    polygons, tuple(grid.shape), transform=Affine(*place), default_value=bit, dtype="uint8"
                )
            drawn = layer if drawn is None else drawn | layer
        return drawn


def _tiles(top: int, left: int, height: int, width: int) -> Iterator[tuple[int, int]]:
    for row in range(top // TILE * TILE, top + height, TILE):
        for col in range(left // TILE * TILE, left + width, TILE):
            yield row, col
