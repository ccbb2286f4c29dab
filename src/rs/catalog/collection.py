"""STAC collections of products: generated from the Product value, extents added from items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from rs.catalog import schema
from rs.catalog.describe import asset_keys, asset_of
from rs.catalog.item import STAC_VERSION
from rs.core.product import Product
from rs.core.scene import Grade, OpenMode

WORLD = [-180.0, -90.0, 180.0, 90.0]


def collection_of(
    product: Product, open_mode: OpenMode = OpenMode.CLOSED, grade: Grade = Grade.GENERAL_1
) -> dict[str, Any]:
    """The collection of a product, before any item: whole world, open interval."""
    return {
        "type": "Collection",
        "stac_version": STAC_VERSION,
        "stac_extensions": sorted(
            [schema.RASTER, schema.CLASSIFICATION, schema.VERSION, schema.PRODUCT, schema.SCIENTIFIC]
        ),
        "id": product.name,
        "title": f"{product.title} / {product.title_zh}",
        "description": _description(product),
        "keywords": [product.family.value, *(theme.value for theme in product.themes)],
        "license": "other",
        "extent": {"spatial": {"bbox": [WORLD]}, "temporal": {"interval": [[None, None]]}},
        "version": product.version,
        "product:type": product.name,
        "sci:citation": product.sources[0],
        "rs:family": product.family.value,
        "rs:themes": [theme.value for theme in product.themes],
        "rs:maturity": product.maturity.value,
        "rs:evidence": list(product.evidence),
        "rs:limits": list(product.limits),
        "rs:sources": list(product.sources),
        "rs:grade": grade.value,
        "rs:open_mode": open_mode.value,
        "item_assets": {key: asset_of(product, key) for key in asset_keys(product)},
        "links": [],
    }


def _description(product: Product) -> str:
    lines = [product.description, "", "Limits:", *(f"- {limit}" for limit in product.limits), "", "Recipes:"]
    return "\n".join([*lines, *(f"- {recipe.name}: {recipe.title}" for recipe in product.candidates)])


def with_items(collection: Mapping[str, Any], items: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, Any]:
    """The collection with links to items (href, item) and the extents of all of them."""
    body = dict(collection)
    found = list(items)
    links = [
        {"rel": "root", "href": "../catalog.json", "type": "application/json"},
        {"rel": "parent", "href": "../catalog.json", "type": "application/json"},
    ]
    links += [
        {"rel": "item", "href": href, "type": "application/geo+json", "title": str(item["properties"]["title"])}
        for href, item in found
    ]
    body["links"] = links
    if found:
        body["rs:grade"] = Grade.strictest(*(Grade(item["properties"]["rs:grade"]) for _, item in found)).value
        body["extent"] = {
            "spatial": {"bbox": [_union([item["bbox"] for _, item in found])]},
            "temporal": {"interval": [_interval([item["properties"] for _, item in found])]},
        }
    return body


def _union(boxes: list[list[float]]) -> list[float]:
    if any(box[0] > box[2] for box in boxes):
        return [-180.0, min(b[1] for b in boxes), 180.0, max(b[3] for b in boxes)]
    return [min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)]


def _interval(properties: list[Mapping[str, Any]]) -> list[str]:
    starts = [str(p["datetime"] or p["start_datetime"]) for p in properties]
    ends = [str(p["datetime"] or p["end_datetime"]) for p in properties]
    return [min(starts, key=datetime.fromisoformat), max(ends, key=datetime.fromisoformat)]
