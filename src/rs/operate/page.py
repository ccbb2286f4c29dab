"""The page without a server: a contact sheet of everything published, zh and en, no outside host."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from rs.catalog.derived import shown
from rs.catalog.following import ask_places
from rs.catalog.item import main_asset
from rs.catalog.layout import Layout, item_name
from rs.catalog.places import Places
from rs.catalog.register import Register
from rs.products import products

MOST_CARDS = 60
"""Newest items of a product that the page shows."""


@dataclass(frozen=True, slots=True)
class Card:
    """One item on the sheet; hrefs are relative to index/."""

    item: str
    place: str
    when: str
    valid: str
    mean: str
    quicklook: str
    item_href: str
    files: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    cloud: str


@dataclass(frozen=True, slots=True)
class Section:
    """A product with its cards."""

    name: str
    title: str
    title_zh: str
    description: str
    limits: tuple[str, ...]
    cards: tuple[Card, ...]
    count: int


def write_page(layout: Layout, register: Register, title: str) -> None:
    """Write index/index.html from what the catalogue shows; the same state of it gives the same page.

    It has the newest items of each product; the catalogue beside it has all of them.
    """
    position = shown(layout, register.epoch)
    upto = position if position >= 0 else None
    sections = ask_places(layout, register, lambda places: _sections(layout, places), upto)
    text = _template().render(title=title or "rs", sections=sections, count=sum(part.count for part in sections))
    layout.store.replace("index/index.html", text.encode())


def _sections(layout: Layout, places: Places) -> list[Section]:
    sections = []
    for top in (node for node in places.products() if node.count):
        items = [_stored(layout, top.product, name) for name in places.newest(top.product, MOST_CARDS)]
        cards = [_card(top.product, item) for item in items if item is not None]
        sections.append(_section(top.product, top.count, cards))
    return sections


def _stored(layout: Layout, product: str, item: str) -> dict[str, Any] | None:
    body = layout.store.read(item_name(product, item))
    found: dict[str, Any] | None = None if body is None else json.loads(body)
    return found


def load() -> None:
    """Load what the page is written with, ahead of its writing."""
    _template()


@cache
def _template() -> Any:
    environment = Environment(loader=PackageLoader("rs.operate"), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("page.html.j2")


def _section(name: str, count: int, cards: list[Card]) -> Section:
    product = products().get(name)
    if product is None:
        return Section(name, name, name, "", (), tuple(cards), count)
    return Section(name, product.title, product.title_zh, product.description, product.limits, tuple(cards), count)


def _card(product: str, item: dict[str, Any]) -> Card:
    properties, assets = item["properties"], item["assets"]
    base = Path("../items") / product

    def href(key: str) -> str:
        return os.path.normpath(f"{base}/{assets[key]['href']}")

    main = assets[main_asset(item)]
    statistics = main["bands"][0].get("statistics")
    unit = main["bands"][0].get("unit", "")
    classed = "classification:classes" in main
    mean = "" if statistics is None or classed else f"{statistics['mean']:.3g} {unit}".strip()
    return Card(
        item=item["id"], place=_place(item), when=_when(properties),
        valid=f"{properties['rs:valid_fraction']:.1%}", mean=mean or _classes(main),
        quicklook=href("quicklook"), item_href=f"../items/{product}/{item['id']}.json",
        files=tuple((key, href(key)) for key in sorted(assets) if key not in ("quicklook", "thumbnail")),
        notes=tuple(properties["rs:notes"]),
        cloud=f"{properties['eo:cloud_cover']:.1f} %" if "eo:cloud_cover" in properties else "",
    )  # fmt: skip


def _classes(asset: dict[str, Any]) -> str:
    pixels = asset.get("rs:class_pixels", {})
    total = sum(pixels.values()) or 1
    shown = sorted(pixels.items(), key=lambda p: -p[1])[:3]
    return ", ".join(f"{name} {count / total:.1%}" for name, count in shown)


def _place(item: dict[str, Any]) -> str:
    west, south, east, north = item["bbox"]
    lat, lon = (south + north) / 2, (west + east) / 2 if west <= east else 180.0
    name = item["properties"].get("grid:code") or item["properties"]["rs:scene"]
    return f"{name} ({abs(lat):.2f}°{'N' if lat >= 0 else 'S'} {abs(lon):.2f}°{'E' if lon >= 0 else 'W'})"


def _when(properties: dict[str, Any]) -> str:
    if properties["datetime"]:
        return f"{properties['datetime'][:16].replace('T', ' ')} UTC"
    start, end = properties["start_datetime"][:10], properties["end_datetime"][:10]
    return start if start == end else f"{start} – {end}"
