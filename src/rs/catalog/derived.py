"""What the derived files of the catalogue say: the root, the position they reflect, collections of no known product."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rs.catalog.collection import collection_of
from rs.catalog.item import STAC_VERSION, item_bytes
from rs.catalog.layout import CATALOG, Layout
from rs.core.product import Product
from rs.store.local import LocalStore

TITLE = "Remote sensing products / 遥感产品"
JSON = "application/json"
GEOJSON = "application/geo+json"
POSITION = "rs:log_position"
EPOCH = "rs:log_epoch"


def position_of(body: bytes) -> int:
    """The register position that a derived file says it reflects; 0 where it says none."""
    try:
        return int(json.loads(body).get("rs:log_position", 0))
    except (ValueError, TypeError, AttributeError):
        return 0


def shown(layout: Layout, epoch: int) -> int:
    """The position of the catalogue that stands there; -1: there is none of this epoch that can be read."""
    try:
        body = json.loads(layout.store.read(CATALOG) or b"")
        return int(body[POSITION]) if int(body[EPOCH]) == epoch else -1
    except (ValueError, KeyError, TypeError):
        return -1


def lists_nodes(body: bytes | None) -> bool:
    """True where a derived file lists nodes below it, not items."""
    try:
        return body is not None and any(link["rel"] == "child" for link in json.loads(body)["links"])
    except (ValueError, KeyError, TypeError):
        return False


def catalog_of(names: Iterable[str], position: int) -> dict[str, Any]:
    """The root catalogue over collections; `rs:log_position` is the register entry it reflects."""
    links = [{"rel": "root", "href": "catalog.json", "type": JSON}]
    links += [{"rel": "child", "href": f"{name}/collection.json", "type": JSON, "title": name} for name in names]
    return {
        "type": "Catalog", "stac_version": STAC_VERSION, "id": "rs", "title": TITLE,
        "description": "Land and marine products with their evidence. Derived from the register.",
        POSITION: position, "links": links,
    }  # fmt: skip


def foreign(name: str) -> dict[str, Any]:
    """A collection of a product that is not installed here: published once, still listed."""
    return {
        "type": "Collection", "stac_version": STAC_VERSION, "id": name, "title": name, "license": "other",
        "description": "A product that this installation does not know.", "links": [],
        "extent": {"spatial": {"bbox": [[-180.0, -90.0, 180.0, 90.0]]}, "temporal": {"interval": [[None, None]]}},
    }  # fmt: skip


def write_portfolio(folder: Path, products: Mapping[str, Product]) -> list[Path]:
    """Write one collection a product below `folder`: what could be offered, before any item."""
    store, names = LocalStore(folder), []
    for name, product in sorted(products.items()):
        body = collection_of(product)
        body["links"] = [{"rel": rel, "href": "../catalog.json", "type": JSON} for rel in ("root", "parent")]
        names.append(f"{name}/collection.json")
        store.replace(names[-1], item_bytes(body))
    names.append("catalog.json")
    store.replace(names[-1], item_bytes(catalog_of(sorted(products), 0)))
    return [folder / name for name in names]
