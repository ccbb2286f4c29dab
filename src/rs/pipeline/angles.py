"""Angles of each pixel of a block: what corrections take in place of the means of a scene, where it holds more."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from rs.algorithms.atmosphere import Geometry
from rs.core.grid import Block, Grid
from rs.core.scene import AngleGrid, Scene
from rs.core.slot import canonical_json
from rs.pipeline.load import read_band
from rs.raster.blocks import Handles

Floats = NDArray[np.float64]
RASTERS = ("sun_zenith", "sun_azimuth", "view_zenith", "view_azimuth")
Table = tuple[tuple[float | None, ...], ...]


def has_pixel_angles(scene: Scene) -> bool:
    """True where `pixel_angles` gives something for every block of the scene."""
    if scene.angle_assets:
        return set(scene.angle_assets) == set(RASTERS)
    held = scene.angle_grid
    if held is None or any(asset.grid.crs != held.crs for asset in scene.assets.values()):
        return False
    tables = (held.sun_zenith, held.sun_azimuth, held.view_zenith, held.view_azimuth)
    return all(any(value is not None for row in table for value in row) for table in tables)


def pixel_angles(held: Handles, scene: Scene, grid: Grid, block: Block) -> Geometry | None:
    """Angles of sun and view at the pixel centres of a block of a grid, each [rows, cols] [degrees].

    None where the scene states means alone. The same pixel has the same angles in whatever block it lies.
    held: open files, for sensors whose angles are rasters; a grid of nodes is part of the scene and needs none.
    """
    if not has_pixel_angles(scene):
        return None
    if scene.angle_assets:
        return _from_rasters(held, scene, grid, block)
    assert scene.angle_grid is not None
    return _from_nodes(scene.angle_grid, grid, block)


def angles_digest(scene: Scene) -> str:
    """Digest of all angles that a scene states."""
    a, held = scene.angles, scene.angle_grid
    stated = [a.sun_zenith, a.sun_azimuth, a.view_zenith, a.view_azimuth]
    nodes = [] if held is None else [getattr(held, name) for name in held.__slots__]
    rasters = {name: asset.digest for name, asset in scene.angle_assets.items()}
    return hashlib.sha256(canonical_json({"means": stated, "nodes": nodes, "rasters": rasters})).hexdigest()


def _from_rasters(held: Handles, scene: Scene, grid: Grid, block: Block) -> Geometry:
    """The rasters' own values; the mean of the scene where they hold none."""
    values = []
    for name in RASTERS:
        mean = getattr(scene.angles, name)
        found = read_band(held, scene.angle_assets[name], grid, block)
        values.append(found if mean is None else np.where(np.isnan(found), mean, found))
    sun, turned, view, aside = values
    return Geometry(sun, view, turned - aside)


def _from_nodes(held: AngleGrid, grid: Grid, block: Block) -> Geometry:
    """Bilinear between nodes. Azimuths as directions, so that north is no jump."""
    t = grid.transform
    x = t.c + t.a * (np.arange(block.col, block.col + block.width) + 0.5)
    y = t.f + t.e * (np.arange(block.row, block.row + block.height) + 0.5)
    across: Floats = np.asarray((x - held.left) / held.step_x, np.float64)
    down: Floats = np.asarray((y - held.top) / held.step_y, np.float64)
    sun, view = (_bilinear(filled(_floats(table)), down, across) for table in (held.sun_zenith, held.view_zenith))
    turns = []
    for table in (held.sun_azimuth, held.view_azimuth):
        radians = np.radians(filled(_floats(table)))
        east, north = (_bilinear(part, down, across) for part in (np.sin(radians), np.cos(radians)))
        turns.append(np.degrees(np.arctan2(east, north)))
    return Geometry(sun, view, turns[0] - turns[1])


def filled(table: Floats) -> Floats:
    """A table of nodes [rows, cols] whose NaN are the value of the nearest node that has one.

    Nodes beyond the edge of the swath are not stated, and the pixels between them and it need them.
    Of several nearest nodes the first counts. At least one is stated.
    """
    rows, cols = np.nonzero(np.isfinite(table))
    out = table.copy()
    for row, col in np.argwhere(~np.isfinite(table)):
        k = int(np.argmin((rows - row) ** 2 + (cols - col) ** 2))
        out[row, col] = table[rows[k], cols[k]]
    return out


def _bilinear(table: Floats, down: Floats, across: Floats) -> Floats:
    """Values of nodes between them, at fractional rows and columns; beyond the nodes the edge's value."""
    top, low, v = _between(down, table.shape[0])
    left, right, u = _between(across, table.shape[1])
    upper = table[np.ix_(top, left)] * (1 - u) + table[np.ix_(top, right)] * u
    lower = table[np.ix_(low, left)] * (1 - u) + table[np.ix_(low, right)] * u
    values: Floats = upper * (1 - v[:, None]) + lower * v[:, None]
    return values


def _between(position: Floats, size: int) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """The nodes before and after positions, and the share of the second."""
    inside = np.clip(position, 0, size - 1)
    before = np.minimum(np.floor(inside).astype(np.int64), max(size - 2, 0))
    return before, np.minimum(before + 1, size - 1), inside - before


def _floats(table: Table) -> Floats:
    return np.array([[np.nan if value is None else value for value in row] for row in table], np.float64)
