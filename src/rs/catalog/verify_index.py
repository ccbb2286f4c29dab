"""The derived index against what the register gives: links, extents and positions of every file."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from rs.catalog.derived import EPOCH, POSITION
from rs.catalog.index import expect
from rs.catalog.layout import CATALOG, Layout
from rs.catalog.places import Places
from rs.catalog.verification import Verification
from rs.catalog.verify_register import Log
from rs.catalog.words import Words

SAID = ("type", "id", "links", "extent", POSITION, EPOCH, "rs:grade")
"""What an index file says of the register; the rest are words of the installed products."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the sound entries and items give: the view of live items.

    unsound: products with a lost item, whose part of the index nothing can be compared with.
    """

    places: Places
    unsound: Collection[str]


def check_index(layout: Layout, log: Log, found: Verification, given: Given) -> None:
    """Compare every derived file with what the entries give, where the index is up to date."""
    store, where = layout.store, layout.store.where(CATALOG)
    body = store.read(CATALOG)
    if body is None:
        if log.size:
            found.notice(where, "index is missing; rs run or rs produce rebuilds it")
        return
    try:
        said = json.loads(body)
        position, epoch = int(said[POSITION]), int(said.get(EPOCH, 1))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        found.error(where, "index cannot be read; rs run or rs produce rebuilds it")
        return
    if epoch != log.epoch:
        found.notice(where, f"index is of epoch {epoch}, the register of {log.epoch}; rs run rebuilds it")
    elif position > log.size:
        found.error(where, f"index is at entry {position}, the register ends at {log.size}: entries were lost")
    elif position < log.size:
        found.notice(where, f"index is at entry {position} of {log.size}")
    else:
        _compare(layout, log, found, given)


def _compare(layout: Layout, log: Log, found: Verification, given: Given) -> None:
    store, named, unsound = layout.store, Words(), given.unsound

    def compare(name: str, meant: dict[str, Any]) -> None:
        named.put(name)
        if name.split("/")[1] in unsound or (unsound and name == CATALOG):
            return
        with _noting(found, store.where(name)):
            held = json.loads(store.read(name) or b"")
            wrong = [key for key in SAID if held.get(key) != meant.get(key)]
            if wrong:
                raise ValueError(f"says other things than the register about {', '.join(wrong)}")

    expect(layout, given.places, log.size, log.epoch, compare)
    for name in store.names("index"):
        if name.endswith(".json") and named.get(name) is None and name.split("/")[1] not in unsound:
            found.notice(store.where(name), "is a leftover of the index")
    named.close()


@contextlib.contextmanager
def _noting(found: Verification, where: str) -> Iterator[None]:
    try:
        yield
    except json.JSONDecodeError:
        found.error(where, "index cannot be read; rs repair rebuilds it")
    except (ValueError, AttributeError, RecursionError) as error:
        found.error(where, f"index {error}; rs repair rebuilds it")
