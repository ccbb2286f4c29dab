"""What a listing says of its items: what, where, when, layers, terms, a picture. Nothing is invented."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import shapely
from shapely.geometry import mapping, shape

from rs.catalog.collection import extent_fields, extent_of
from rs.catalog.stored import asset_name
from rs.core.product import Layer
from rs.core.scene import Grade, OpenMode
from rs.errors import CheckFailed
from rs.exchange.published import DAMAGED, Offered, Published

DEGREES = 1e-7


def what(found: Published) -> dict[str, Any]:
    """Product and version, and the ways, satellites and pixel sizes [m] of its items, each with its count."""
    product = found.product
    titles = {recipe.name: recipe.title for recipe in product.recipes}
    if product.composite is not None:
        titles[product.composite.name] = product.composite.title
    recipes = Counter(one.properties["rs:recipe"] for one in found.items)
    return {
        "product": product.name,
        "product_version": product.version,
        "collection": f"index/{product.name}/collection.json",
        "recipes": [{"name": name, "title": titles.get(name, name), "items": n} for name, n in sorted(recipes.items())],
        "reflectance": product.reflectance.value,
        "corrections": counted(one.properties["rs:correction"] for one in found.items),
        "platforms": counted(one.properties["platform"] for one in found.items),
        "gsd_m": sorted({one.properties["gsd"] for one in found.items}),
        "sources": list(product.sources),
    }


def where(found: Published) -> dict[str, Any]:
    """Bounding box [west, south, east, north], union of the footprints (EPSG:4326), tile codes."""
    # on a fixed grid the union has the items' own 7 decimals, and slivers cannot come in
    union = shapely.union_all([shape(one.item["geometry"]) for one in found.items], grid_size=DEGREES)
    return {
        "bbox": _extent(found)["spatial"]["bbox"][0],
        "geometry": _plain(mapping(shapely.orient_polygons(union.normalize()))),
        "place_codes": sorted({one.properties["grid:code"] for one in found.items if "grid:code" in one.properties}),
    }


def when(found: Published) -> dict[str, Any]:
    """Interval (UTC), number of scenes, and how many items know their instant and not just a span."""
    return {
        "interval": _extent(found)["temporal"]["interval"][0],
        "observations": len({name for one in found.items for name in _scenes(one)}),
        "exact_times": sum(one.properties["datetime"] is not None for one in found.items),
    }


def _scenes(one: Offered) -> list[str]:
    """Scenes that an item is made of."""
    return list(one.properties.get("rs:scenes", [one.properties["rs:scene"]]))


def layers(found: Published) -> list[dict[str, Any]]:
    """The rasters of every item. value [unit] = count * scale + offset; a count equal to nodata is none."""
    return [_layer(layer) for layer in found.layers]


def _layer(layer: Layer) -> dict[str, Any]:
    body: dict[str, Any] = {
        "name": layer.name,
        "title": {"en": layer.title, "zh": layer.title_zh},
        "unit": layer.unit,
        "dtype": layer.dtype,
        "nodata": layer.nodata,
        "scale": layer.scale,
        "offset": layer.offset,
        "valid_range": list(layer.valid),
    }
    if layer.classes:
        body["classes"] = [
            {"value": c.value, "name": c.name, "title": {"en": c.title, "zh": c.title_zh}, "colour": c.colour}
            for c in layer.classes
        ]
    return body


def licences(found: Published) -> list[dict[str, Any]]:
    """All distinct terms of the source scenes. Which of them binds most is decided elsewhere."""
    terms = Counter(_terms(one) for one in found.items)
    return [
        {"licence": licence, **({"terms": url} if url else {}), "attribution": attribution, "items": n}
        for (licence, url, attribution), n in sorted(terms.items())
    ]


def _terms(one: Offered) -> tuple[str, str, str]:
    urls = [str(link["href"]) for link in one.item["links"] if link["rel"] == "license"]
    return one.properties["license"], next(iter(urls), ""), one.properties["attribution"]


def grade(found: Published) -> str:
    """The strictest security level among the items."""
    order = list(Grade)
    return max((Grade(one.properties["rs:grade"]) for one in found.items), key=order.index).value


def open_mode(found: Published) -> str:
    """The open mode of the collection; closed where it names none."""
    return OpenMode(found.collection.get("rs:open_mode", OpenMode.CLOSED)).value


def preview(found: Published) -> dict[str, Any]:
    """The quicklook of the item with the most valid pixels. Raises CheckFailed where it is damaged."""
    best = max(found.items, key=lambda one: one.properties["rs:valid_fraction"])
    fact, asset = best.entry.fact, best.item["assets"]["quicklook"]
    path, digest, store = asset_name(fact.product, asset["href"]), fact.assets["quicklook"], found.layout.store
    if store.digest(path) != digest:
        raise CheckFailed("the picture is missing or damaged", where=store.where(path), remedy=DAMAGED)
    return {"item": fact.item, "path": path, "type": asset["type"], "size": asset["file:size"], "sha256": digest}


def counted(names: Iterable[str]) -> dict[str, int]:
    """How often each name comes, by name."""
    return dict(sorted(Counter(names).items()))


def _extent(found: Published) -> dict[str, Any]:
    return extent_fields(extent_of(one.item for one in found.items))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return round(value, 7) if isinstance(value, float) else value
