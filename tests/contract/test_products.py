"""What every product owes its users, checked for all that are declared."""

from __future__ import annotations

import pickle
import re

import numpy as np
import pytest

from rs.core.bands import NOT_CLEAR, Quality
from rs.core.product import Family, Product, Resampling, Takes
from rs.core.scene import Reflectance
from rs.products import products

PRODUCTS = list(products().values())
every = pytest.mark.parametrize("product", PRODUCTS, ids=lambda p: p.name)


@every
def test_names_and_words(product: Product) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]{2,30}", product.name)
    assert re.fullmatch(r"\d+\.\d+\.\d+", product.version)
    for text in (product.title, product.title_zh, product.description):
        assert text.strip() == text != ""
    assert re.search(r"[一-鿿]", product.title_zh)
    assert product.themes
    assert len(set(product.themes)) == len(product.themes)


@every
def test_sources_and_limits_are_stated(product: Product) -> None:
    assert product.sources
    assert product.limits
    assert any("https://" in source for source in product.sources)
    assert all(text.endswith(".") for text in product.limits)


@every
def test_layers_have_units_ranges_and_colours(product: Product) -> None:
    names = [layer.name for layer in product.layers]
    bands = [] if product.composite is None else [band.value for band in product.composite.possible]
    assert names[0] == product.name or sorted(names[: len(bands)]) == sorted(bands)
    assert len(set(names)) == len(names)
    assert not set(names) & {"quality", "flags", "quicklook", "thumbnail", "lineage", "attestation"}
    for layer in product.layers:
        # the asset key `uncertainty` belongs to the main layer, in its unit
        assert layer.name != "uncertainty" or layer.unit == product.layers[0].unit
        assert layer.unit
        assert layer.title
        assert re.search(r"[一-鿿]", layer.title_zh)
        assert layer.valid[0] < layer.valid[1]
        info = np.iinfo(layer.dtype)
        assert info.min <= layer.count(layer.valid[0]) < layer.count(layer.valid[1]) <= info.max
        assert info.min <= layer.nodata <= info.max
        assert not layer.count(layer.valid[0]) <= layer.nodata <= layer.count(layer.valid[1])
        for colour in (*layer.colours, *(c.colour for c in layer.classes)):
            assert re.fullmatch(r"#[0-9a-f]{6}", colour)
        if layer.shown is not None:
            assert layer.valid[0] <= layer.shown[0] < layer.shown[1] <= layer.valid[1]


@every
def test_classes_are_never_averaged(product: Product) -> None:
    for layer in [x for x in product.layers if x.classes]:
        assert layer.resampling is Resampling.NEAREST
        assert layer.overviews in (Resampling.NEAREST, Resampling.MODE)
        assert (layer.scale, layer.offset) == (1.0, 0.0)
        values = [c.value for c in layer.classes]
        assert values == list(range(int(layer.valid[0]), int(layer.valid[1]) + 1))
        assert len({c.name for c in layer.classes}) == len(values)


@every
def test_masks_fit_the_family(product: Product) -> None:
    assert product.reject & NOT_CLEAR == NOT_CLEAR
    assert not product.require & product.reject
    if product.reflectance is Reflectance.WATER_LEAVING:
        assert product.family is Family.MARINE
        assert product.require & Quality.WATER
    assert (product.takes is Takes.PERIOD) == (product.composite is not None)


@every
def test_products_travel_and_keep_their_digest(product: Product) -> None:
    copy: Product = pickle.loads(pickle.dumps(product))
    assert copy == product
    assert copy.digest == product.digest
