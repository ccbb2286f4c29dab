"""Surface temperature: scaling of Collection 2, uncertainty, and where there is no value."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from product_vectors import expected, product_vectors
from recipes import bound_of, check_compiled_equals_plain, check_semantics, check_vector, plain, stored

from rs.products.surface_temperature import PRODUCT, surface_temperature

BOUND = bound_of(PRODUCT, PRODUCT.recipes[0])
SCALE, OFFSET = 0.00341802, 149.0
"""Of Landsat Collection 2 surface temperature: value [K] = count * SCALE + OFFSET."""


def test_vector() -> None:
    (vector,) = product_vectors("landsat_st")
    thermal = vector.inputs["DN"] * SCALE + OFFSET
    check_vector(BOUND, [thermal, 1.23], [expected(vector), 1.23], vector.tolerance)


@pytest.mark.parametrize(("uncertainty", "kept"), [(0.0, True), (5.0, True), (5.01, False), (40.0, False)])
def test_uncertain_temperatures_are_not_given_and_say_why(uncertainty: float, kept: bool) -> None:
    temperature, stated = plain(BOUND, [300.0, uncertainty])
    assert (temperature == 300.0) == kept
    assert np.isnan(temperature) != kept
    assert stated == uncertainty


def test_a_negative_uncertainty_makes_no_sense() -> None:
    assert np.isnan(surface_temperature(300.0, -0.01)).all()


def test_every_count_of_the_source_fits_or_is_refused() -> None:
    counts = [1, 293, 30000, 61440, 65535]
    (temperature, _), flags = stored(BOUND, [[count * SCALE + OFFSET, 1.0] for count in counts])
    assert np.isfinite(temperature).tolist() == [False, True, True, True, True]
    assert flags.tolist() == [1, 0, 0, 0, 0]


def test_compiled_equals_plain() -> None:
    rng = np.random.default_rng(1)
    pixels = np.stack([rng.uniform(140, 380, 300), rng.uniform(-1, 9, 300)], 1)
    check_compiled_equals_plain(BOUND, pixels.tolist())


anything = st.floats(allow_nan=False, allow_infinity=False)


@given(pixels=st.lists(st.tuples(st.floats(100, 400) | anything, st.floats(-1, 9) | anything), min_size=1, max_size=8))
def test_any_temperature(pixels: list[tuple[float, float]]) -> None:
    check_semantics(BOUND, pixels)
