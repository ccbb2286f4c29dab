"""What the recipes of a product need."""

from __future__ import annotations

from typing import Any

from rs.core.product import Product, Recipe
from rs.core.scene import Platform
from rs.pipeline.apply import coefficients
from rs.readers import readers

ANY = "any"
"""In place of platforms: the formula has no coefficients of a platform."""


def recipes_of(product: Product) -> list[dict[str, Any]]:
    """One row a recipe, in order of preference: name, title, bands, scene values and platforms that it needs."""
    known = {name: platform for reader in readers() for name, platform in reader.platforms.items()}
    return [
        {
            "name": recipe.name, "title": recipe.title, "bands": [band.value for band in recipe.bands],
            "scalars": list(recipe.scalars), "platforms": _platforms(product, recipe, known),
        } for recipe in product.candidates
    ]  # fmt: skip


def _platforms(product: Product, recipe: Recipe, known: dict[str, Platform]) -> list[str]:
    made = Platform("unheard", "none")
    if _serves(product, recipe, made):
        return [ANY]
    return sorted(name for name, platform in known.items() if _serves(product, recipe, platform))


def _serves(product: Product, recipe: Recipe, platform: Platform) -> bool:
    try:
        coefficients(product, recipe, platform)
    except KeyError:
        return False
    return True
