"""Two-band enhanced vegetation index: vectors, spyndex, and where there is no value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from product_vectors import Vector, expected, product_vectors
from recipes import (
    bound_of,
    check_compiled_equals_plain,
    check_semantics,
    check_vector,
    compiled,
    pixels_of,
    random_pixels,
    recipes_of,
)
from spectra import index_of

from rs.core.bands import Band
from rs.products.evi2 import PRODUCT, evi2

BANDS = ("R", "N")
BOUND = bound_of(PRODUCT, PRODUCT.recipes[0])


@pytest.mark.parametrize("vector", product_vectors("EVI2"), ids=lambda v: v.formula)
def test_vector(vector: Vector) -> None:
    check_vector(BOUND, [vector.inputs[band] for band in BANDS], [expected(vector)], vector.tolerance)


def test_equals_spyndex() -> None:
    pixels = random_pixels(BOUND, low=0.005, high=0.6)
    made = np.array([compiled(BOUND, pixel)[0] for pixel in pixels])
    known = index_of("EVI2", BANDS, pixels, g=2.5, L=1.0)
    held = np.isfinite(made)
    assert held.mean() > 0.7
    assert np.allclose(made[held], known[held], rtol=1e-6, atol=1e-6)


def test_no_value_where_both_are_far_below_zero() -> None:
    assert np.isnan(evi2(-0.3, -0.3))
    assert evi2(0.3, 0.3) == 0


def test_bands_of_both_near_infrareds() -> None:
    assert [recipe.bound["nir"] for recipe in PRODUCT.recipes] == [Band.NIR, Band.NIR08]


@pytest.mark.parametrize("bound", recipes_of(PRODUCT))
def test_compiled_equals_plain(bound: Any) -> None:
    check_compiled_equals_plain(bound, random_pixels(bound))


@pytest.mark.parametrize("bound", recipes_of(PRODUCT))
@given(data=st.data())
def test_any_reflectance(bound: Any, data: st.DataObject) -> None:
    check_semantics(bound, pixels_of(data, bound))
