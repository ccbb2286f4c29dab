"""STAC collections of products: generated from the Product value, extents added from items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from rs.catalog import schema
from rs.catalog.describe import asset_keys, asset_of
from rs.catalog.item import STAC_VERSION
from rs.catalog.places import Extent
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
    ways = [(recipe.name, recipe.title) for recipe in product.candidates]
    if product.composite is not None:
        ways.append((product.composite.name, product.composite.title))
    return "\n".join([*lines, *(f"- {name}: {title}" for name, title in ways)])


def with_links(collection: Mapping[str, Any], links: list[dict[str, str]], extent: Extent) -> dict[str, Any]:
    """The collection with its links, and extent and grade of its live items."""
    return {
        **collection,
        "links": links,
        "rs:grade": extent.grade.value,
        "extent": extent_fields(extent),
    }


def extent_of(items: Iterable[Mapping[str, Any]]) -> Extent:
    """What some items span; there must be one."""
    found = list(items)
    boxes = [item["bbox"] for item in found]
    wraps = any(box[0] > box[2] for box in boxes)
    west, east = (-180.0, 180.0) if wraps else (min(b[0] for b in boxes), max(b[2] for b in boxes))
    starts = [str(item["properties"]["datetime"] or item["properties"]["start_datetime"]) for item in found]
    ends = [str(item["properties"]["datetime"] or item["properties"]["end_datetime"]) for item in found]
    return Extent(
        [west, min(b[1] for b in boxes), east, max(b[3] for b in boxes)],
        [min(starts, key=datetime.fromisoformat), max(ends, key=datetime.fromisoformat)],
        Grade.strictest(*(Grade(item["properties"]["rs:grade"]) for item in found)),
    )


def extent_fields(extent: Extent) -> dict[str, Any]:
    """An extent as a STAC collection has it."""
    return {"spatial": {"bbox": [extent.bbox]}, "temporal": {"interval": [extent.interval]}}
