"""NDCI: vectors, spyndex, the turn of the parabola, and where there is no value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from product_vectors import expected, product_vectors
from recipes import (
    bound_of,
    check_compiled_equals_plain,
    check_semantics,
    check_vector,
    compiled,
    pixels_of,
    plain,
    random_pixels,
    recipes_of,
)
from spectra import index_of

from rs.algorithms.red_edge import MISHRA_LOWEST, mishra
from rs.core.scene import Reflectance
from rs.products.ndci import PRODUCT

BOUND = bound_of(PRODUCT, PRODUCT.recipes[0])


def test_vector_of_the_index() -> None:
    (vector,) = product_vectors("NDCI")
    check_vector(BOUND, [vector.inputs["R"], vector.inputs["RE1"]], [expected(vector), None], vector.tolerance)


def test_vector_of_its_chlorophyll() -> None:
    (vector,) = product_vectors("ndci_mishra")
    pixel = [vector.inputs["rho665"], vector.inputs["rho705"]]
    check_vector(BOUND, pixel, [vector.expected["NDCI"], vector.expected["chl"]], vector.tolerance)


def test_equals_spyndex() -> None:
    pixels = random_pixels(BOUND, low=0.005)
    made = [compiled(BOUND, pixel)[0] for pixel in pixels]
    assert np.allclose(made, index_of("NDCI", ("R", "RE1"), pixels), rtol=1e-6, atol=1e-6)


def test_chlorophyll_never_falls_with_the_index() -> None:
    made = [mishra(x) for x in np.linspace(MISHRA_LOWEST, 1, 200)]
    assert np.all(np.diff(made) >= -1e-4)
    assert np.isnan(mishra(MISHRA_LOWEST - 1e-6))


@pytest.mark.parametrize("pixel", [[0.0, 0.0], [-0.01, 0.01], [-0.01, -0.02]])
def test_no_value_without_light(pixel: list[float]) -> None:
    assert np.isnan(plain(BOUND, pixel)).all()


def test_is_made_from_water_leaving_reflectance() -> None:
    assert PRODUCT.reflectance is Reflectance.WATER_LEAVING


@pytest.mark.parametrize("bound", recipes_of(PRODUCT))
def test_compiled_equals_plain(bound: Any) -> None:
    check_compiled_equals_plain(bound, random_pixels(bound))


@pytest.mark.parametrize("bound", recipes_of(PRODUCT))
@given(data=st.data())
def test_any_reflectance(bound: Any, data: st.DataObject) -> None:
    check_semantics(bound, pixels_of(data, bound))
