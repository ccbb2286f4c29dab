"""Where pixels lie: a named grid and the blocks the engine cuts it into."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from odc.geo.geobox import GeoBox


class Shape(NamedTuple):
    """Size of a raster [px]: rows first, as numpy has it."""

    rows: int
    cols: int


class Transform(NamedTuple):
    """Affine transform from (column, row) to (x, y), in the order of rasterio and `proj:transform`."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float


@dataclass(frozen=True, slots=True)
class Block:
    """A window of the engine [px]: first row and column, height, width."""

    row: int
    col: int
    height: int
    width: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A pixel grid: coordinate reference system ("EPSG:32633" or WKT), transform, shape, name.

    Only axis-aligned grids (b = d = 0) are accepted.
    """

    crs: str
    transform: Transform
    shape: Shape
    name: str = ""

    def __post_init__(self) -> None:
        if self.transform.b or self.transform.d:
            raise ValueError(f"rotated grids are not supported: {self.transform}")
        if not all(map(math.isfinite, self.transform)) or not self.transform.a or not self.transform.e:
            raise ValueError(f"a grid needs finite numbers and pixels with a size: {self.transform}")
        if min(self.shape) < 1:
            raise ValueError(f"a grid needs at least one pixel, got {self.shape}")

    @property
    def pixel_size(self) -> float:
        """Size of a pixel along x [units of the CRS]."""
        return abs(self.transform.a)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Outer edges: left, bottom, right, top [units of the CRS]."""
        t, (rows, cols) = self.transform, self.shape
        xs = sorted((t.c, t.c + t.a * cols))
        ys = sorted((t.f, t.f + t.e * rows))
        return xs[0], ys[0], xs[1], ys[1]

    @property
    def geobox(self) -> GeoBox:
        """The same grid as an odc-geo GeoBox."""
        from affine import Affine
        from odc.geo.geobox import GeoBox

        return GeoBox((self.shape.rows, self.shape.cols), Affine(*self.transform), self.crs)

    def resized(self, shape: Shape) -> Grid:
        """The same outer edges cut into another number of pixels, as in a decimated copy."""
        t = self.transform
        fx, fy = self.shape.cols / shape.cols, self.shape.rows / shape.rows
        return Grid(self.crs, Transform(t.a * fx, 0.0, t.c, 0.0, t.e * fy, t.f), shape, self.name)

    def blocks(self, size: int) -> Iterator[Block]:
        """Blocks of at most `size` x `size` pixels, row by row, covering the grid once."""
        for row in range(0, self.shape.rows, size):
            for col in range(0, self.shape.cols, size):
                yield Block(row, col, min(size, self.shape.rows - row), min(size, self.shape.cols - col))

    @property
    def whole(self) -> Block:
        """The block that covers the whole grid."""
        return Block(0, 0, *self.shape)
