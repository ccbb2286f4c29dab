"""Resampling against exact coordinates at every pixel and plain float64, whatever systems, types, gaps and blocks."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from warping import area_mean, clear, exact, grid_at, pairs, reference, warped

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


@given(grids=pairs(), method=st.sampled_from(CENTRES), dtype=st.sampled_from(DTYPES), seed=SEEDS,
       gaps=st.sampled_from([0.0, 0.02, 0.6, 1.0]))  # fmt: skip
@settings(max_examples=30)
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
    certain = clear(places, 2 * error)
    assert certain.mean() > 0.99 or certain.size < 1000
    agrees(made[certain], wanted[certain], 1e-6 + 4 * error * steps(values), nodata)


@given(grids=pairs(side=200), method=st.sampled_from(Method), seed=SEEDS, data=st.data())
@settings(max_examples=20)
def test_blocks_do_not_change_a_pixel(grids: tuple[Grid, Grid], method: Method, seed: int, data: st.DataObject) -> None:
    source, target = grids
    counts, _ = pixels(source.shape, "float32", seed, 0.05)
    warp = Warp(source, target, method)
    whole = warped(warp, counts, ())
    row, col = data.draw(st.integers(0, target.shape.rows - 1)), data.draw(st.integers(0, target.shape.cols - 1))
    height = data.draw(st.integers(1, target.shape.rows - row))
    width = data.draw(st.integers(1, target.shape.cols - col))
    cut = Block(row, col, height, width)
    part = warped(Warp(source, target, method), counts, (), [cut])
    inside = (slice(row, row + height), slice(col, col + width))
    np.testing.assert_array_equal(part[inside], whole[inside])
    size = data.draw(st.sampled_from([37, 64, 100]))
    np.testing.assert_array_equal(warped(warp, counts, (), list(target.blocks(size))), whole)


@given(grids=pairs(side=14), dtype=st.sampled_from(["uint16", "float64"]), seed=SEEDS, gaps=st.sampled_from([0.0, 0.4]))
@settings(max_examples=25)
def test_averages_are_weighted_by_exact_areas(grids: tuple[Grid, Grid], dtype: str, seed: int, gaps: float) -> None:
    source, target = grids
    counts, nodata = pixels(source.shape, dtype, seed, gaps)
    values = numbers(counts, nodata)
    wanted = area_mean(values, exact(source, target, offset=0.0, more=1))
    made = warped(Warp(source, target, Method.AVERAGE), counts, nodata or (np.nan,))
    agrees(made, wanted, 1e-6 + 40 * allowed(source, target) * steps(values), nodata)


@given(rows=st.integers(1, 60), cols=st.integers(1, 60), dx=st.integers(-70, 70), dy=st.integers(-70, 70),
       method=st.sampled_from(Method), dtype=st.sampled_from(DTYPES), seed=SEEDS)  # fmt: skip
def test_grids_of_one_raster_are_copied(
    rows: int, cols: int, dx: int, dy: int, method: Method, dtype: str, seed: int
) -> None:
    source = grid_at(15.3, 47.1, "EPSG:32633", (40, 50), 10.0, (0, 0))
    t = source.transform
    target = Grid(source.crs, Transform(t.a, 0.0, t.c + dx * t.a, 0.0, t.e, t.f + dy * t.e), Shape(rows, cols))
    counts, nodata = pixels(source.shape, dtype, seed, 0.2)
    made = numbers(warped(Warp(source, target, method), counts, nodata or (np.nan,)), nodata)
    padded = np.pad(numbers(counts, nodata), 200, constant_values=np.nan)
    np.testing.assert_array_equal(made, padded[200 + dy : 200 + dy + rows, 200 + dx : 200 + dx + cols])


@given(scale=st.sampled_from([0.25, 0.5, 1.0, 2.0, 3.0, -1.0]), dx=st.integers(-40, 40), dy=st.integers(-40, 40),
       crs=st.sampled_from(["EPSG:32633", "EPSG:4326"]), method=st.sampled_from(CENTRES), seed=SEEDS)  # fmt: skip
def test_within_one_system_places_are_plain_scales(
    scale: float, dx: int, dy: int, crs: str, method: Method, seed: int
) -> None:
    source = Grid(crs, Transform(10.0, 0.0, 0.0, 0.0, -10.0, 80.0) if crs == "EPSG:32633" else
                  Transform(0.5, 0.0, 350.0, 0.0, -0.5, 10.0), Shape(33, 40))  # fmt: skip
    s = source.transform
    target = Grid(crs, Transform(s.a * scale, 0.0, s.c + dx * s.a / 4, 0.0, s.e * scale, s.f + dy * s.e / 4),
                  Shape(30, 35))  # fmt: skip
    if crs == "EPSG:4326":  # the same places, a turn of the world away
        target = Grid(crs, target.transform._replace(c=target.transform.c - 360.0), target.shape)
    counts, nodata = pixels(source.shape, "uint16", seed, 0.1)
    x = np.broadcast_to(dx / 4 + scale * (np.arange(35) + 0.5), (30, 35))
    y = np.broadcast_to(dy / 4 + scale * (np.arange(30)[:, None] + 0.5), (30, 35))
    wanted = reference(numbers(counts, nodata), np.stack((x, y)), method)
    agrees(warped(Warp(source, target, method), counts, nodata), wanted, 1e-6, nodata)
