"""Footprints: the polygon of measured pixels, as GeoJSON in EPSG:4326."""

from __future__ import annotations

from typing import Any

import antimeridian
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from rasterio.features import shapes
from rasterio.transform import Affine
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from rs.core.grid import Grid
from rs.raster.quiet import quiet

MAX_CELLS = 400
SIMPLIFY_CELLS = 0.75


def coarse_factor(grid: Grid) -> int:
    """How many pixels on a side make one cell of the coarse mask that footprints are drawn from."""
    return max(1, -(-max(grid.shape) // MAX_CELLS))


def valid_footprint(measured: NDArray[np.bool_], grid: Grid) -> dict[str, Any]:
    """GeoJSON geometry around the measured cells of a coarse mask of `grid`.

    measured: [rows, cols] at `coarse_factor` of the grid; a cell counts if any of its pixels does.
    The polygon may reach past the data by less than one cell, never stay inside it by more.
    """
    factor = coarse_factor(grid)
    t = grid.transform
    cell = Affine(t.a * factor, 0, t.c, 0, t.e * factor, t.f)
    with quiet():
        drawn = list(shapes(measured.astype(np.uint8), mask=measured, transform=cell))
    parts = [shape(geometry) for geometry, _ in drawn]
    outline = shapely.union_all(parts).simplify(abs(t.a) * factor * SIMPLIFY_CELLS)
    outline = outline.intersection(shapely.box(*grid.bounds))
    return to_wgs84(outline.segmentize(max(grid.shape) * abs(t.a) / 8), grid.crs)


def grid_footprint(grid: Grid) -> dict[str, Any]:
    """GeoJSON geometry of the outer edges of a grid."""
    outline = shapely.box(*grid.bounds)
    return to_wgs84(outline.segmentize(max(grid.shape) * abs(grid.transform.a) / 8), grid.crs)


def to_wgs84(geometry: BaseGeometry, crs: str) -> dict[str, Any]:
    """A geometry in EPSG:4326 as GeoJSON: rings wound by RFC 7946, cut at the antimeridian, 7 decimals."""
    transformer = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    turned = shapely.transform(geometry, lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1])))
    west, _, east, _ = turned.bounds
    if CRS(crs).is_geographic:
        turned = shape(antimeridian.fix_shape(shapely.orient_polygons(turned), fix_winding=False))
    elif east - west > 180.0:  # a projected grid is never that wide: its longitudes jump
        turned = _cut(turned)
    rounded = shapely.set_precision(turned, 1e-7)
    oriented = shapely.orient_polygons(rounded if not rounded.is_empty else turned)
    result: dict[str, Any] = _plain(mapping(oriented))
    return result


def _cut(geometry: BaseGeometry) -> BaseGeometry:
    """A geometry whose longitudes jump at the antimeridian, cut there."""
    whole = shapely.transform(geometry, lambda xy: np.column_stack((xy[:, 0] % 360.0, xy[:, 1])))
    whole = shapely.set_precision(whole, 1e-7)
    beyond = shapely.transform(whole.intersection(shapely.box(180, -90, 360, 90)), lambda xy: xy - [360.0, 0.0])
    return shapely.union_all([whole.intersection(shapely.box(0, -90, 180, 90)), beyond])


def bbox_of(geometry: dict[str, Any]) -> list[float]:
    """Bounding box [west, south, east, north] of a GeoJSON geometry (RFC 7946: west > east across 180)."""
    return [round(float(v), 7) for v in antimeridian.bbox(shape(geometry))]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return round(value, 7) if isinstance(value, float) else value
