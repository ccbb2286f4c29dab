"""The page without a server: a contact sheet of everything published, zh and en, no outside host."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from rs.catalog.files import replace
from rs.catalog.index import load_items
from rs.catalog.layout import Layout
from rs.catalog.register import Register
from rs.products import products


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


def write_page(layout: Layout, register: Register, title: str) -> Path:
    """Write index/index.html from the register; the same register gives the same page."""
    sections: dict[str, list[Card]] = {}
    entries = sorted(register.live().values(), key=lambda e: e.fact.slot)
    for entry, item in load_items(layout, entries):
        sections.setdefault(entry.fact.product, []).append(_card(entry.fact.product, item))
    body = [_section(name, cards) for name, cards in sorted(sections.items())]
    text = _template().render(title=title or "rs", sections=body, count=sum(len(s.cards) for s in body))
    path = layout.index / "index.html"
    replace(path, text.encode())
    return path


@cache
def _template() -> Any:
    environment = Environment(loader=PackageLoader("rs.operate"), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("page.html.j2")


def _section(name: str, cards: list[Card]) -> Section:
    product = products().get(name)
    if product is None:
        return Section(name, name, name, "", (), tuple(cards))
    return Section(name, product.title, product.title_zh, product.description, product.limits, tuple(cards))


def _card(product: str, item: dict[str, Any]) -> Card:
    properties, assets = item["properties"], item["assets"]
    base = Path("../items") / product

    def href(key: str) -> str:
        return os.path.normpath(f"{base}/{assets[key]['href']}")

    statistics = assets[product]["bands"][0].get("statistics")
    unit = assets[product]["bands"][0].get("unit", "")
    classed = "classification:classes" in assets[product]
    mean = "" if statistics is None or classed else f"{statistics['mean']:.3g} {unit}".strip()
    return Card(
        item=item["id"], place=_place(item), when=_when(properties),
        valid=f"{properties['rs:valid_fraction']:.1%}", mean=mean or _classes(assets[product]),
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
