"""What every pixel formula owes the engine: documented, pure, scalar, and safe with any number."""

from __future__ import annotations

import ast
import inspect
import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernels import run

from rs.core.pixel import PixelFunction
from rs.core.product import SCALARS, Product, Recipe
from rs.core.scene import Platform
from rs.products import products
from rs.readers import readers

RECIPES = [(p, r) for p in products().values() for r in p.recipes]
FORMULAS = {f.__name__: f for _, r in RECIPES for f in (r.formula, r.low_confidence) if f is not None}
PLATFORMS = {p.name: p for reader in readers() for p in reader.platforms.values()}
each_recipe = pytest.mark.parametrize("product, recipe", RECIPES, ids=lambda x: getattr(x, "name", ""))
each_formula = pytest.mark.parametrize("formula", FORMULAS.values(), ids=FORMULAS)
numbers = st.floats() | st.floats(-0.3, 1.7)


def fields_of(recipe: Recipe) -> set[str]:
    """Fields of what a recipe takes as `c`."""
    kind = recipe.formula.coefficients
    return set() if kind is None else set(inspect.get_annotations(kind))


def table_of(recipe: Recipe, platform: Platform) -> set[str]:
    """Fields that the reader, or else the recipe itself, states for a platform."""
    return set(platform.coefficients.get(recipe.formula_name) or recipe.coefficients.get(platform.name, {}))


def platforms_of(product: Product, recipe: Recipe) -> list[Platform]:
    """Platforms for which every field of `c` is stated, be it by a table or as a parameter of the product."""
    needed = fields_of(recipe) - set(product.parameters)
    return [p for p in PLATFORMS.values() if needed <= table_of(recipe, p)]


@each_formula
def test_formulas_are_documented_with_units(formula: PixelFunction[..., Any]) -> None:
    text = inspect.getdoc(formula.function) or ""
    assert len(text) > 20
    assert "[" in text or "Class" in text or "1 where" in text
    assert all(name in ("c", *SCALARS) or name.isidentifier() for name in formula.arguments)


@each_formula
def test_formulas_are_pure_scalar_code(formula: PixelFunction[..., Any]) -> None:
    """No loops, no state, no subscripts, no attribute but those of c and numpy."""
    function = ast.parse(inspect.getsource(formula.function)).body[0]
    assert isinstance(function, ast.FunctionDef)
    nodes = [node for statement in function.body for node in ast.walk(statement)]
    banned = (ast.Global, ast.Nonlocal, ast.For, ast.While, ast.Subscript, ast.Import, ast.ImportFrom, ast.Await,
              ast.Yield, ast.Lambda, ast.Try, ast.With, ast.Dict, ast.List, ast.Set)  # fmt: skip
    assert not [ast.dump(node) for node in nodes if isinstance(node, banned)]
    owners = {n.value.id for n in nodes if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name)}
    assert owners <= {"c", "np"}
    assert not inspect.getclosurevars(formula.function).nonlocals


@each_recipe
def test_some_platform_can_use_the_recipe(product: Product, recipe: Recipe) -> None:
    assert recipe.title
    assert recipe.bands
    assert platforms_of(product, recipe), f"no reader declares coefficients for {recipe.formula_name}"
    for platform in platforms_of(product, recipe):
        stated = table_of(recipe, platform)
        assert stated | (fields_of(recipe) & set(product.parameters)) == fields_of(recipe)
        assert not stated & set(product.parameters), "a table states what the parameters of the product override"


@pytest.mark.parametrize("product", [p for p in products().values() if p.parameters], ids=lambda p: p.name)
def test_every_parameter_reaches_a_formula(product: Product) -> None:
    """A site may set it; it enters the key, and so it must be able to move a pixel."""
    used = set[str]().union(*(fields_of(recipe) for recipe in product.recipes))
    assert set(product.parameters) <= used
    assert all(np.isfinite(value) for value in product.parameters.values())


@each_recipe
@given(data=st.data())
def test_any_numbers_give_a_value_in_range_or_no_data(product: Product, recipe: Recipe, data: st.DataObject) -> None:
    values = [data.draw(numbers) for _ in recipe.bands]
    found = run(product, recipe, platforms_of(product, recipe)[0], values)
    finite = all(map(np.isfinite, values))
    for k, layer in enumerate(product.layers):
        count = int(found.layers[k][0, 0])
        low, high = layer.count(layer.valid[0]), layer.count(layer.valid[1])
        assert count == layer.nodata or (finite and low <= count <= high)
    assert found.tally.sum() <= (len(product.layers) if finite else 0)


@each_recipe
def test_not_a_number_in_any_band_is_no_data(product: Product, recipe: Recipe) -> None:
    for bad, value in itertools.product(range(len(recipe.bands)), (np.nan, np.inf, -np.inf)):
        values = [0.05] * len(recipe.bands)
        values[bad] = value
        found = run(product, recipe, platforms_of(product, recipe)[0], values)
        assert [int(c[0, 0]) for c in found.layers] == [layer.nodata for layer in product.layers]
        assert not found.flags.any()
        assert not found.tally.any()
