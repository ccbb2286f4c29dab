"""Order statistics over dates against numpy: dates 1 to 24, gaps, ties, whole ranges of 16 bits, any order."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from rs.algorithms import temporal
from rs.core.jit import jitted

SHARES = (0.1, 0.25, 0.75, 0.9)
LIMITS = {"int16": (-32768, 32767), "uint16": (0, 65535)}
dates = st.integers(1, 24)
few = settings(max_examples=30)
seeds = st.integers(0, 2**32 - 1)


def stack_of(seed: int, number: int, pixels: int, dtype: str) -> NDArray[Any]:
    """Counts [dates, pixels] with gaps: few values with ties, or all that the dtype holds."""
    random = np.random.default_rng(seed)
    low, high = LIMITS[dtype]
    spread = int(random.choice([0, 3, 500, high - low]))
    first = int(random.integers(low, high - spread, endpoint=True))
    stack = random.integers(first, first + spread, (number, pixels), endpoint=True).astype(dtype)
    stack[random.random(stack.shape) < random.choice([0.0, 0.3, 0.9, 1.0])] = blanks_of(dtype)[0]
    return stack


def blanks_of(dtype: str) -> NDArray[Any]:
    """No value, and the greatest value."""
    low, high = LIMITS[dtype]
    return np.array([low, high], dtype)


def median_of(stack: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.uint16]]:
    """Median as counts, and how many dates count, by the compiled code."""
    blanks, pixels = blanks_of(str(stack.dtype)), stack.shape[1]
    low, high, out = np.empty((3, pixels), stack.dtype)
    count = np.empty(pixels, np.uint16)
    jitted(temporal.middles)(stack, blanks, temporal.network(len(stack)), low, high, count)
    jitted(temporal.halfway)(low, high, out)
    return out, count


def percentiles_of(stack: NDArray[Any], shares: tuple[float, ...]) -> NDArray[Any]:
    """Percentiles as counts by the compiled code."""
    out, count = np.empty((len(shares), stack.shape[1]), stack.dtype), np.empty(stack.shape[1], np.uint16)
    blanks, pairs = blanks_of(str(stack.dtype)), temporal.network(len(stack))
    jitted(temporal.percentiles)(stack, blanks, pairs, np.array(shares), out, count)
    return out


def numbers(stack: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The stack with NaN for no value, and the pixels that have one."""
    values = np.where(stack == blanks_of(str(stack.dtype))[0], np.nan, stack.astype(np.float64))
    return values, np.isfinite(values).any(axis=0)


@pytest.mark.parametrize("number", range(1, 25))
def test_the_network_orders_all_rows_of_zeros_and_ones(number: int) -> None:
    """By the zero-one principle (Knuth 5.3.4) a network that orders those orders everything."""
    rows = np.arange(number)[:, None]
    if number <= 12:
        held = np.array(list(itertools.product([0, 1], repeat=number)), np.int8).T.reshape(number, -1)
    else:
        held = np.random.default_rng(number).integers(0, 2, (number, 4096)).astype(np.int8)
    ones = held.sum(axis=0)
    for low, high in temporal.network(number):
        assert low < high < number
        held[low], held[high] = np.minimum(held[low], held[high]), np.maximum(held[low], held[high])
    np.testing.assert_array_equal(held, rows >= number - ones)


@pytest.mark.parametrize("dtype", LIMITS)
@few
@given(seed=seeds, number=dates, pixels=st.sampled_from([1, 7, 33, 1024, 1500]))
def test_median_is_numpys_with_halves_to_even(dtype: str, seed: int, number: int, pixels: int) -> None:
    stack = stack_of(seed, number, pixels, dtype)
    found, count = median_of(stack)
    values, held = numbers(stack)
    np.testing.assert_array_equal(count, np.isfinite(values).sum(axis=0))
    np.testing.assert_array_equal(found[held], np.rint(np.nanmedian(values[:, held], axis=0)))
    assert (found[~held] == blanks_of(dtype)[0]).all()


@few
@given(seed=seeds, number=dates)
def test_percentiles_are_numpys_linear_ones(seed: int, number: int) -> None:
    stack = stack_of(seed, number, 200, "int16")
    found = percentiles_of(stack, SHARES)
    values, held = numbers(stack)
    exact = np.nanpercentile(values[:, held], np.multiply(SHARES, 100), axis=0, method="linear")
    assert np.abs(found[:, held] - exact).max(initial=0) <= 0.5 + 1e-6
    assert (found[:, ~held] == -32768).all()


@few
@given(seed=seeds, number=dates, data=st.data())
def test_order_of_dates_and_cuts_do_not_matter(seed: int, number: int, data: st.DataObject) -> None:
    stack = stack_of(seed, number, 1300, "int16")
    order = data.draw(st.permutations(range(number)))
    cut = data.draw(st.integers(1, 1299))
    whole = median_of(stack)[0]
    np.testing.assert_array_equal(median_of(np.ascontiguousarray(stack[list(order)]))[0], whole)
    parts = [median_of(np.ascontiguousarray(part))[0] for part in (stack[:, :cut], stack[:, cut:])]
    np.testing.assert_array_equal(np.concatenate(parts), whole)


@few
@given(seed=seeds, number=dates)
def test_ends_and_middle_of_percentiles(seed: int, number: int) -> None:
    stack = stack_of(seed, number, 100, "uint16")
    low, middle, high = percentiles_of(stack, (0.0, 0.5, 1.0))
    values, held = numbers(stack)
    np.testing.assert_array_equal(low[held], np.nanmin(values[:, held], axis=0))
    np.testing.assert_array_equal(high[held], np.nanmax(values[:, held], axis=0))
    np.testing.assert_array_equal(middle, median_of(stack)[0])


def test_plain_code_gives_what_the_compiled_gives() -> None:
    stack = stack_of(3, 5, 40, "int16")
    low, high, out = np.empty((3, 40), np.int16)
    count = np.empty(40, np.uint16)
    with np.errstate(over="ignore"):
        temporal.middles(stack, blanks_of("int16"), temporal.network(5), low, high, count)
        temporal.halfway(low, high, out)
    np.testing.assert_array_equal(out, median_of(stack)[0])
    np.testing.assert_array_equal(count, median_of(stack)[1])
