"""Products: declarations that cannot hold are refused; recipes bind arguments to bands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from formulas import bright, gained, ratio, sunny
from hypothesis import given
from hypothesis import strategies as st

from rs.core.bands import Band
from rs.core.product import Family, Flag, Layer, Product, Recipe, Theme
from rs.errors import UnknownName

LAYER = Layer("made", "Made", "制", "1", (-1.0, 1.0), "int16", -32768, scale=0.0001)


def made(*layers: Layer) -> Product:
    return Product(
        "made", "1.0.0", "Made", "制", "x", Family.LAND, (Theme.URBAN,), (Recipe(ratio),), layers, ("x",), ("y",)
    )


@pytest.mark.parametrize(
    "change",
    [
        {"scale": 0.00001},
        {"valid": (-5.0, 1.0)},
        {"dtype": "uint8"},
        {"dtype": "uint16"},
        {"valid": (1.0, -1.0)},
        {"nodata": 0},
        {"nodata": 10000},
        {"scale": -0.0001},
    ],
)
def test_a_range_that_does_not_fit_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"product made: .*layer made"):
        made(replace(LAYER, **change))


def test_a_range_that_fits_is_taken() -> None:
    assert made(LAYER).layers == (LAYER,)
    assert made(replace(LAYER, valid=(0.0, 65534.0), dtype="uint16", nodata=65535, scale=1.0))


def test_every_layer_is_checked() -> None:
    with pytest.raises(ValueError, match="layer second"):
        made(LAYER, replace(LAYER, name="second", nodata=0))


def test_the_main_layer_bears_the_name_of_the_product() -> None:
    with pytest.raises(ValueError, match="main layer"):
        made(replace(LAYER, name="other"))


@given(count=st.integers(-32767, 32767), scale=st.sampled_from([0.0001, 0.05, 0.01, 1.0]), offset=st.floats(-10, 10))
def test_counts_and_values_are_inverse(count: int, scale: float, offset: float) -> None:
    layer = replace(LAYER, scale=scale, offset=offset)
    assert layer.count(layer.value(count)) == count


@given(value=st.floats(-1, 1))
def test_a_count_is_within_half_a_step_and_rounds_as_numpy(value: float) -> None:
    count = LAYER.count(value)
    assert abs(LAYER.value(count) - value) <= LAYER.scale / 2 * (1 + 1e-9)
    assert count == int(np.rint(value / LAYER.scale))


def test_a_recipe_binds_arguments_to_bands_of_their_name_or_to_others() -> None:
    assert Recipe(ratio).bands == (Band.RED, Band.NIR)
    assert Recipe(ratio, nir=Band.SWIR16).bound == {"red": Band.RED, "nir": Band.SWIR16}
    assert Recipe(ratio).name == "ratio"
    assert Recipe(ratio).title == "Ratio of two bands [1]."
    assert Recipe(ratio, title="Other").title == "Other"


def test_scalars_and_coefficients_are_no_bands() -> None:
    assert Recipe(sunny).bands == (Band.RED,)
    assert Recipe(sunny).scalars == ("sun_zenith", "day_of_year")
    assert Recipe(gained).bands == (Band.RED,)


def test_an_argument_that_the_formula_has_not_is_refused() -> None:
    with pytest.raises(TypeError, match="no argument green"):
        Recipe(ratio, green=Band.GREEN)


def test_the_digest_of_a_recipe_names_its_doubt_too() -> None:
    assert Recipe(ratio).digest != Recipe(ratio, low_confidence=bright).digest
    assert made(LAYER).digest == Recipe(ratio).digest


def test_flag_bits_are_single_and_different() -> None:
    bits = [flag.bit for flag in Flag]
    assert all(bit.bit_count() == 1 for bit in bits)
    assert len(set(bits)) == len(bits)


def two(first: Recipe, second: Recipe) -> Product:
    return replace(made(LAYER), recipes=(first, second))


def test_two_recipes_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two recipes bear the name ratio; give each"):
        two(Recipe(ratio), Recipe(ratio, title="other"))
    assert [recipe.name for recipe in two(Recipe(ratio), Recipe(ratio, name="other")).recipes] == ["ratio", "other"]


@pytest.mark.parametrize("name", ["Upper", "a:b", "a b", "1st", "a-b", "x" * 49])
def test_a_recipe_name_that_cannot_be_typed_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="product made: recipe name"):
        two(Recipe(ratio), Recipe(ratio, name=name))


def test_a_product_by_one_recipe() -> None:
    both = two(Recipe(ratio, name="one"), Recipe(ratio, name="two"))
    assert both.candidates == both.recipes
    assert both.by("two").candidates == (both.recipes[1],)
    assert both.by("two").digest == both.digest
    with pytest.raises(UnknownName, match="unknown recipe of made 'tow'") as caught:
        both.by("tow")
    assert caught.value.remedy == "Did you mean two? Known: two, one" and caught.value.exit_code == 2
