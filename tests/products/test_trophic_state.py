"""Trophic state: vectors of TLI and TSI, classes, the two parameters from one pixel, and where there is no value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from part_formulas import part_trophic
from product_vectors import product_vectors
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
    recipes_of,
    stored,
)

from rs.algorithms.trophic import tli, tli_class, tsi_chlorophyll, tsi_secchi
from rs.core.product import Flag, Recipe
from rs.products import product
from rs.products.trophic_state import PRODUCT

MSI = bound_of(PRODUCT, PRODUCT.recipes[0])
LAKE = [0.012, 0.018, 0.028, 0.012, 0.011]
"""rho_w [1] of a green lake, 443 to 705 nm."""


def test_vectors() -> None:
    (carlson,), (china,) = product_vectors("carlson_tsi"), product_vectors("tli_china")
    assert carlson.inputs == china.inputs
    recipe = Recipe(part_trophic)
    names = ("TLI_chl", "TLI_SD", "TLI_2par", "TSI_chl", "TSI_SD")
    bound = bound_of(made_product(recipe, *[(name, 0.0, 100.0, 0.01) for name in names]), recipe)
    want = {**carlson.expected, **china.expected}
    check_vector(bound, [china.inputs["chl"], china.inputs["SD_m"]], [want[name] for name in names], china.tolerance)


def test_is_made_of_the_chlorophyll_and_the_secchi_depth_of_the_same_pixel() -> None:
    chlorophyll, secchi = product("chlorophyll"), product("secchi_depth")
    chl, _ = plain(bound_of(chlorophyll, chlorophyll.recipes[0]), LAKE)
    (depth,) = plain(bound_of(secchi, secchi.recipes[0]), LAKE[1:4])
    index = tli(chl, depth)
    assert plain(MSI, LAKE) == pytest.approx((index, tli_class(index), tsi_secchi(depth), tsi_chlorophyll(chl)))
    assert 40 < index < 70


@pytest.mark.parametrize(
    ("index", "number"),
    [(0, 1), (29.99, 1), (30, 2), (50, 2), (50.01, 3), (60, 3), (60.01, 4), (70, 4), (70.01, 5), (99, 5)],
)
def test_classes(index: float, number: int) -> None:
    assert tli_class(index) == number


def test_no_class_without_an_index() -> None:
    assert np.isnan(tli_class(np.nan))


def test_sediment_leaves_carlsons_index_of_the_secchi_depth() -> None:
    (index, number, by_depth, by_chl), _ = stored(MSI, [[0.03, 0.04, 0.07, 0.06, 0.05]])
    assert np.isnan([index[0], number[0], by_chl[0]]).all()
    assert 60 < by_depth[0] < 90


def test_doubt_of_either_input_is_doubt() -> None:
    too_green = [0.006, 0.008, 0.014, 0.010, 0.005]
    no_red = [0.012, 0.016, 0.016, -0.001, 0.001]
    _, flags = stored(MSI, [LAKE, too_green, no_red])
    assert ((flags & Flag.LOW_CONFIDENCE.bit) > 0).tolist() == [False, True, True]


def test_is_named_by_what_it_is_made_of() -> None:
    assert "TLI(chl,SD)" in PRODUCT.title and "TLI(叶绿素a,透明度)" in PRODUCT.title_zh
    assert [layer.name for layer in PRODUCT.layers] == [
        "trophic_state", "trophic_class", "tsi_secchi", "tsi_chlorophyll"
    ]  # fmt: skip


def test_no_landsat_recipe() -> None:
    assert [name for name, table in TABLES.items() if "trophic_state" in table] == [
        "sentinel-2a", "sentinel-2b", "sentinel-2c"
    ]  # fmt: skip


@pytest.mark.parametrize("bound", recipes_of(PRODUCT))
def test_compiled_equals_plain(bound: Any) -> None:
    check_compiled_equals_plain(bound, random_pixels(bound))


@pytest.mark.parametrize("bound", recipes_of(PRODUCT))
@given(data=st.data())
def test_any_reflectance(bound: Any, data: st.DataObject) -> None:
    check_semantics(bound, pixels_of(data, bound))
