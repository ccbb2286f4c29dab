"""Grids that a caller asks for in words: resolution in a reference system, corners, or the grid of a file."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass

from rs.core.grid import Grid, Shape, Transform
from rs.errors import BadInput, UsageError
from rs.raster.opening import MAX_SIDE, open_raster, raster_grid

FORMS = "Write EPSG:32650@10 for 10 m over all scenes, EPSG:32650,10,600000,2490000,610000,2500000 for"\
    " resolution and corners (west, south, east, north), or the path of a GeoTIFF"  # fmt: skip


@dataclass(frozen=True, slots=True)
class Target:
    """A grid that is wanted: as it is, or of a resolution [units of the CRS] over whatever lies there.

    text: what the caller wrote.
    """

    text: str
    crs: str
    resolution: float
    grid: Grid | None = None

    def over(self, grids: Iterable[Grid]) -> Grid:
        """The grid; where only a resolution is given, over all of some grids, its edges multiples of it.

        Raises UsageError where it is too large or its reference system does not reach there.
        """
        if self.grid is not None:
            return self.grid
        boxes = [self._bounds(grid) for grid in dict.fromkeys(grids)]
        west, south = (min(box[k] for box in boxes) for k in (0, 1))
        east, north = (max(box[k] for box in boxes) for k in (2, 3))
        return _made(self.text, self.crs, self.resolution, _outward((west, south, east, north), self.resolution))

    def _bounds(self, grid: Grid) -> tuple[float, float, float, float]:
        from pyproj import Transformer

        way = Transformer.from_crs(grid.crs, self.crs, always_xy=True)
        found: tuple[float, float, float, float] = way.transform_bounds(*grid.bounds, densify_pts=101)
        if not all(map(math.isfinite, found)) or found[0] > found[2]:
            raise _wrong(self.text, f"field CRS: {self.crs} does not reach where the scenes lie")
        return found


def read_target(text: str) -> Target:
    """A grid from words: CRS@RESOLUTION, CRS,RESOLUTION,WEST,SOUTH,EAST,NORTH, or the path of a GeoTIFF.

    Raises UsageError that names the field and gives an example.
    """
    words = text.strip()
    if os.path.exists(words):
        return _of_file(words)
    if re.match(r"(?i)epsg:", words):
        return _of_corners(words) if "," in words else _of_resolution(words)
    if re.search(r"(?i)\.tiff?$", words) or os.sep in words:
        raise _wrong(text, "there is no such file")
    raise _wrong(text, "field CRS: it starts with EPSG: and a number")


def _of_file(path: str) -> Target:
    try:
        with open_raster(path) as dataset:
            grid = raster_grid(path, dataset)
    except BadInput as error:
        raise _wrong(path, f"no grid can be read ({error.what})") from error
    if grid is None:
        raise _wrong(path, "the file says nothing of where it lies")
    return Target(path, grid.crs, grid.pixel_size, grid)


def _of_resolution(text: str) -> Target:
    crs, at, resolution = text.partition("@")
    if not at:
        raise _wrong(text, "field resolution: it is missing")
    return Target(text, _crs(text, crs), _positive(text, resolution))


def _of_corners(text: str) -> Target:
    crs, *numbers = (part.strip() for part in text.split(","))
    if len(numbers) != 5:
        raise _wrong(text, f"6 fields are wanted, here are {1 + len(numbers)}")
    named = _crs(text, crs)
    resolution = _positive(text, numbers[0])
    names = ("west", "south", "east", "north")
    west, south, east, north = (_number(text, name, word) for name, word in zip(names, numbers[1:], strict=True))
    if west >= east or south >= north:
        raise _wrong(text, f"field {'east' if west >= east else 'north'}: it is not beyond the opposite one")
    for name, side in (("east", east - west), ("north", north - south)):
        if abs(side / resolution - round(side / resolution)) > 1e-6:
            raise _wrong(text, f"field {name}: {side:g} is no multiple of the resolution {resolution:g}")
    return Target(text, named, resolution, _made(text, named, resolution, (west, south, east, north)))


def _outward(box: tuple[float, float, float, float], step: float) -> tuple[float, float, float, float]:
    """The edges moved outward to multiples of a step; what lies on one to a millionth of it stays."""
    low = [math.floor(edge / step + 1e-6) * step for edge in box[:2]]
    high = [math.ceil(edge / step - 1e-6) * step for edge in box[2:]]
    return low[0], low[1], high[0], high[1]


def _made(text: str, crs: str, resolution: float, box: tuple[float, float, float, float]) -> Grid:
    west, south, east, north = box
    shape = Shape(round((north - south) / resolution), round((east - west) / resolution))
    if max(shape) > MAX_SIDE:
        raise _wrong(
            text,
            f"field resolution: {resolution:g} makes {shape.cols} x {shape.rows} px, the limit is {MAX_SIDE} a side",
        )
    return Grid(crs, Transform(resolution, 0.0, west, 0.0, -resolution, north), shape)


def _crs(text: str, word: str) -> str:
    code = word.strip().upper()
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        found = CRS.from_user_input(code)
    except CRSError as error:
        raise _wrong(text, f"field CRS: {code} is no reference system that is known") from error
    if not (found.is_projected or found.is_geographic):
        raise _wrong(text, f"field CRS: {code} is no reference system of the plane or of longitude and latitude")
    return code


def _positive(text: str, word: str) -> float:
    value = _number(text, "resolution", word)
    if value <= 0:
        raise _wrong(text, f"field resolution: {word.strip()} is not above 0")
    return value


def _number(text: str, name: str, word: str) -> float:
    try:
        value = float(word)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise _wrong(text, f"field {name}: {word.strip()!r} is no number")
    return value


def _wrong(text: str, what: str) -> UsageError:
    return UsageError(what, where=f"grid {text!r}", remedy=FORMS)
