"""Tables of coefficients: every entry has its recipe, fits its fields, and what is shared is the same everywhere."""

from __future__ import annotations

import pytest
from recipes import TABLES, platform_of

from rs.core.product import Product, Recipe
from rs.products import products

EACH: list[tuple[Product, Recipe]] = [
    (product, recipe) for product in products().values() for recipe in product.recipes
]
RECIPES = {recipe.formula_name: (product, recipe) for product, recipe in EACH}


@pytest.mark.parametrize("platform", TABLES)
def test_every_entry_fits_its_recipe(platform: str) -> None:
    for name, table in TABLES[platform].items():
        product, recipe = RECIPES[name]
        kind = recipe.formula.coefficients
        assert kind is not None, name
        assert set(table) == set(kind._fields) - set(product.parameters), name  # type: ignore[attr-defined]
        assert all(isinstance(value, float) for value in table.values()), name


def test_every_recipe_with_coefficients_has_a_platform() -> None:
    for product, recipe in EACH:
        assert platform_of(product, recipe) in TABLES


def test_a_name_is_one_formula() -> None:
    for _, recipe in EACH:
        assert RECIPES[recipe.formula_name][1].formula is recipe.formula, recipe.name


@pytest.mark.parametrize("platform", TABLES)
def test_three_bands_are_the_same_wherever_they_serve(platform: str) -> None:
    alone = TABLES[platform]["secchi_depth"]
    for name in ("kd490", "kd490_overhead_sun", "trophic_state"):
        beside = TABLES[platform].get(name, alone)
        assert {field: beside[field] for field in alone} == alone
