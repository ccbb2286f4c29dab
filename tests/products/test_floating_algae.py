"""Floating algae: vector, spyndex, cover between end-members, what is not algae, and any reflectance."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from product_vectors import expected, product_vectors
from recipes import (
    TABLES,
    bound_of,
    check_compiled_equals_plain,
    check_semantics,
    check_vector,
    compiled,
    pixels_of,
    plain,
    random_pixels,
    recipes_of,
    scene_of,
    stored,
)
from spectra import index_of

from rs.core.bands import NOT_CLEAR, Quality
from rs.core.product import Flag
from rs.core.scene import Reflectance
from rs.products.floating_algae import ALGAE, PRODUCT, WATER

RECIPE = PRODUCT.recipes[0]
S2A = bound_of(PRODUCT, RECIPE)


def test_vector() -> None:
    (vector,) = product_vectors("FAI")
    table = dict(zip(("red_nm", "nir_nm", "swir_nm"), vector.inputs["waves"], strict=True))
    assert table == TABLES["sentinel-2a"]["floating_algae"]
    pixel = [vector.inputs[f"rho{nm}"] for nm in (665, 865, 1614)]
    check_vector(S2A, pixel, [expected(vector), expected(vector) / ALGAE], vector.tolerance)


@pytest.mark.parametrize("platform", TABLES)
def test_equals_spyndex(platform: str) -> None:
    bound = bound_of(PRODUCT, RECIPE, scene_of(platform))
    red, nir, swir, *_ = bound.extras[0]
    pixels = random_pixels(bound)
    made = [compiled(bound, pixel)[0] for pixel in pixels]
    known = index_of("FAI", ("R", "N", "S1"), pixels, lambdaR=red, lambdaN=nir, lambdaS1=swir)
    assert np.allclose(made, known, rtol=1e-6, atol=1e-9)


def lifted(index: float) -> list[float]:
    """A dark pixel whose index is as given."""
    return [0.02, 0.02 + index, 0.02]


@pytest.mark.parametrize(("index", "cover"), [(-0.01, 0), (WATER, 0), (0.05, 0.25), (0.1, 0.5), (ALGAE, 1), (0.4, 1)])
def test_cover_between_end_members(index: float, cover: float) -> None:
    assert plain(S2A, lifted(index)) == pytest.approx((index, cover), abs=1e-12)


def test_end_members_are_those_of_the_site() -> None:
    """Parameters in place of the product's own move the cover and the doubt, and leave the index alone."""
    bound = bound_of(replace(PRODUCT, parameters={"water": 0.02, "algae": 0.12}), RECIPE)
    for index, cover in ((0.02, 0.0), (0.07, 0.5), (0.12, 1.0), (0.2, 1.0)):
        assert plain(bound, lifted(index)) == pytest.approx((index, cover), abs=1e-12)
    brown = [0.0850, 0.0999, 0.0850]
    _, flags = stored(bound, [brown])
    _, doubted = stored(S2A, [brown])
    assert not flags[0] & Flag.LOW_CONFIDENCE.bit and doubted[0] & Flag.LOW_CONFIDENCE.bit


@pytest.mark.parametrize("algae", [0.1, 0.05])
def test_end_members_the_wrong_way_round_give_no_cover(algae: float) -> None:
    bound = bound_of(replace(PRODUCT, parameters={"water": 0.1, "algae": algae}), RECIPE)
    index, cover = plain(bound, lifted(0.3))
    assert index == pytest.approx(0.3) and np.isnan(cover)


@pytest.mark.parametrize(
    ("pixel", "covered", "doubted"),
    [
        ([0.03, 0.08, 0.02], True, False), ([0.081, 0.20, 0.05], False, True), ([0.06, 0.05, 0.001], False, True),
        ([0.03, 0.02, 0.02], False, False),
    ],
    ids=["algae", "bright red", "redder than near infrared", "water"],
)  # fmt: skip
def test_what_is_not_green_bears_no_algae(pixel: list[float], covered: bool, doubted: bool) -> None:
    (index, cover), flags = stored(S2A, [pixel])
    assert np.isfinite(index[0])
    assert (cover[0] > 0) == covered
    assert bool(flags[0] & Flag.LOW_CONFIDENCE.bit) == doubted


def test_needs_rayleigh_corrected_reflectance_of_what_is_not_land() -> None:
    assert PRODUCT.reflectance is Reflectance.RAYLEIGH_CORRECTED
    assert PRODUCT.require == Quality(0)
    assert PRODUCT.reject == NOT_CLEAR | Quality.LAND
    assert PRODUCT.parameters == {"water": WATER, "algae": ALGAE}


@pytest.mark.parametrize("bound", recipes_of(PRODUCT))
def test_compiled_equals_plain(bound: Any) -> None:
    check_compiled_equals_plain(bound, random_pixels(bound))


@pytest.mark.parametrize("bound", recipes_of(PRODUCT))
@given(data=st.data())
def test_any_reflectance(bound: Any, data: st.DataObject) -> None:
    check_semantics(bound, pixels_of(data, bound))
