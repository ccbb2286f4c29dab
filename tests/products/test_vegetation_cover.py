"""Vegetation cover: vectors, fixed end-members, classes, and where there is no value."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from product_vectors import Vector, product_vectors
from recipes import (
    TABLES,
    bound_of,
    check_compiled_equals_plain,
    check_semantics,
    check_vector,
    pixels_of,
    plain,
    random_pixels,
    recipes_of,
    scene_of,
)

from rs.core.bands import Band
from rs.products.vegetation_cover import PRODUCT, SOUTH_CHINA, cover_class, dimidiate

WIDE = PRODUCT.recipes[0]
BOUND = bound_of(PRODUCT, WIDE)
RED = 0.05


def pair(ndvi: float) -> list[float]:
    """Red and near infrared [1] of an NDVI."""
    return [RED, RED * (1 + ndvi) / (1 - ndvi)]


@pytest.mark.parametrize("vector", product_vectors("fvc_dimidiate"), ids=lambda v: str(v.inputs["NDVI"]))
def test_vector(vector: Vector) -> None:
    ends = {"soil": vector.inputs["NDVIs"], "vegetation": vector.inputs["NDVIv"]}
    bound = bound_of(replace(PRODUCT, parameters=ends), WIDE)
    check_vector(bound, pair(vector.inputs["NDVI"]), [vector.expected["fvc"], None], vector.tolerance)
    assert plain(bound, pair(vector.inputs["NDVI"]))[0] ** 2 == pytest.approx(vector.expected["fvc_sq"], abs=1e-6)


@pytest.mark.parametrize("platform", TABLES)
def test_every_platform_has_the_same_fixed_end_members(platform: str) -> None:
    for recipe in PRODUCT.recipes:
        bound = bound_of(PRODUCT, recipe, scene_of(platform))
        assert bound.extras[0]._asdict() == SOUTH_CHINA == PRODUCT.parameters
        assert plain(bound, pair(SOUTH_CHINA["soil"]))[0] == pytest.approx(0, abs=1e-12)
        assert plain(bound, pair(SOUTH_CHINA["vegetation"]))[0] == pytest.approx(1, abs=1e-12)


def test_beyond_the_end_members_it_is_none_or_all() -> None:
    assert plain(BOUND, pair(-0.4)) == (0.0, 1.0)
    assert plain(BOUND, pair(0.95)) == (1.0, 5.0)


def test_no_value_without_light_or_with_end_members_turned_round() -> None:
    assert np.isnan(plain(BOUND, [-0.01, 0.005])).all()
    assert np.isnan(dimidiate(0.5, 0.8, 0.2))
    assert np.isnan(dimidiate(0.5, 0.2, 0.2))


@pytest.mark.parametrize(
    ("cover", "number"),
    [(0.0, 1), (0.2999, 1), (0.30, 2), (0.4499, 2), (0.45, 3), (0.60, 4), (0.7499, 4), (0.75, 5), (1.0, 5)],
)
def test_classes(cover: float, number: int) -> None:
    assert cover_class(cover) == number


def test_no_class_without_cover() -> None:
    assert np.isnan(cover_class(np.nan))


def test_bands_of_both_near_infrareds() -> None:
    assert [recipe.bound["nir"] for recipe in PRODUCT.recipes] == [Band.NIR, Band.NIR08]


@pytest.mark.parametrize("bound", recipes_of(PRODUCT))
def test_compiled_equals_plain(bound: Any) -> None:
    check_compiled_equals_plain(bound, random_pixels(bound))


@pytest.mark.parametrize("bound", recipes_of(PRODUCT))
@given(data=st.data())
def test_any_reflectance(bound: Any, data: st.DataObject) -> None:
    check_semantics(bound, pixels_of(data, bound))
