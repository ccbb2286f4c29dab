"""The portfolio in catalog/: one collection a product, current, valid, alike in words to the items."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.catalog.sample import collections
from tests.cli.command import tree

from rs.catalog.collection import collection_of
from rs.catalog.derived import write_portfolio
from rs.catalog.describe import asset_keys, asset_of
from rs.catalog.schema import check_core
from rs.products import products


def test_the_portfolio_checked_in_is_current(root: Path, tmp_path: Path) -> None:
    write_portfolio(tmp_path, products())
    assert tree(tmp_path, ".") == tree(root / "catalog", "."), "run scripts/make_catalog.py"


def test_it_is_valid_and_linked(root: Path) -> None:
    catalog = root / "catalog" / "catalog.json"
    body = json.loads(catalog.read_bytes())
    check_core(body, str(catalog))
    children = [(catalog.parent / link["href"]).resolve() for link in body["links"] if link["rel"] == "child"]
    assert children == [path.resolve() for path, _ in collections(root / "catalog")]
    for path, collection in collections(root / "catalog"):
        check_core(collection, str(path))
        for link in collection["links"]:
            assert (path.parent / link["href"]).resolve() == catalog.resolve()


@pytest.mark.parametrize("name", sorted(products()))
def test_a_collection_says_what_a_reader_needs(name: str) -> None:
    product = products()[name]
    body = collection_of(product)
    assert product.title in body["title"] and product.title_zh in body["title"]
    assert body["rs:limits"] and body["rs:sources"] and body["sci:citation"] == product.sources[0]
    assert body["rs:open_mode"] == "closed"
    for limit in product.limits:
        assert limit in body["description"]
    assert set(body["item_assets"]) == set(asset_keys(product))


def test_items_use_the_words_of_the_collection(sample: Path) -> None:
    """Every field that the collection states for an asset is in the item's asset too."""
    for name, product in products().items():
        for path in (sample / "items" / name).glob("*.json"):
            for key, asset in json.loads(path.read_bytes())["assets"].items():
                stated = asset_of(product, key)
                bands = stated.pop("bands", [])
                assert stated.items() <= asset.items(), (path, key)
                for band, held in zip(bands, asset.get("bands", []), strict=True):
                    assert band.items() <= held.items(), (path, key)
