"""Grids in many reference systems and a plain reference of resampling: exact coordinates at every pixel, float64."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from hypothesis import strategies as st
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from rs.core.grid import Block, Grid, Shape, Transform
from rs.raster.warp import Method, Warp

Array = NDArray[Any]
Floats = NDArray[np.float64]

EDGE = 1e-6
FAMILIES = {
    (15.3, 47.1): ("EPSG:32633", "EPSG:32632", "EPSG:4326", "EPSG:3857", "EPSG:3035"),
    (114.2, 30.4): ("EPSG:32649", "EPSG:32650", "EPSG:4490", "EPSG:4547", "EPSG:4326", "EPSG:3857"),
    (-58.9, -34.2): ("EPSG:32721", "EPSG:32720", "EPSG:4326", "EPSG:3857"),
}
"""Longitudes and latitudes, and reference systems that are used there."""


def grid_at(lon: float, lat: float, crs: str, shape: tuple[int, int], pixel: float, shift: tuple[float, float]) -> Grid:
    """A grid whose middle lies at a place, moved by parts of its size; pixel [m], also where units are degrees."""
    x, y = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(lon, lat)
    size = pixel / 111_000.0 if CRS(crs).is_geographic else pixel
    rows, cols = shape
    left, top = x - size * cols * (0.5 + shift[0]), y + size * rows * (0.5 + shift[1])
    return Grid(crs, Transform(size, 0.0, left, 0.0, -size, top), Shape(rows, cols))


@st.composite
def pairs(draw: st.DrawFn, side: int = 300) -> tuple[Grid, Grid]:
    """A source and a target that overlap at least in part, in two reference systems of a region."""
    place = draw(st.sampled_from(sorted(FAMILIES)))
    here, there = draw(st.sampled_from(FAMILIES[place])), draw(st.sampled_from(FAMILIES[place]))
    sides = st.integers(1, side)
    pixel = draw(st.sampled_from([2.0, 10.0, 30.0, 300.0]))
    ratio = draw(st.sampled_from([0.37, 1.0, 1.0, 1.9]))
    shift = st.floats(-0.6, 0.6)
    source = grid_at(*place, here, (draw(sides), draw(sides)), pixel, (0.0, 0.0))
    target = grid_at(*place, there, (draw(sides), draw(sides)), pixel * ratio, (draw(shift), draw(shift)))
    return source, target


def exact(source: Grid, target: Grid, offset: float = 0.5, more: int = 0) -> Floats:
    """Places [2: x and y, rows, cols] of the target's pixels in the source [px], by PROJ one by one."""
    rows, cols = np.mgrid[0 : target.shape.rows + more, 0 : target.shape.cols + more] + offset
    t, s = target.transform, source.transform
    turn = Transformer.from_crs(target.crs, source.crs, always_xy=True)
    x, y = turn.transform(t.c + t.a * cols, t.f + t.e * rows)
    return np.stack(((x - s.c) / s.a, (y - s.f) / s.e))


def reference(values: Floats, places: Floats, method: Method) -> Floats:
    """Values at places, NaN where there is none; values: [rows, cols] of the whole source, NaN for no data."""
    out = np.full(places.shape[1:], np.nan)
    rows, cols = values.shape
    with np.errstate(invalid="ignore"):
        x, y = places
        inside = (x >= -EDGE) & (y >= -EDGE) & (x < cols - EDGE) & (y < rows - EDGE)
    x, y = x[inside], y[inside]
    centre = values[np.floor(y + EDGE).astype(int), np.floor(x + EDGE).astype(int)]
    if method is not Method.NEAREST:
        found = _weighted(values, x, y, 1, lambda d: 1.0 - np.abs(d), True)
        if method is Method.CUBIC:
            better = _weighted(values, x, y, 2, _keys, False)
            found = np.where(np.isnan(better), found, better)
        centre = np.where(np.isnan(centre), np.nan, found)
    out[inside] = centre
    return out


def clear(places: Floats, error: float) -> NDArray[np.bool_]:
    """Pixels whose place is not so close to a border or centre of pixels that an allowed error moves it across."""
    places = 2.0 * places
    with np.errstate(invalid="ignore"):
        off = np.abs(places + 2.0 * EDGE - np.rint(places + 2.0 * EDGE)).min(axis=0)
    far: NDArray[np.bool_] = ~(off <= error)
    return far


def _keys(d: Floats) -> Floats:
    """Keys (1981), equation 4 with a = -1/2, at distances."""
    d, a = np.abs(d), -0.5
    near = (a + 2) * d**3 - (a + 3) * d**2 + 1
    far = a * d**3 - 5 * a * d**2 + 8 * a * d - 4 * a
    return np.where(d <= 1, near, far)


def _weighted(values: Floats, x: Floats, y: Floats, n: int, kernel: Any, partly: bool) -> Floats:
    """Weighted mean of the 2n by 2n pixels about places; NaN where one lacks, unless a part will do."""
    padded = np.pad(values, n + 1, constant_values=np.nan)
    edge = EDGE if n == 2 else 0.0
    col, row = np.floor(x - 0.5 + edge).astype(int), np.floor(y - 0.5 + edge).astype(int)
    total, weights = np.zeros(x.shape), np.zeros(x.shape)
    for i in range(1 - n, n + 1):
        for j in range(1 - n, n + 1):
            pixel = padded[row + i + n + 1, col + j + n + 1]
            weight = kernel(x - 0.5 - (col + j)) * kernel(y - 0.5 - (row + i))
            if partly:
                weight = np.where(np.isnan(pixel), 0.0, weight)
                pixel = np.nan_to_num(pixel)
            total, weights = total + weight * pixel, weights + weight
    with np.errstate(invalid="ignore"):
        return total / weights


def area_mean(values: Floats, corners: Floats) -> Floats:
    """Means over the quadrilaterals between corners [2, rows + 1, cols + 1], by areas of intersection from GEOS."""
    out = np.full((corners.shape[1] - 1, corners.shape[2] - 1), np.nan)
    rows, cols = np.nonzero(~np.isnan(values))
    boxes = shapely.box(cols, rows, cols + 1, rows + 1)
    for i, j in np.ndindex(*out.shape):
        ring = [corners[:, i + a, j + b] for a, b in ((0, 0), (0, 1), (1, 1), (1, 0))]
        outline = shapely.Polygon(ring)
        areas = shapely.area(shapely.intersection(boxes, outline))
        if areas.sum() > 1e-6 * outline.area:
            out[i, j] = areas @ values[rows, cols] / areas.sum()
    return out


def warped(warp: Warp, counts: Array, nodata: tuple[float, ...], blocks: list[Block] | None = None) -> Array:
    """The whole target, block by block: each block sees its window alone."""
    out = np.zeros(warp.target.shape, counts.dtype)
    for block in blocks or [warp.target.whole]:
        window = warp.window(block)
        part = counts[:0, :0]
        if window is not None:
            part = counts[window.row : window.row + window.height, window.col : window.col + window.width]
        made = warp.apply(part, window, block, nodata)
        assert made.dtype == counts.dtype and made.shape == (block.height, block.width)
        out[block.row : block.row + block.height, block.col : block.col + block.width] = made
    return out
