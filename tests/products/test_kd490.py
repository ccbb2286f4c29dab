"""Attenuation: vectors of KD2 and of QAA with Lee's form, the blend, its limits, and where there is no value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from part_formulas import part_attenuation, part_qaa
from product_vectors import Vector, expected, product_vectors
from recipes import (
    SUN,
    TABLES,
    bound_of,
    check_compiled_equals_plain,
    check_semantics,
    check_vector,
    made_product,
    pixels_of,
    plain,
    random_pixels,
    recipes_of,
    scene_of,
    stored,
)

from rs.core.bands import Band
from rs.core.product import Flag, Recipe
from rs.products.kd490 import PRODUCT, turbid_share

RECIPE = PRODUCT.recipes[0]
S2 = bound_of(PRODUCT, RECIPE, scene_of("sentinel-2a"))
PI = np.pi
FIELDS = ("a0", "a1", "a2", "a3", "a4")


def test_coefficients_of_oli_are_those_of_the_vector() -> None:
    (vector,) = (v for v in product_vectors("kd490_kd2") if v.inputs["coef"][0] == -0.9054)
    assert [TABLES["landsat-8"]["kd490"][name] for name in FIELDS] == vector.inputs["coef"]


@pytest.mark.parametrize("vector", product_vectors("kd490_kd2"), ids=lambda v: str(v.inputs["coef"][0]))
def test_vector_of_kd2(vector: Vector) -> None:
    table = {**TABLES["landsat-8"]["kd490"], **dict(zip(FIELDS, vector.inputs["coef"], strict=True))}
    bound = bound_of(PRODUCT, RECIPE, scene_of("landsat-8", kd490=table))
    pixel = [PI * vector.inputs["Rrs490"], PI * vector.inputs["Rrs_green"], PI * 0.0006]
    check_vector(bound, pixel, [expected(vector)], vector.tolerance)


def qaa_of(vector: Vector, formula: Any, layers: list[str]) -> tuple[Any, list[float]]:
    """A part of QAA bound to the water of a vector, and its Rrs."""
    water = {f"w{k}": nm for k, nm in enumerate((443.0, 490.0, 560.0, 665.0), 1)}
    water |= {f"aw{k}": v for k, v in enumerate(vector.inputs["aw"], 1)}
    water |= {f"bbw{k}": v for k, v in enumerate(vector.inputs["bbw"], 1)}
    recipe = Recipe(formula)
    product = made_product(recipe, *[(name, 0.0, 3.0, 0.0001) for name in layers])
    bound = bound_of(product, recipe, scene_of("sentinel-2a", **{recipe.formula_name: water}))
    return bound, [vector.inputs[f"Rrs{nm}"] for nm in (443, 490, 560, 665)]


def test_vector_of_qaa() -> None:
    (vector,) = product_vectors("qaa_v6_kd13_zsd15")
    names = [f"{what}{nm}" for what in ("a", "bb") for nm in (443, 490, 560, 665)]
    bound, rrs = qaa_of(vector, part_qaa, names)
    check_vector(bound, rrs, [vector.expected[name] for name in names], vector.tolerance)
    check_compiled_equals_plain(bound, random_pixels(bound))


def test_vector_of_attenuation_and_visible_depth() -> None:
    (vector,) = product_vectors("qaa_v6_kd13_zsd15")
    assert vector.inputs["sza"] == SUN
    names = ["Kd443", "Kd490", "Kd560", "Kd665", "Zsd"]
    bound, rrs = qaa_of(vector, part_attenuation, names)
    check_vector(bound, rrs, [vector.expected[name] for name in names], vector.tolerance)
    check_compiled_equals_plain(bound, random_pixels(bound))


def test_both_forms_agree_in_clear_water() -> None:
    """KD2 and Lee's form on P3QAA, which only the red band chooses between."""
    c = scene_of("landsat-8")
    bound = bound_of(PRODUCT, RECIPE, c)
    clear = plain(bound, [PI * 0.005, PI * 0.004, PI * 0.0006])[0]
    assert clear == pytest.approx(0.1142, rel=0.15)


@pytest.mark.parametrize(("ratio", "share"), [(-1.0, 0.0), (0.26, 0.0), (0.3712, 0.5), (0.4822, 1.0), (3.0, 1.0)])
def test_share_of_the_turbid_form(ratio: float, share: float) -> None:
    assert turbid_share(0.02, 0.02 * ratio) == pytest.approx(share, abs=2e-3)


def test_the_blend_has_no_step() -> None:
    for edge in (0.260416, 0.482046):
        below, above = (plain(S2, [0.03, 0.04, 0.03 * (edge + d)])[0] for d in (-1e-6, 1e-6))
        assert below == pytest.approx(above, rel=1e-4)


def test_turbid_water_feels_the_sun_and_clear_water_does_not() -> None:
    assert RECIPE.scalars == ("sun_zenith",)
    formula, c = RECIPE.formula, S2.extras[1]
    assert formula(0.03, 0.06, 0.05, 60.0, c) > formula(0.03, 0.06, 0.05, 0.0, c)
    assert formula(0.03, 0.02, 0.001, 60.0, c) == formula(0.03, 0.02, 0.001, 0.0, c)


def test_without_a_stated_sun_it_stands_overhead() -> None:
    bare = bound_of(PRODUCT, PRODUCT.recipes[1])
    pixels = random_pixels(bare, 60)
    overhead = [PRODUCT.recipes[0].formula(*pixel, 0.0, S2.extras[1]) for pixel in pixels]
    assert np.array_equal([plain(bare, pixel)[0] for pixel in pixels], overhead, equal_nan=True)


def test_brown_water_is_marked() -> None:
    """Little blue and little red: KD2 alone, above what it was made for."""
    (values,), flags = stored(S2, [[0.010, 0.022, 0.002], [0.030, 0.030, 0.002]])
    assert values[0] > 0.5 > values[1]
    assert ((flags & Flag.LOW_CONFIDENCE.bit) > 0).tolist() == [True, False]


def test_kd2_beyond_its_limit_is_no_value() -> None:
    assert np.isnan(plain(S2, [0.002, 0.02, 0.0])[0])


@pytest.mark.parametrize("pixel", [[0.0, 0.02, 0.01], [-0.001, 0.02, 0.01], [0.02, 0.0, 0.01]])
def test_no_value_without_blue_or_green(pixel: list[float]) -> None:
    assert np.isnan(plain(S2, pixel)[0])


def test_needs_three_bands() -> None:
    assert RECIPE.bands == (Band.BLUE, Band.GREEN, Band.RED)
    assert all("kd490" in table for table in TABLES.values())


@pytest.mark.parametrize("bound", recipes_of(PRODUCT))
def test_compiled_equals_plain(bound: Any) -> None:
    check_compiled_equals_plain(bound, random_pixels(bound))


@pytest.mark.parametrize("bound", recipes_of(PRODUCT))
@given(data=st.data())
def test_any_reflectance(bound: Any, data: st.DataObject) -> None:
    check_semantics(bound, pixels_of(data, bound))
