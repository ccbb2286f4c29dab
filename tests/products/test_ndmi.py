"""Moisture index, which is LSWI: vectors, spyndex, and where there is no value."""

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
from rs.products.ndmi import PRODUCT, ndmi

BANDS = ("N", "S1")
BOUND = bound_of(PRODUCT, PRODUCT.recipes[0])


@pytest.mark.parametrize("vector", product_vectors("NDMI", "LSWI"), ids=lambda v: v.formula)
def test_vector(vector: Vector) -> None:
    check_vector(BOUND, [vector.inputs[band] for band in BANDS], [expected(vector)], vector.tolerance)


def test_equals_spyndex() -> None:
    pixels = random_pixels(BOUND, low=0.005, high=0.6)
    made = np.array([compiled(BOUND, pixel)[0] for pixel in pixels])
    known = index_of("NDMI", BANDS, pixels)
    held = np.isfinite(made)
    assert held.mean() > 0.7
    assert np.allclose(made[held], known[held], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("pair", [(0.0, 0.0), (-0.01, 0.01), (-0.02, -0.01)])
def test_no_value_without_light(pair: tuple[float, float]) -> None:
    assert np.isnan(ndmi(*pair))


def test_is_not_the_index_of_open_water() -> None:
    assert ndmi(0.02, 0.01) > 0, "moist"
    assert {band.value for recipe in PRODUCT.recipes for band in recipe.bands} == {"nir", "nir08", "swir16"}


def test_bands_of_both_near_infrareds() -> None:
    assert [recipe.bound["nir08"] for recipe in PRODUCT.recipes] == [Band.NIR08, Band.NIR]


@pytest.mark.parametrize("bound", recipes_of(PRODUCT))
def test_compiled_equals_plain(bound: Any) -> None:
    check_compiled_equals_plain(bound, random_pixels(bound))


@pytest.mark.parametrize("bound", recipes_of(PRODUCT))
@given(data=st.data())
def test_any_reflectance(bound: Any, data: st.DataObject) -> None:
    check_semantics(bound, pixels_of(data, bound))
