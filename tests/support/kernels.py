"""Running recipes on single pixels and small blocks, the way the engine does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

from rs.core.product import Product, Recipe
from rs.core.scene import Angles, Correction, Platform, Reflectance, Scene, TimeSpan
from rs.pipeline.apply import Counts, bind

NOON = datetime(2023, 8, 15, 12, tzinfo=UTC)


def scene_on(platform: Platform, *, sun_zenith: float | None = 60.0) -> Scene:
    """A scene of a platform that holds nothing but its scalars."""
    return Scene(
        "made", "/made", platform, TimeSpan.at(NOON), {}, Reflectance.SURFACE, Correction.AS_DELIVERED, {},
        angles=Angles(sun_zenith=sun_zenith),
    )  # fmt: skip


def recipe_of(product: Product, name: str) -> Recipe:
    """The first recipe by that formula."""
    return next(recipe for recipe in product.recipes if recipe.formula_name == name)


def run(product: Product, recipe: Recipe, platform: Platform, bands: Sequence[object]) -> Counts:
    """Counts of a block from its bands in the recipe's order; every pixel may be seen."""
    arrays = [np.atleast_2d(np.asarray(band, np.float64)) for band in bands]
    return bind(product, recipe, scene_on(platform)).counts(np.ones(arrays[0].shape, bool), arrays)


def one_count(product: Product, recipe: Recipe, platform: Platform, bands: Sequence[float], layer: int = 0) -> int:
    """The count of a layer for a single pixel."""
    return int(run(product, recipe, platform, bands).layers[layer][0, 0])
