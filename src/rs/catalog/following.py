"""Views of live items that follow the register, step by step."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from rs.catalog.entry import Entry
from rs.catalog.layout import Layout, item_name
from rs.catalog.places import Places
from rs.catalog.register import Register
from rs.catalog.view import healed

STEP = 500
"""Entries that a view follows at a time."""
T = TypeVar("T")


def load_item(layout: Layout, entry: Entry) -> dict[str, Any] | None:
    """The stored item of an entry; None where it is lost or damaged, which `rs verify` names."""
    body = layout.store.read(item_name(entry.fact.product, entry.fact.item))
    if body is None or hashlib.sha256(body).hexdigest() != entry.fact.item_digest:
        return None
    item: dict[str, Any] = json.loads(body)
    return item


def load_items(layout: Layout, entries: Iterable[Entry]) -> list[tuple[Entry, dict[str, Any]]]:
    """Entries with their stored items, without those that are lost or damaged."""
    return [(entry, item) for entry in entries if (item := load_item(layout, entry)) is not None]


def ask_places(layout: Layout, register: Register, question: Callable[[Places], T], upto: int | None = None) -> T:
    """What the view of live items answers when it is at an entry, or at the head of the register.

    The question is asked again where the view proves damaged: it is made again first.
    """
    places = Places(layout.view("index.sqlite"))

    def answer() -> T:
        follow(places, layout, register, upto)
        return question(places)

    try:
        return healed(answer)
    finally:
        places.close()


def follow(places: Places, layout: Layout, register: Register, upto: int | None = None) -> bool:
    """Bring a view of live items up to an entry, or to the head; False where it was there already."""
    size = register.sync()
    head = size if upto is None else min(size, upto)
    since = places.position
    if since >= head and places.state("last") == _mark(register, since):
        return False
    while True:
        # in steps, so that others who use the file wait for one of them and a kill loses one
        with places.writing():
            since = places.position
            if places.state("last") != _mark(register, since):
                places.reset()
                since = 0
            last = max(since, min(head, since + STEP))
            for number in range(since + 1, last + 1):
                entry = register.view.entry(number)
                assert entry is not None
                places.apply(entry, load_item(layout, entry))
            places.remember("position", str(last))
            places.remember("last", _mark(register, last))
        if last >= head:
            return True


def _mark(register: Register, number: int) -> str:
    """Tells epochs and restored registers apart."""
    bodies = register.view.bodies(number, number)
    return f"{register.epoch}:{number}:{hashlib.sha256(b''.join(bodies)).hexdigest()}" if number else ""
