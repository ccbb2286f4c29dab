"""No data, edges, types, wrong calls, threads: what a warped block says and when it refuses."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from warping import grid_at, pairs, warped

from rs.core.grid import Block, Grid, Shape, Transform
from rs.errors import UsageError
from rs.raster.warp import Method, Warp

Array = NDArray[Any]
BETWEEN = (Method.BILINEAR, Method.CUBIC)
SOURCE = grid_at(15.3, 47.1, "EPSG:32633", (90, 80), 10.0, (0, 0))
TARGET = grid_at(15.3, 47.1, "EPSG:32632", (70, 90), 10.0, (0.1, 0.1))
SEEDS = st.integers(0, 10**6)


def gappy(seed: int, values: Array, share: float = 0.3) -> Array:
    """Values with holes of 0."""
    return np.where(np.random.default_rng(seed).random(values.shape) < share, 0, values).astype(values.dtype)


@given(seed=SEEDS, method=st.sampled_from(BETWEEN), grids=pairs(side=60))
@settings(max_examples=15)
def test_a_value_stands_where_nearest_has_one(seed: int, method: Method, grids: tuple[Grid, Grid]) -> None:
    source, target = grids
    counts = gappy(seed, np.random.default_rng(seed).integers(1, 5000, source.shape).astype(np.uint16))
    made = warped(Warp(source, target, method), counts, (0.0,))
    masks = warped(Warp(source, target, Method.NEAREST), (counts > 0).astype(np.uint8), (0.0,))
    assert ((made > 0) == (masks > 0)).all()


@given(seed=SEEDS, method=st.sampled_from(Method), nodata=st.sampled_from([0.0, 65535.0, 9.0]))
@settings(max_examples=15)
def test_no_data_never_bleeds_into_values(seed: int, method: Method, nodata: float) -> None:
    holes = gappy(seed, np.ones(SOURCE.shape, bool)) == 0
    counts = np.where(holes, nodata, 1000).astype(np.uint16)
    made = warped(Warp(SOURCE, TARGET, method), counts, (nodata,))
    assert set(np.unique(made).tolist()) == {int(nodata), 1000}


@given(seed=SEEDS, grids=pairs(side=30))
@settings(max_examples=15)
def test_values_stay_between_those_below(seed: int, grids: tuple[Grid, Grid]) -> None:
    source, target = grids
    counts = np.random.default_rng(seed).integers(100, 200, source.shape).astype(np.uint8)
    for method in (Method.BILINEAR, Method.AVERAGE, Method.NEAREST):
        made = warped(Warp(source, target, method), counts, (0.0,))
        assert (made[made > 0] >= counts.min()).all()
        assert (made <= counts.max()).all()


@pytest.mark.parametrize("dtype, nodata, other", [("uint8", 255, 0), ("uint8", 0, 255), ("int16", -32768, 32767)])
def test_cubic_ends_at_the_limits_and_passes_over_no_data(dtype: str, nodata: int, other: int) -> None:
    """Edges between the count next to no data and the far limit make cubic overshoot both."""
    beside = nodata + (1 if nodata < other else -1)
    counts = np.where(np.add.outer(np.arange(90) // 9, np.arange(80) // 9) % 2, beside, other).astype(dtype)
    made = warped(Warp(SOURCE, TARGET, Method.CUBIC), counts, (float(nodata),))
    inside = warped(Warp(SOURCE, TARGET, Method.NEAREST), counts, (float(nodata),)) != nodata
    assert ((made != nodata) == inside).all()
    assert {beside, other} <= set(np.unique(made[inside]).tolist())


def test_a_value_on_a_no_data_count_becomes_its_neighbour() -> None:
    source = Grid("EPSG:32633", Transform(10.0, 0.0, 0.0, 0.0, -10.0, 0.0), Shape(1, 4))
    target = Grid("EPSG:32633", Transform(10.0, 0.0, 5.0, 0.0, -10.0, 0.0), Shape(1, 3))
    counts = np.array([[-4, 4, 6, -2]], np.int16)
    warp = Warp(source, target, Method.BILINEAR)
    assert warped(warp, counts, (0.0,)).tolist() == [[1, 5, 2]]
    assert warped(warp, counts, (0.0, 1.0)).tolist() == [[2, 5, 2]]
    assert warped(warp, counts, (9.0, 2.0)).tolist() == [[0, 5, 3]]
    floats = warped(warp, counts.astype(np.float32), (0.0,))
    assert floats[0, 0] > 0.0 and floats[0, 0] < 1e-30


@pytest.mark.parametrize("target", [TARGET, SOURCE], ids=["other system", "same grid"])
def test_several_no_data_counts_become_the_first(target: Grid) -> None:
    counts = np.random.default_rng(0).integers(1, 4, SOURCE.shape).astype(np.uint8)
    made = warped(Warp(SOURCE, target, Method.BILINEAR), counts, (1.0, 3.0))
    assert set(np.unique(made).tolist()) == {1, 2}
    classes = warped(Warp(SOURCE, target, Method.NEAREST), counts, (1.0, 3.0))
    assert set(np.unique(classes).tolist()) == {1, 2, 3}


@pytest.mark.parametrize("method", BETWEEN)
def test_numbers_that_are_not_finite_are_no_data(method: Method) -> None:
    values = np.full(SOURCE.shape, 3.0)
    values[::7, ::3], values[3::7, 1::3] = np.inf, np.nan
    made = warped(Warp(SOURCE, TARGET, method), values, ())
    assert np.isnan(made).any() and not np.isinf(made).any()
    assert made[np.isfinite(made)] == pytest.approx(3.0, rel=1e-12)
    told = warped(Warp(SOURCE, TARGET, method), values, (-1.0,))
    assert ((told == -1.0) == np.isnan(made)).all()
    same = warped(Warp(SOURCE, SOURCE, method), values, ())
    assert (np.isnan(same) == ~np.isfinite(values)).all()
    assert np.isinf(warped(Warp(SOURCE, TARGET, Method.NEAREST), values, ())).any()


@given(grids=pairs(side=40), method=st.sampled_from(Method), data=st.data())
@settings(max_examples=20)
def test_a_window_that_lacks_pixels_is_refused(grids: tuple[Grid, Grid], method: Method, data: st.DataObject) -> None:
    """Either the narrower window makes the same pixels, or the call says that it does not hold them."""
    warp = Warp(*grids, method)
    block = grids[1].whole
    window = warp.window(block)
    counts = np.random.default_rng(0).normal(size=grids[0].shape)
    if window is None:
        return
    top, left = data.draw(st.integers(0, window.height - 1)), data.draw(st.integers(0, window.width - 1))
    less = Block(window.row + top, window.col + left, data.draw(st.integers(1, window.height - top)),
                 data.draw(st.integers(1, window.width - left)))  # fmt: skip
    part = counts[less.row : less.row + less.height, less.col : less.col + less.width]
    try:
        made = warp.apply(part, less, block)
    except UsageError as error:
        assert "lacks pixels" in error.what and "Warp.window" in error.remedy
    else:
        np.testing.assert_array_equal(made, warped(warp, counts, ()))


@pytest.mark.parametrize("method", Method)
def test_far_away_there_is_nothing(method: Method) -> None:
    far = grid_at(16.3, 47.1, "EPSG:32633", (20, 30), 10.0, (0, 0))
    for target in (far, grid_at(16.3, 47.1, "EPSG:32632", (20, 30), 10.0, (0, 0))):
        warp = Warp(SOURCE, target, method)
        assert warp.window(target.whole) is None
        assert (warp.apply(np.zeros((0, 0), np.int16), None, target.whole, (7.0,)) == 7).all()


@pytest.mark.parametrize("target", [TARGET, grid_at(15.3, 47.1, "EPSG:32633", (90, 80), 10.0, (0.5, 0))])
def test_integers_need_a_no_data_count_only_where_they_have_no_value(target: Grid) -> None:
    counts = np.ones(SOURCE.shape, np.uint16)
    with pytest.raises(UsageError, match="cannot be told in uint16 without a no-data count"):
        warped(Warp(SOURCE, target, Method.BILINEAR), counts, ())
    within = grid_at(15.3, 47.1, target.crs, (30, 30), 10.0, (0, 0))
    assert (warped(Warp(SOURCE, within, Method.BILINEAR), counts, ()) == 1).all()


@pytest.mark.parametrize("dtype, nodata, words", [
    ("uint8", (-1.0,), "uint8 cannot hold the no-data count -1"), ("int16", (0.5,), "cannot hold"),
    ("uint16", (np.nan,), "cannot hold"), ("int64", (), "int64 is not supported"), ("complex64", (), "not supported"),
    ("bool", (), "bool is not supported"),
])  # fmt: skip
def test_what_counts_cannot_be_is_said(dtype: str, nodata: tuple[float, ...], words: str) -> None:
    warp = Warp(SOURCE, TARGET, Method.NEAREST)
    with pytest.raises(UsageError, match=words):
        warp.apply(np.zeros(SOURCE.shape, dtype), SOURCE.whole, TARGET.whole, nodata)


def test_counts_of_another_window_are_refused() -> None:
    with pytest.raises(UsageError, match="not those of"):
        Warp(SOURCE, TARGET, Method.NEAREST).apply(np.zeros((3, 3)), SOURCE.whole, TARGET.whole)


@pytest.mark.parametrize("shape", [(1, 1), (1, 80), (90, 1), (2, 2), (3, 4)])
@pytest.mark.parametrize("method", Method)
def test_smallest_sources(shape: tuple[int, int], method: Method) -> None:
    source = Grid("EPSG:32633", SOURCE.transform, Shape(*shape))
    made = warped(Warp(source, TARGET, method), np.full(shape, 5, np.uint8), (0.0,))
    assert set(np.unique(made).tolist()) <= {0, 5}


@pytest.mark.parametrize("order", ["C", "F", "strided"])
def test_the_layout_of_counts_does_not_matter(order: str) -> None:
    counts = np.random.default_rng(0).integers(0, 9999, SOURCE.shape).astype(np.int32)
    laid = np.repeat(counts, 2, axis=1)[:, ::2] if order == "strided" else np.asarray(counts, order=order)  # type: ignore[call-overload]
    laid.flags.writeable = False
    warp = Warp(SOURCE, TARGET, Method.CUBIC)
    np.testing.assert_array_equal(warped(warp, laid, (0.0,)), warped(warp, counts, (0.0,)))


def test_threads_share_a_warp() -> None:
    source = grid_at(15.3, 47.1, "EPSG:32633", (400, 400), 10.0, (0, 0))
    target = grid_at(15.3, 47.1, "EPSG:32632", (400, 400), 10.0, (0, 0))
    counts = np.random.default_rng(0).integers(1, 9999, source.shape).astype(np.uint16)
    warp = Warp(source, target, Method.BILINEAR)
    alone = warped(warp, counts, (0.0,))
    blocks = list(target.blocks(50))

    def one(block: Block) -> Array:
        window = warp.window(block)
        assert window is not None
        return warp.apply(counts[window.row : window.row + window.height, window.col : window.col + window.width],
                          window, block, (0.0,))  # fmt: skip

    with ThreadPoolExecutor(8) as pool:
        for block, made in zip(blocks, pool.map(one, blocks), strict=True):
            np.testing.assert_array_equal(
                made, alone[block.row : block.row + block.height, block.col : block.col + block.width]
            )


def test_a_large_window_is_cut_and_the_pixels_are_the_same() -> None:
    source = Grid("EPSG:32649", Transform(10.0, 0.0, 500_000.0, 0.0, -10.0, 3_400_000.0), Shape(430, 430))
    target = Grid(source.crs, Transform(100.0, 0.0, 500_000.0, 0.0, -100.0, 3_400_000.0), Shape(43, 43))
    counts = np.add.outer(np.arange(430) // 10, np.arange(430) // 10).astype(np.uint8)
    warp, made, windows = Warp(source, target, Method.AVERAGE), np.zeros((43, 43), np.uint8), []
    for part, window in warp.parts(target.whole, most=5000):
        assert window is not None and window.height * window.width <= 5000
        rows, cols = slice(window.row, window.row + window.height), slice(window.col, window.col + window.width)
        here = slice(part.row, part.row + part.height), slice(part.col, part.col + part.width)
        made[here] = warp.apply(counts[rows, cols], window, part, (255.0,))
        windows.append(part)
    assert sum(part.height * part.width for part in windows) == 43 * 43 and len(windows) > 16
    np.testing.assert_array_equal(made, np.add.outer(np.arange(43), np.arange(43)))
    assert list(warp.parts(target.whole)) == [(target.whole, warp.window(target.whole))]
