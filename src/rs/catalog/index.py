"""The browsable catalogue, derived from the register: rebuilt at any time, byte for byte."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rs.catalog.collection import collection_of, with_items
from rs.catalog.files import replace
from rs.catalog.item import STAC_VERSION, item_bytes
from rs.catalog.layout import Layout
from rs.catalog.register import Entry, Register
from rs.core.product import Product
from rs.core.scene import OpenMode

TITLE = "Remote sensing products / 遥感产品"


def load_item(layout: Layout, entry: Entry) -> dict[str, Any] | None:
    """The stored item of an entry; None where it is lost or damaged, which `rs verify` names."""
    try:
        body = layout.item(entry.fact.product, entry.fact.item).read_bytes()
    except OSError:
        return None
    if hashlib.sha256(body).hexdigest() != entry.fact.item_digest:
        return None
    item: dict[str, Any] = json.loads(body)
    return item


def load_items(layout: Layout, entries: Iterable[Entry]) -> list[tuple[Entry, dict[str, Any]]]:
    """Entries with their stored items, without those that are lost or damaged."""
    return [(entry, item) for entry in entries if (item := load_item(layout, entry)) is not None]


def rebuild(layout: Layout, register: Register, products: Mapping[str, Product], mode: OpenMode) -> int:
    """Write catalogue and collections of all live entries; gives the register position they reflect."""
    position = register.head()
    live = sorted(register.live().values(), key=lambda e: e.fact.slot)
    names = sorted({entry.fact.product for entry in live})
    for name in names:
        entries = [entry for entry in live if entry.fact.product == name]
        items = [(f"../../items/{name}/{e.fact.item}.json", item) for e, item in load_items(layout, entries)]
        base = collection_of(products[name], mode) if name in products else _foreign(name)
        replace(layout.collection(name), item_bytes(with_items(base, items)))
    replace(layout.catalog, item_bytes(catalog_of(names, position)))
    for left in layout.index.glob("*/collection.json"):
        if left.parent.name not in names:
            left.unlink()
    return position


def catalog_of(names: Iterable[str], position: int) -> dict[str, Any]:
    """The root catalogue over collections; `rs:log_position` is the register entry it reflects."""
    links = [{"rel": "root", "href": "catalog.json", "type": "application/json"}]
    links += [
        {"rel": "child", "href": f"{name}/collection.json", "type": "application/json", "title": name} for name in names
    ]
    return {
        "type": "Catalog", "stac_version": STAC_VERSION, "id": "rs", "title": TITLE,
        "description": "Land and marine products with their evidence. Derived from the register.",
        "rs:log_position": position, "links": links,
    }  # fmt: skip


def _foreign(name: str) -> dict[str, Any]:
    """A collection of a product that is not installed here: published once, still listed."""
    return {
        "type": "Collection", "stac_version": STAC_VERSION, "id": name, "title": name, "license": "other",
        "description": "A product that this installation does not know.", "links": [],
        "extent": {"spatial": {"bbox": [[-180.0, -90.0, 180.0, 90.0]]}, "temporal": {"interval": [[None, None]]}},
    }  # fmt: skip


def write_portfolio(folder: Path, products: Mapping[str, Product]) -> list[Path]:
    """Write one collection a product below `folder`: what could be offered, before any item."""
    paths = []
    for name, product in sorted(products.items()):
        body = collection_of(product)
        body["links"] = [{"rel": "root", "href": "../catalog.json", "type": "application/json"},
                         {"rel": "parent", "href": "../catalog.json", "type": "application/json"}]  # fmt: skip
        paths.append(folder / name / "collection.json")
        replace(paths[-1], item_bytes(body))
    paths.append(folder / "catalog.json")
    replace(paths[-1], item_bytes(catalog_of(sorted(products), 0)))
    return paths
