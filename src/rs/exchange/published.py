"""What of a product is published at a site: its live entries, their items, and the collection."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rs.catalog.derived import POSITION
from rs.catalog.describe import layer_asset
from rs.catalog.entry import Entry
from rs.catalog.layout import CATALOG, Layout, item_name, node_name
from rs.core.product import Layer, Product
from rs.errors import CheckFailed, UsageError

DAMAGED = "Run rs verify on the site and restore what it names"
BEHIND = "Run rs run or rs produce again: it rebuilds the index"


@dataclass(frozen=True, slots=True)
class Offered:
    """A live item with the register entry that published it; its bytes are the registered ones."""

    entry: Entry
    item: Mapping[str, Any]

    @property
    def properties(self) -> Mapping[str, Any]:
        """Properties of the item."""
        found: Mapping[str, Any] = self.item["properties"]
        return found


@dataclass(frozen=True, slots=True)
class Published:
    """A product as it stands at a site.

    items: live items of the installed product version, by slot; never empty. left_out: live items
    of other versions. position: number of the last register entry about this product, so that news
    of other products changes nothing here.
    """

    layout: Layout
    product: Product
    collection: Mapping[str, Any]
    position: int
    items: tuple[Offered, ...]
    left_out: tuple[Offered, ...]

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Layers that every item has: of a composite those of the bands that all its scenes hold."""
        return tuple(x for x in self.product.layers if all(x.name in one.item["assets"] for one in self.items))


def published(site: Path | Layout, product: Product) -> Published:
    """What of a product is published at a site.

    Raises UsageError where nothing of it is, or where the index is behind the register; CheckFailed
    where an item is not the registered one or says other things than the product declares.
    """
    layout = site if isinstance(site, Layout) else Layout(site)
    entries, position = _live(layout, product.name)
    if not entries:
        raise UsageError(
            f"nothing of {product.name} is published there", where=layout.store.where(""),
            remedy="Name a site folder or an output folder of rs produce that holds it",
        )  # fmt: skip
    collection = _collection(layout, product.name, position)
    found = [_offered(layout, entry) for entry in entries]
    ours = tuple(one for one in found if one.properties["version"] == product.version)
    if not ours:
        raise UsageError(
            f"no live item of {product.name} is of version {product.version}, which is installed",
            where=layout.store.where(""), remedy="Install the version that made them, or make them anew",
        )  # fmt: skip
    for one in ours:
        _agrees(layout, one, product)
    others = tuple(one for one in found if one.properties["version"] != product.version)
    return Published(layout, product, collection, position, ours, others)


def _live(layout: Layout, name: str) -> tuple[list[Entry], int]:
    """Live entries of a product by slot, and the number of the last entry about it; one reading."""
    register = layout.open_register()
    return list(register.live(name).values()), register.view.last_about(name)


def _collection(layout: Layout, name: str, position: int) -> Mapping[str, Any]:
    store, path = layout.store, node_name(name, "")
    try:
        reflected = json.loads(store.read(CATALOG) or b"")[POSITION]
        body: Mapping[str, Any] = json.loads(store.read(path) or b"")
    except (OSError, ValueError, KeyError) as error:
        where = store.where(path)
        raise UsageError("the collection is missing or cannot be read", where=where, remedy=BEHIND) from error
    if reflected < position:
        raise UsageError(
            f"the index is at register entry {reflected}, {name} at {position}", where=store.where(path), remedy=BEHIND
        )
    return body


def _offered(layout: Layout, entry: Entry) -> Offered:
    name = item_name(entry.fact.product, entry.fact.item)
    body, where = layout.store.read(name), layout.store.where(name)
    if body is None:
        raise CheckFailed("the item is missing", where=where, remedy=DAMAGED)
    if hashlib.sha256(body).hexdigest() != entry.fact.item_digest:
        raise CheckFailed(f"is not the item of register entry {entry.number}", where=where, remedy=DAMAGED)
    return Offered(entry, json.loads(body))


def _agrees(layout: Layout, one: Offered, product: Product) -> None:
    """The listing speaks of layers once for all items: they must say what the product declares."""
    declared = {
        "rs:family": product.family.value, "rs:themes": [theme.value for theme in product.themes],
        "rs:reflectance": product.reflectance.value,
    }  # fmt: skip
    said = {name: one.properties[name] for name in declared}
    for layer in product.layers:
        if layer.name not in one.item["assets"] and product.composite is not None:
            continue  # a composite has the bands that its scenes hold
        declared |= _facts(layer.name, layer_asset(layer), layer)
        said |= _facts(layer.name, one.item["assets"][layer.name], layer)
    for name, value in declared.items():
        if said[name] != value:
            raise CheckFailed(
                f"{name} is {said[name]!r} and the product declares {value!r} under the same version",
                where=layout.store.where(item_name(product.name, one.entry.fact.item)),
                remedy="Give the product a new version and make the item anew",
            )


def _facts(name: str, asset: Mapping[str, Any], layer: Layer) -> dict[str, Any]:
    band, classes = asset["bands"][0], asset.get("classification:classes", [])
    known = ("data_type", "nodata", "raster:scale", "raster:offset", "unit")
    facts = {f"{name}/{key}": band.get(key) for key in known}
    return {**facts, f"{name}/classes": [(c["value"], c["name"]) for c in classes]} if layer.classes else facts
