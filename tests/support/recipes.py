"""Running recipes in tests: one pixel or many through the compiled pass, and plainly through the formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st
from numpy.typing import NDArray

from rs.core.product import Family, Flag, Layer, Product, Recipe
from rs.core.scene import Angles, Correction, Platform, Reflectance, Scene, TimeSpan
from rs.pipeline.apply import Bound, bind
from rs.readers._landsat_coefficients import COEFFICIENTS as LANDSAT
from rs.readers._sentinel2_coefficients import COEFFICIENTS as SENTINEL_2

TABLES: Mapping[str, Mapping[str, Mapping[str, float]]] = {**SENTINEL_2, **LANDSAT}

SUN = 30.0
"""Zenith angle of the sun in test scenes [degrees]."""

Values = Sequence[float]

reflectances = st.floats(-0.3, 1.6) | st.sampled_from(
    [0.0, -0.0, 0.05, 0.08, 0.12, 1e-12, -1e-12, 5e-324, 1e300, -1e300, 1.7e308]
)
"""What a band may hold in a property test: plausible reflectances, limits of formulas, absurdities; finite."""


def recipes_of(product: Product) -> list[Any]:
    """The recipes of a product bound to a platform each, as parameters of a test; one for each formula."""
    distinct = {recipe.formula_name: recipe for recipe in reversed(product.recipes)}
    return [pytest.param(bound_of(product, recipe), id=name) for name, recipe in reversed(distinct.items())]


def pixels_of(data: st.DataObject, bound: Bound) -> list[tuple[float, ...]]:
    """A few pixels of any finite reflectance for a recipe."""
    return data.draw(st.lists(st.tuples(*[reflectances] * len(bound.recipe.bands)), min_size=1, max_size=8))


def scene_of(platform: str = "sentinel-2a", **coefficients: Mapping[str, float]) -> Scene:
    """A scene without files. coefficients: by formula name, in place of the platform's own."""
    table = {**TABLES.get(platform, {}), **coefficients}
    return Scene(
        "made", "", Platform(platform, "made", table), TimeSpan.at(datetime(2024, 5, 20, 14, tzinfo=UTC)), {},
        Reflectance.SURFACE, Correction.AS_DELIVERED, {}, angles=Angles(sun_zenith=SUN),
    )  # fmt: skip


def recipe_of(product: Product, name: str) -> Recipe:
    """The first recipe of a product by this formula."""
    return next(recipe for recipe in product.recipes if recipe.formula_name == name)


def platform_of(product: Product, recipe: Recipe) -> str:
    """A platform that has the coefficients of a recipe, but for those that are parameters of the product."""
    kind = recipe.formula.coefficients
    needed = set() if kind is None else set(kind._fields) - set(product.parameters)  # type: ignore[attr-defined]
    return next(name for name, table in TABLES.items() if needed <= set(table.get(recipe.formula_name, {})))


def bound_of(product: Product, recipe: Recipe, scene: Scene | None = None) -> Bound:
    """A recipe bound to a scene, by default to one of a platform that has its coefficients."""
    return bind(product, recipe, scene or scene_of(platform_of(product, recipe)))


def stored(bound: Bound, pixels: Sequence[Values]) -> tuple[list[NDArray[np.float64]], NDArray[np.uint8]]:
    """Values [unit] per layer, as they come back from the counts of the compiled pass (NaN: no data), and flags.

    pixels: one row of band values a pixel, in the recipe's order.
    """
    table = np.array(pixels, np.float64).reshape(len(pixels), -1)
    made = bound.counts(np.ones((1, len(table)), bool), [column[None] for column in table.T])
    layers = zip(bound.product.layers, made.layers, strict=True)
    return [_values(layer, counts[0]) for layer, counts in layers], made.flags[0]


def _values(layer: Layer, counts: NDArray[Any]) -> NDArray[np.float64]:
    values = counts.astype(np.float64) * layer.scale + layer.offset
    return np.where(counts == layer.nodata, np.nan, values)


def arguments(bound: Bound, values: Values) -> list[Any]:
    """The arguments of a formula in its own order: bands, scalars and coefficients where it names them."""
    bands = dict(zip(bound.recipe.bound, values, strict=True))
    extras = iter(bound.extras)
    return [bands[name] if name in bands else next(extras) for name in bound.recipe.formula.arguments]


def plain(bound: Bound, values: Values) -> tuple[float, ...]:
    """What the plain formula gives for one pixel, one number a layer."""
    result = bound.recipe.formula(*arguments(bound, values))
    return tuple(float(v) for v in result) if isinstance(result, tuple) else (float(result),)


def compiled(bound: Bound, values: Values) -> tuple[float, ...]:
    """What the compiled formula gives for one pixel, one number a layer."""
    result = bound.recipe.formula.compiled()(*arguments(bound, [float(v) for v in values]))
    return tuple(float(v) for v in result) if isinstance(result, tuple) else (float(result),)


def check_vector(bound: Bound, values: Values, expected: Sequence[float | None], tolerance: float) -> None:
    """Plain formula within the tolerance (relative above 1); the stored value within half a count more.

    None in expected: the layer is not in the vector.
    """
    made = plain(bound, values)
    kept, flags = stored(bound, [values])
    assert not flags[0] & Flag.OUT_OF_RANGE.bit
    for layer, want, one, many in zip(bound.product.layers, expected, made, kept, strict=True):
        if want is not None:
            slack = tolerance * max(1.0, abs(want))
            assert abs(one - want) <= slack, (layer.name, one, want)
            assert abs(many[0] - want) <= slack + layer.scale / 2 * (1 + 1e-9), (layer.name, many[0], want)


def random_pixels(bound: Bound, number: int = 400, *, low: float = -0.02, high: float = 0.3) -> list[list[float]]:
    """Reflectances for a recipe, the same at every run: half even, half decaying as spectra of water do."""
    rng = np.random.default_rng(20240520)
    bands = len(bound.recipe.bands)
    even = rng.uniform(low, high, (number // 2, bands))
    water = 10 ** rng.uniform(-4, -0.8, (number // 2, 1)) * rng.uniform(0.3, 1.7, (number // 2, bands))
    return [*even.tolist(), *water.tolist()]


def check_compiled_equals_plain(bound: Bound, pixels: Sequence[Values]) -> None:
    """Compiled and plain agree to 1e-12 of the value, NaN with NaN; so do their doubts."""
    for values in pixels:
        one, other = plain(bound, values), compiled(bound, values)
        assert np.allclose(one, other, rtol=1e-12, atol=1e-300, equal_nan=True), (values, one, other)
    doubt = bound.recipe.low_confidence
    if doubt is not None:
        _, flags = stored(bound, pixels)
        for values, bits in zip(pixels, flags, strict=True):
            assert bool(bits & Flag.LOW_CONFIDENCE.bit) == bool(doubt(*arguments(bound, values))), values


def check_semantics(bound: Bound, pixels: Sequence[Values]) -> None:
    """Any finite reflectance gives no data or a value of the layer: in its range, and one of its classes."""
    kept, flags = stored(bound, pixels)
    for layer, values in zip(bound.product.layers, kept, strict=True):
        held = values[np.isfinite(values)]
        low, high = layer.valid
        assert np.all((held >= low - layer.scale / 2) & (held <= high + layer.scale / 2)), layer.name
    for k, values_in in enumerate(pixels):
        for layer, value, back in zip(bound.product.layers, plain(bound, values_in), kept, strict=True):
            inside = layer.valid[0] <= value <= layer.valid[1]
            assert inside or not np.isfinite(back[k]), (layer.name, values_in, value)
            if layer.classes:
                assert np.isnan(value) or value in {c.value for c in layer.classes}, (layer.name, value)
            if not np.isnan(value) and not inside:
                assert flags[k] & Flag.OUT_OF_RANGE.bit


def made_product(recipe: Recipe, *layers: tuple[str, float, float, float]) -> Product:
    """A product around a formula that is not one by itself. layers: name, lowest, highest, scale."""
    made = tuple(Layer(n, n, n, "1", (low, high), "int16", -32768, scale=scale) for n, low, high, scale in layers)
    return Product(layers[0][0], "0", "made", "made", "made", Family.MARINE, (), (recipe,), made, (), ())
