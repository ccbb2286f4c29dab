"""Where pixels of one grid lie in another: exact coordinates by PROJ, plain scales within one reference system."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from rs.core.grid import Grid
from rs.errors import UsageError

Floats = NDArray[np.float64]

FOLD = 1000.0
"""A place counts only where the way back ends this close to its start [m]: projections fold far outside their area."""
EARTH = 6_371_000.0
FAR = 1e9
"""Places further off than this [px] are as good as none."""


@dataclass(frozen=True, slots=True)
class Scaling:
    """Place in the source [px] = offset + scale * place in the target [px], for x and for y."""

    offsets: tuple[float, float]
    scales: tuple[float, float]

    def shift(self, grid: Grid) -> tuple[int, int] | None:
        """Whole columns and rows between two grids of one raster, or None where pixels of `grid` lie otherwise."""
        whole = tuple(round(offset) for offset in self.offsets)
        sides = (grid.shape.cols, grid.shape.rows)
        drift = [abs(o - n) + abs(s - 1.0) * side
                 for o, n, s, side in zip(self.offsets, whole, self.scales, sides, strict=True)]  # fmt: skip
        return (whole[0], whole[1]) if max(drift) <= 1e-6 else None


class Mapping:
    """Places of the pixels of a target in a source [px, from the outer corner of the first pixel].

    scaling: set where both grids share their reference system; then PROJ is not asked. period: width of the world
    [px of the source], where x of the source repeats, else None. Threads may share it: pyproj keeps a transformer
    for each thread. Raises UsageError for a reference system that PROJ does not know, or two without a way between.
    """

    def __init__(self, source: Grid, target: Grid) -> None:
        self.source, self.target = source, target
        here, there = _crs(target, "target"), _crs(source, "source")
        world = _period(there)
        self.period = None if world is None else abs(world / source.transform.a)
        self.scaling = _scaling(source, target, world) if here.equals(there, ignore_axis_order=True) else None
        self._world, self._slack, self._polar = _period(here), _slack(here), here.is_geographic
        try:
            self._transformer = Transformer.from_crs(here, there, always_xy=True)
        except ProjError as error:
            raise UsageError(f"no way from {target.crs} to {source.crs} is known ({error})",
                             remedy="Choose a grid in another reference system") from error  # fmt: skip

    def places(self, cols: Floats, rows: Floats) -> Floats:
        """Exact places [2: x and y, n] of places of the target [px]; NaN where the projections are not defined."""
        t, s = self.target.transform, self.source.transform
        x, y = t.c + t.a * cols, t.f + t.e * rows
        with np.errstate(invalid="ignore", over="ignore"):
            found = np.array(self._transformer.transform(x, y), np.float64).reshape(2, -1)
            found[:, ~self._returns(found, x, y)] = np.nan
            places: Floats = (found - [[s.c], [s.f]]) / [[s.a], [s.e]]
            if self.period is not None:
                # the seam lies opposite to the middle of the source
                turns = np.rint((places[0] - self.source.shape.cols / 2) / self.period)
                places[0] -= turns * self.period
            places[:, ~(np.abs(places) < FAR).all(axis=0)] = np.nan
        return places

    def _returns(self, found: Floats, x: Floats, y: Floats) -> NDArray[np.bool_]:
        """Where the way back ends at the start."""
        dx, dy = np.array(self._transformer.transform(found[0], found[1], direction="INVERSE")) - [x, y]
        if self._world is not None:
            dx -= self._world * np.rint(dx / self._world)
        if self._polar:
            dx *= np.cos(np.radians(y))
        good: NDArray[np.bool_] = np.isfinite(found).all(axis=0) & (np.hypot(dx, dy) <= self._slack)
        return good


def _crs(grid: Grid, name: str) -> CRS:
    try:
        return CRS.from_user_input(grid.crs)
    except CRSError as error:
        raise UsageError(f"the reference system of the {name} is not known to PROJ: {grid.crs[:80]}",
                         remedy="Write it as EPSG:n or as WKT") from error  # fmt: skip


def _unit(crs: CRS) -> float:
    """Radians or metres in a unit of a coordinate."""
    return float(crs.axis_info[0].unit_conversion_factor) if crs.axis_info else 1.0


def _slack(crs: CRS) -> float:
    return FOLD / (EARTH if crs.is_geographic else 1.0) / _unit(crs)


def _period(crs: CRS) -> float | None:
    """Width of the world along x [units of the CRS] where x does not depend on latitude, else None."""
    if crs.is_geographic:
        return 2 * math.pi / _unit(crs)
    if not crs.is_projected or crs.geodetic_crs is None:
        return None
    longitudes = np.arange(6) * 60.0 + 13.0
    turn = Transformer.from_crs(crs.geodetic_crs, crs, always_xy=True)
    low, high = (np.asarray(turn.transform(longitudes, np.full(6, y))[0]) for y in (0.0, 30.0))
    if not (np.isfinite(low).all() and np.allclose(low, high, rtol=0, atol=1e-3)):
        return None
    return float(6 * np.median(np.diff(low)))


def _scaling(source: Grid, target: Grid, world: float | None) -> Scaling | None:
    """The scaling within a reference system; None where a seam of the world lies in the target."""
    t, s = target.transform, source.transform
    shift = 0.0
    if world is not None:
        middle = (source.bounds[0] + source.bounds[2]) / 2
        shift = world * round((middle - (target.bounds[0] + target.bounds[2]) / 2) / world)
        half = abs(world) / 2 * (1 + 1e-9)
        if target.bounds[0] + shift < middle - half or target.bounds[2] + shift > middle + half:
            return None
    return Scaling(((t.c + shift - s.c) / s.a, (t.f - s.f) / s.e), (t.a / s.a, t.e / s.e))
