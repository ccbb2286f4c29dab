"""Spectral indices: vectors, spyndex, where there is no value, which bands; one row of the table an index."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from product_vectors import Vector, expected, product_vectors
from recipes import (
    bound_of,
    check_compiled_equals_plain,
    check_semantics,
    check_vector,
    compiled,
    pixels_of,
    plain,
    random_pixels,
    recipes_of,
)
from spectra import index_of

from rs.core.bands import Band
from rs.pipeline.apply import Bound
from rs.products import product

DARK = ([0.0, 0.0], [-0.01, 0.01], [-0.02, -0.01])
"""Pairs without light: a ratio of them has no value."""


@dataclass(frozen=True)
class Index:
    """An index as spyndex knows it: its bands in our order, its constants; pixels that have no value.

    near: the argument that either near-infrared band may fill, and the two in order of preference.
    """

    product: str
    bands: tuple[str, ...]
    empty: tuple[list[float], ...]
    near: tuple[str, Band, Band]
    known_as: str = ""
    vectors: tuple[str, ...] = ()
    constants: dict[str, float] = field(default_factory=dict)

    @property
    def bound(self) -> Bound:
        """The first recipe of the product, bound."""
        made = product(self.product)
        return bound_of(made, made.recipes[0])


WIDE, NARROW = ("nir", Band.NIR, Band.NIR08), ("nir08", Band.NIR08, Band.NIR)
INDICES = (
    Index("ndmi", ("N", "S1"), DARK, NARROW, vectors=("NDMI", "LSWI")),
    Index("nbr", ("N", "S2"), DARK, NARROW),
    Index("ndbi", ("N", "S1"), DARK, NARROW),
    Index("bsi", ("B", "R", "N", "S1"), ([0.0, 0.0, 0.0, 0.0], [-0.1, 0.02, 0.03, 0.04]), WIDE, "BI"),
    Index("evi2", ("R", "N"), ([-0.3, -0.3],), WIDE, constants={"g": 2.5, "L": 1.0}),
    Index("savi", ("R", "N"), ([-0.3, -0.2],), WIDE, constants={"L": 0.5}),
)
every = pytest.mark.parametrize("index", INDICES, ids=lambda index: index.product)
VECTORS = [
    pytest.param(index, vector, id=f"{index.product}-{k}")
    for index in INDICES
    for k, vector in enumerate(product_vectors(*(index.vectors or (index.product.upper(),))))
]
RECIPES = [recipe for index in INDICES for recipe in recipes_of(product(index.product))]


@pytest.mark.parametrize(("index", "vector"), VECTORS)
def test_vector(index: Index, vector: Vector) -> None:
    check_vector(index.bound, [vector.inputs[band] for band in index.bands], [expected(vector)], vector.tolerance)


@every
def test_equals_spyndex(index: Index) -> None:
    pixels = random_pixels(index.bound, low=0.005, high=0.6)
    made = np.array([compiled(index.bound, pixel)[0] for pixel in pixels])
    known = index_of(index.known_as or index.product.upper(), index.bands, pixels, **index.constants)
    held = np.isfinite(made)
    assert held.mean() > 0.7
    assert np.allclose(made[held], known[held], rtol=1e-6, atol=1e-6)


@every
def test_no_value_without_light(index: Index) -> None:
    for pixel in index.empty:
        assert np.isnan(plain(index.bound, pixel)[0]), pixel


@every
def test_bands_of_both_near_infrareds(index: Index) -> None:
    argument, *bands = index.near
    assert [recipe.bound[argument] for recipe in product(index.product).recipes] == bands


@pytest.mark.parametrize(
    ("name", "pixel", "value"),
    [("ndbi", [0.2, 0.3], 0.2), ("ndmi", [0.02, 0.01], 1 / 3), ("evi2", [0.3, 0.3], 0.0), ("savi", [0.3, 0.3], 0.0)],
    ids=["built-up is high", "moist is positive", "evi2 of grey", "savi of grey"],
)
def test_signs(name: str, pixel: list[float], value: float) -> None:
    made = product(name)
    assert plain(bound_of(made, made.recipes[0]), pixel)[0] == pytest.approx(value, abs=1e-12)


def test_ndmi_is_not_the_index_of_open_water() -> None:
    assert {band for recipe in product("ndmi").recipes for band in recipe.bands} == {
        Band.NIR, Band.NIR08, Band.SWIR16,
    }  # fmt: skip


@pytest.mark.parametrize("bound", RECIPES)
def test_compiled_equals_plain(bound: Any) -> None:
    check_compiled_equals_plain(bound, random_pixels(bound))


@pytest.mark.parametrize("bound", RECIPES)
@given(data=st.data())
def test_any_reflectance(bound: Any, data: st.DataObject) -> None:
    check_semantics(bound, pixels_of(data, bound))
