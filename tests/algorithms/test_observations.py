"""Observations brought to counts of a layer, blanked, put together and counted, against numpy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from rs.algorithms import observations
from rs.core.jit import jitted

BLANK = np.int16(-32768)
seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=20)


@pytest.mark.parametrize("dtype", ["uint16", "float32", "uint32"])
@few
@given(seed=seeds, slope=st.sampled_from([1.0, 0.275]), shift=st.sampled_from([0.0, -1000.0, -2000.0]))
def test_calibrated_counts_are_numpys(dtype: str, seed: int, slope: float, shift: float) -> None:
    random = np.random.default_rng(seed)
    raw: NDArray[Any] = random.integers(0, 60_000, 300).astype(dtype)
    raw[:3] = 0, 65535, 7
    if dtype == "float32":
        raw[3:6] = np.nan, np.inf, -np.inf
    line, codes = np.array([slope, shift, -3000.0, 32000.0, BLANK]), np.array([0.0, 65535.0])
    found = np.empty(raw.size, np.int16)
    jitted(observations.calibrate)(raw, line, codes, found)
    meant = np.rint(slope * raw.astype(np.float64) + shift)
    with np.errstate(invalid="ignore"):
        held = (meant >= -3000) & (meant <= 32000) & ~np.isin(raw, codes)
    np.testing.assert_array_equal(found, np.where(held, np.nan_to_num(meant, posinf=0, neginf=0), BLANK))


@few
@given(seed=seeds, bands=st.integers(1, 6))
def test_a_date_counts_with_all_its_bands_or_not_at_all(seed: int, bands: int) -> None:
    random = np.random.default_rng(seed)
    cube = random.integers(-50, 50, (bands, 3, 200)).astype(np.int16)
    cube[random.random(cube.shape) < 0.2] = BLANK
    meant = cube.copy()
    gone = (cube[:, 1] == BLANK).any(axis=0)
    meant[:, 1, gone] = BLANK
    left = jitted(observations.settle)(cube, 1, BLANK)
    np.testing.assert_array_equal(cube, meant)
    assert left == 200 - gone.sum()
    other = random.integers(100, 200, (bands, 1, 200)).astype(np.int16)
    jitted(observations.fill)(cube, 1, other, BLANK)
    meant[:, 1, gone] = other[:, 0, gone]
    np.testing.assert_array_equal(cube, meant)


@few
@given(seed=seeds)
def test_rejected_pixels_are_blank(seed: int) -> None:
    random = np.random.default_rng(seed)
    row, rejected = random.integers(0, 9, 100).astype(np.int16), random.integers(0, 2, 100).astype(np.uint8)
    meant = np.where(rejected, BLANK, row)
    jitted(observations.reject)(row, rejected, BLANK)
    np.testing.assert_array_equal(row, meant)


def test_values_become_counts_within_the_range() -> None:
    values = np.array([0.0, 0.1, 1.30001, -0.1, np.nan, 1.3, np.inf, 0.12341])
    line = np.array([1 / 0.00002, 0.0, 0.0, 1.3, 65535.0])
    out, flags, tally = np.zeros(8, np.uint16), np.zeros(8, np.uint8), np.zeros(3, np.int64)
    jitted(observations.quantise)(values, line, np.uint8(1), out, flags, tally)
    assert out.tolist() == [0, 5000, 65535, 65535, 65535, 65000, 65535, 6170]
    assert flags.tolist() == [0, 0, 1, 1, 0, 0, 1, 0] and tally.tolist() == [1, 2, 0]


@pytest.mark.parametrize("dtype", ["int16", "uint16"])
def test_histograms_are_numpys(dtype: str) -> None:
    info = np.iinfo(dtype)
    counts = np.random.default_rng(2).integers(info.min, info.max, 500, endpoint=True).astype(dtype)
    counts[:2] = info.min, info.max
    histogram = np.zeros(65536, np.int64)
    jitted(observations.count_up)(counts, int(info.min), histogram)
    np.testing.assert_array_equal(histogram, np.bincount(counts.astype(np.int64) - info.min, minlength=65536))
