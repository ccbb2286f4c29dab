"""Draft listings: what is offered on the exchange, drawn from what is published.

Only drafts are made here. Self-test, review, publicity and the entry in the asset register, which
gives a listing its number, take over from a draft whose `todo` is empty.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rs.catalog.layout import Layout
from rs.core.slot import canonical_json
from rs.errors import CheckFailed, Conflict
from rs.exchange import facts
from rs.exchange.blanks import blanks, todo_of
from rs.exchange.published import Offered, Published, published
from rs.exchange.quality import checks, quality
from rs.exchange.schema import check_listing
from rs.products import product as product_named
from rs.store.local import LocalStore

SCHEMA = "urn:rs:schema:listing:1"


def write_draft(site: Path | Layout, product: str, out: Path | None = None) -> tuple[Path, dict[str, Any]]:
    """Draw a draft listing of a product from the register of a site, and write it; gives path and body.

    It goes to listings/PRODUCT/draft-DIGEST.json of the site unless `out` names a file. The digest is
    that of all the draft says: the same state of the register finds the same name, news finds a new
    one, and a draft that somebody has begun to fill in is never in the way. A running number could
    not tell these apart without reading the others, and two writers could want the same one.

    Writing the same draft again changes nothing. Raises UnknownName; UsageError where nothing of the
    product is published; CheckFailed where an item is damaged or the draft breaks the schema; Conflict
    where the file holds something else, such as an edited draft; OutputError.
    """
    layout = site if isinstance(site, Layout) else Layout(site)
    body = _draw(layout, product)
    path = out or layout.root / "listings" / product / f"{body['version']}.json"
    check_listing(body, str(path))
    try:
        LocalStore(path.parent).create(path.name, listing_bytes(body))
    except Conflict as error:
        raise Conflict(
            "holds another draft, or this one edited; nothing was overwritten", where=str(path),
            remedy="Go on with that file, or name a new one with --out",
        ) from error  # fmt: skip
    return path, body


def _draw(layout: Layout, name: str) -> dict[str, Any]:
    product = product_named(name)
    try:
        return draft_of(published(layout, product))
    except KeyError as error:
        raise CheckFailed(
            f"an item or the collection of {name} lacks {error}", where=layout.store.where(""),
            remedy="They were written by another version of rs: make them anew, or use that version",
        ) from error  # fmt: skip


def draft_of(found: Published) -> dict[str, Any]:
    """The draft listing of what is published: no clock, no host."""
    body = {**_head(found), **blanks(), **_drawn(found)}
    body["todo"] = todo_of(body)
    body["version"] = version_of(body)
    return body


def version_of(body: Mapping[str, Any]) -> str:
    """Version of a draft: a digest of all else that it says."""
    rest = {name: value for name, value in body.items() if name != "version"}
    return f"draft-{hashlib.sha256(canonical_json(rest)).hexdigest()[:12]}"


def listing_bytes(body: Mapping[str, Any]) -> bytes:
    """The stored form: in the order in which a person reads and fills it in."""
    return json.dumps(body, indent=1, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def _head(found: Published) -> dict[str, Any]:
    product = found.product
    return {
        "schema": SCHEMA,
        "id": f"{product.name}-{product.version}",
        "version": "",
        "status": "draft",
        "title": {"en": product.title, "zh": product.title_zh},
        "description": _description(found),
        "todo": [],
    }


def _description(found: Published) -> dict[str, str]:
    product, when = found.product, facts.when(found)
    start, end = (time[:10] for time in when["interval"])
    held = found.layers
    units = [f" [{layer.unit}]" if layer.unit != "1" else "" for layer in held]
    layers = [(layer.title + unit, layer.title_zh + unit) for layer, unit in zip(held, units, strict=True)]
    platforms = list(facts.what(found)["platforms"])
    return {
        "en": f"{product.description} Layers: {', '.join(en for en, _ in layers)}. Observations:"
        f" {when['observations']}, by {', '.join(platforms)}, {start} to {end}.",
        "zh": f"{product.title_zh}。图层：{'、'.join(zh for _, zh in layers)}。观测 {when['observations']} 次，"
        f"卫星：{'、'.join(platforms)}，{start} 至 {end}。",
    }


def _drawn(found: Published) -> dict[str, Any]:
    return {
        "family": found.product.family.value,
        "themes": [theme.value for theme in found.product.themes],
        "what": facts.what(found),
        "where": facts.where(found),
        "when": facts.when(found),
        "layers": facts.layers(found),
        "licences": facts.licences(found),
        "grade": facts.grade(found),
        "open_mode": facts.open_mode(found),
        "preview": facts.preview(found),
        "quality": quality(found),
        "checks": checks(found),
        "provenance": {
            "register": "resource",
            "position": found.position,
            "items": [_source(one) for one in found.items],
            "left_out": [_source(one) for one in found.left_out],
        },
    }


def _source(one: Offered) -> dict[str, Any]:
    fact = one.entry.fact
    return {
        "item": fact.item, "path": f"items/{fact.product}/{fact.item}.json", "entry": one.entry.number,
        "sha256": fact.item_digest, "product_version": one.properties["version"],
        "grade": one.properties["rs:grade"], "open_mode": one.properties["rs:open_mode"],
    }  # fmt: skip
