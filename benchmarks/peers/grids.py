"""A target grid in the words of `rs produce --grid`, for peers."""

from __future__ import annotations

from dataclasses import dataclass

from affine import Affine


@dataclass(frozen=True, slots=True)
class Wanted:
    """A raster and the grid that it is to be brought to."""

    source: str
    crs: str
    pixel: float
    bounds: tuple[float, float, float, float]

    @classmethod
    def of(cls, words: str) -> Wanted:
        """From "PATH|EPSG:n,pixel,west,south,east,north"."""
        source, grid = words.split("|")
        crs, pixel, *corners = grid.split(",")
        west, south, east, north = map(float, corners)
        return cls(source, crs, float(pixel), (west, south, east, north))

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        west, south, east, north = self.bounds
        return round((north - south) / self.pixel), round((east - west) / self.pixel)

    @property
    def transform(self) -> Affine:
        """From (column, row) to (x, y)."""
        return Affine(self.pixel, 0.0, self.bounds[0], 0.0, -self.pixel, self.bounds[3])
