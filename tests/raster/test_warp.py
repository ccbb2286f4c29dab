"""Resampling against exact coordinates at every pixel and plain float64, whatever systems, types, gaps and blocks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from warping import EDGE, area_mean, exact, grid_at, pairs, reference, warped

from rs.core.grid import Block, Grid, Shape, Transform
from rs.raster.lattice import FINE, NOISE
from rs.raster.warp import Method, Warp

Array = NDArray[Any]
CENTRES = (Method.NEAREST, Method.BILINEAR, Method.CUBIC)
DTYPES = ("uint8", "uint16", "int16", "float32", "float64")
SEEDS = st.integers(0, 10**6)


def pixels(shape: tuple[int, int], dtype: str, seed: int, gaps: float) -> tuple[Array, tuple[float, ...]]:
    """Noise over all counts but the last, which is no data and stands in a share of the pixels."""
    random = np.random.default_rng(seed)
    if dtype.startswith("f"):
        counts = random.normal(0.0, 1000.0, shape).astype(dtype)
        counts[random.random(shape) < gaps] = np.nan
        return counts, ()
    limits = np.iinfo(dtype)
    counts = random.integers(limits.min, limits.max, shape, dtype)
    counts[random.random(shape) < gaps] = limits.max
    return counts, (float(limits.max),)


def numbers(counts: Array, nodata: tuple[float, ...]) -> NDArray[np.float64]:
    return np.where(np.isin(counts, nodata), np.nan, counts.astype(np.float64))


def allowed(source: Grid, target: Grid) -> float:
    """How far places may be off [px]."""
    # PROJ's inverse of the azimuthal equal-area projection has steps of its own, of tenths of a millimetre
    return NOISE if target.crs == "EPSG:3035" and source.crs != target.crs else 2 * FINE


def steps(values: NDArray[np.float64]) -> float:
    """The greatest difference of two pixels."""
    return float(np.nanmax(values) - np.nanmin(values)) if np.isfinite(values).any() else 0.0


def agrees(made: Array, wanted: NDArray[np.float64], slack: float, nodata: tuple[float, ...]) -> None:
    """Counts are what was wanted within rounding, with no data in the same places."""
    found = numbers(made, nodata)
    if made.dtype.kind != "f":
        slack += 0.5
        # where cubic overshoots: counts end at the limits, and the count of no data is passed over
        wanted = np.clip(wanted, np.iinfo(made.dtype).min, np.iinfo(made.dtype).max - 1)
    else:
        slack += float(np.finfo(made.dtype).eps) * float(np.nanmax(np.abs(wanted), initial=0.0))
    assert (np.isnan(found) == np.isnan(wanted)).all()
    assert np.nanmax(np.abs(found - wanted), initial=0.0) <= slack


def clear(places: NDArray[np.float64], error: float) -> NDArray[np.bool_]:
    """Pixels whose place is not so close to a border of pixels that an allowed error moves it across."""
    off = np.abs(places + EDGE - np.rint(places + EDGE)).min(axis=0)
    far: NDArray[np.bool_] = off > error
    assert far.mean() > 0.99 or far.size < 1000
    return far


@given(grids=pairs(), method=st.sampled_from(CENTRES), dtype=st.sampled_from(DTYPES), seed=SEEDS,
       gaps=st.sampled_from([0.0, 0.02, 0.6, 1.0]))  # fmt: skip
@settings(max_examples=120)
def test_values_are_those_of_exact_coordinates(
    grids: tuple[Grid, Grid], method: Method, dtype: str, seed: int, gaps: float
) -> None:
    source, target = grids
    counts, nodata = pixels(source.shape, dtype, seed, gaps)
    if not nodata:
        nodata = (np.nan,)
    places = exact(source, target)
    made = warped(Warp(source, target, method), counts, nodata)
    values = numbers(counts, nodata)
    wanted = reference(values, places, method)
    error = allowed(source, target)
    certain = clear(places, error)
    agrees(made[certain], wanted[certain], 1e-6 + 4 * error * steps(values), nodata)
