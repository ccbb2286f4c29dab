"""Chlorophyll: vectors of every part, the blend, quality classes, doubt, and where there is no value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from part_formulas import part_gilerson, part_gons, part_moses, part_oci, part_ocx, part_smith
from product_vectors import Vector, expected, product_vectors
from recipes import (
    TABLES,
    bound_of,
    check_compiled_equals_plain,
    check_semantics,
    check_vector,
    made_product,
    pixels_of,
    plain,
    random_pixels,
    recipe_of,
    recipes_of,
    scene_of,
    stored,
)

from rs.algorithms.ocean_colour import green_at_555
from rs.core.product import Flag, Maturity, Recipe
from rs.products.chlorophyll import PRODUCT

PI = np.pi
BLEND = recipe_of(PRODUCT, "chlorophyll")
OC3 = recipe_of(PRODUCT, "chlorophyll_oc3")
OC2 = recipe_of(PRODUCT, "chlorophyll_oc2")
MSI = bound_of(PRODUCT, BLEND)
FIELDS = ("a0", "a1", "a2", "a3", "a4")
CLEAR = [PI * r for r in (0.004131458, 0.00452114, 0.003133625, 0.00045601, 0.000243597)]
"""rho_w [1] of a clear station of the published example of Jiang et al. (2023), 443 to 705 nm."""


def table_of(vector: Vector) -> dict[str, float]:
    """The polynomial of a vector as a table of coefficients."""
    return dict(zip(FIELDS, vector.inputs["coef"], strict=True))


def part(formula: Any, *layers: tuple[str, float, float, float], **table: float) -> Any:
    """A part of a formula, bound to a platform with a table of coefficients."""
    recipe = Recipe(formula)
    return bound_of(made_product(recipe, *layers), recipe, scene_of("sentinel-2a", **{recipe.formula_name: table}))


@pytest.mark.parametrize("vector", product_vectors("OC3"), ids=lambda v: f"{v.expected:.3g}")
def test_vector_of_oc3_through_the_whole_product(vector: Vector) -> None:
    """Both stations are too green for the colour index and have no red edge: OC3 alone speaks."""
    assert table_of(vector) == TABLES["sentinel-2a"]["chlorophyll"]
    coastal, blue = vector.inputs["Rrs_blues"]
    red = 0.00045601 if blue < 0.005 else 0.003864846
    pixel = [PI * r for r in (coastal, blue, vector.inputs["Rrs_green"], red, 0.6 * red)]
    check_vector(MSI, pixel, [expected(vector), 1.0], vector.tolerance)


@pytest.mark.parametrize(
    "vector", product_vectors("OC3_franz", "OC2_franz", "OC4", "OC4ME", "OC3M"), ids=lambda v: v.formula
)
def test_vector_of_ocx(vector: Vector) -> None:
    bound = part(part_ocx, ("chl", 0.0, 50.0, 0.002), **table_of(vector))
    check_vector(bound, [max(vector.inputs["Rrs_blues"]), vector.inputs["Rrs_green"]], [expected(vector)], 1e-6)


def test_vector_of_oc2_through_the_product() -> None:
    (vector,) = product_vectors("OC2_franz")
    assert table_of(vector) == TABLES["landsat-5"]["chlorophyll_oc2"]
    pixel = [PI * vector.inputs["Rrs_blues"][0], PI * vector.inputs["Rrs_green"], 0.002]
    check_vector(bound_of(PRODUCT, OC2), pixel, [expected(vector), 4.0], vector.tolerance)


def test_vector_of_oc3_with_older_coefficients_through_the_product() -> None:
    (vector,) = product_vectors("OC3_franz")
    bound = bound_of(PRODUCT, OC3, scene_of("landsat-8", chlorophyll_oc3=table_of(vector)))
    pixel = [PI * r for r in (*vector.inputs["Rrs_blues"], vector.inputs["Rrs_green"], 0.0005)]
    check_vector(bound, pixel, [expected(vector), 4.0], vector.tolerance)


@pytest.mark.parametrize("vector", product_vectors("OCI_hu2019"), ids=lambda v: str(v.inputs["chl_ocx"]))
def test_vector_of_oci(vector: Vector) -> None:
    bound = part(part_oci, ("ci", 0, 1, 0.0001), ("oci", 0, 1, 0.0001), chl_ocx=vector.inputs["chl_ocx"])
    rrs = [vector.inputs[f"Rrs{nm}"] for nm in (443, 560, 665)]
    check_vector(bound, rrs, [vector.expected["chl_ci"], vector.expected["chl_oci"]], vector.tolerance)
    assert green_at_555(rrs[1]) == pytest.approx(vector.expected["Rrs555"], rel=1e-9)


def test_the_green_shift_has_no_step() -> None:
    assert green_at_555(0.001148 - 1e-12) == pytest.approx(green_at_555(0.001148), rel=2e-3)


@pytest.mark.parametrize(("formula", "name"), [(part_gons, "gons"), (part_moses, "moses3b")], ids=["gons", "moses"])
def test_vector_of_three_red_bands(formula: Any, name: str) -> None:
    (vector,) = product_vectors(name)
    want = vector.expected["chl"] if isinstance(vector.expected, dict) else vector.expected
    bound = part(formula, ("chl", 0.0, 200.0, 0.01))
    check_vector(bound, [vector.inputs[f"rho{nm}"] for nm in (665, 705, 783)], [want], vector.tolerance)
    check_compiled_equals_plain(bound, random_pixels(bound))


def test_vector_of_gilerson() -> None:
    (vector,) = product_vectors("gilerson_g2b")
    pair = [vector.inputs["Rrs665"], vector.inputs["Rrs709"]]
    check_vector(part(part_gilerson, ("chl", 0.0, 200.0, 0.01)), pair, [expected(vector)], vector.tolerance)
    whole = [0.01, 0.012, 0.02, PI * pair[0], PI * pair[1]]
    check_vector(MSI, whole, [expected(vector), 1.0], vector.tolerance)


@pytest.mark.parametrize("vector", product_vectors("smith2018_weight"), ids=lambda v: str(v.inputs["ratio709_665"]))
def test_vector_of_the_blend(vector: Vector) -> None:
    bound = part(
        part_smith, ("chl", 0.0, 200.0, 0.01), blue_green=vector.inputs["chl_oci"], red_edge=vector.inputs["chl_g2b"]
    )
    check_vector(bound, [1.0, vector.inputs["ratio709_665"]], [expected(vector)], vector.tolerance)


@pytest.mark.parametrize("edge", [0.75, 1.15])
def test_the_blend_has_no_step(edge: float) -> None:
    below, above = ([*CLEAR[:3], 0.01, 0.01 * (edge + d)] for d in (-1e-9, 1e-9))
    assert plain(MSI, below)[0] == pytest.approx(plain(MSI, above)[0], rel=1e-6)


@pytest.mark.parametrize(
    ("pixel", "quality", "doubted"),
    [
        (CLEAR, 1, False),
        ([*CLEAR[:3], 0.01, 0.013], 1, False),
        ([*CLEAR[:3], 0.01, 0.009], 2, False),
        ([0.006, 0.008, 0.014, 0.010, 0.005], 3, True),
        ([0.006, 0.008, 0.014, 0.010, 0.009], 3, True),
    ],
    ids=["clear", "green", "between", "too green for blue", "too green for blue, blended"],
)
def test_quality_classes(pixel: list[float], quality: float, doubted: bool) -> None:
    (chl, trust), flags = stored(MSI, [pixel])
    assert np.isfinite(chl[0])
    assert trust[0] == quality
    assert bool(flags[0] & Flag.LOW_CONFIDENCE.bit) == doubted


def test_sediment_silences_blue_and_green_but_not_the_red_edge() -> None:
    muddy = [0.03, 0.04, 0.06, 0.051]
    assert np.isnan(plain(MSI, [*muddy, 0.03])).all()
    assert np.isnan(plain(MSI, [*muddy, 0.05])).all()
    assert plain(MSI, [*muddy, 0.07])[0] > 20


def test_no_red_leaves_the_blue_green_formula_alone() -> None:
    oligotrophic = [PI * 0.0085, PI * 0.006, PI * 0.0019, -0.0001, 0.0002]
    chl, quality = plain(MSI, oligotrophic)
    assert 0.05 < chl < 0.2
    assert quality == 1


@pytest.mark.parametrize(
    "pixel",
    [[-0.01, 0.01, 0.01, 0.001, 0.0], [0.01, -0.01, 0.01, 0.001, 0.0], [0.01, 0.01, -0.01, 0.001, 0.0]],
    ids=["coastal", "blue", "green"],
)
def test_no_value_where_a_band_has_failed(pixel: list[float]) -> None:
    assert np.isnan(plain(MSI, pixel)[0])


def test_landsat_is_marked_everywhere() -> None:
    assert PRODUCT.maturity is Maturity.EXPERIMENTAL
    for recipe in (OC3, OC2):
        bound = bound_of(PRODUCT, recipe)
        (_, trust), flags = stored(bound, random_pixels(bound, 100))
        assert set(trust[np.isfinite(trust)]) == {4.0}
        assert np.all(flags & Flag.LOW_CONFIDENCE.bit)


def test_recipes_by_platform() -> None:
    first = {name: next(r.name for r in PRODUCT.recipes if r.formula_name in table) for name, table in TABLES.items()}
    assert {first[f"sentinel-2{x}"] for x in "abc"} == {"smith2018"}
    assert first["landsat-8"] == first["landsat-9"] == "oc3"
    assert first["landsat-5"] == first["landsat-7"] == "oc2"


@pytest.mark.parametrize("bound", recipes_of(PRODUCT))
def test_compiled_equals_plain(bound: Any) -> None:
    check_compiled_equals_plain(bound, random_pixels(bound))


@pytest.mark.parametrize("bound", recipes_of(PRODUCT))
@given(data=st.data())
def test_any_reflectance(bound: Any, data: st.DataObject) -> None:
    check_semantics(bound, pixels_of(data, bound))
