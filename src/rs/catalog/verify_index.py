"""The derived index against what the register gives: links, extents and positions of every file."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Collection, Iterator

from rs.catalog.index import EPOCH, POSITION, expected
from rs.catalog.layout import CATALOG, Layout
from rs.catalog.verification import Verification
from rs.catalog.verify_register import Log
from rs.core.scene import OpenMode

SAID = ("type", "id", "links", "extent", POSITION, EPOCH, "rs:grade")
"""What an index file says of the register; the rest are words of the installed products."""


def check_index(layout: Layout, log: Log, found: Verification, unsound: Collection[str]) -> None:
    """Compare every derived file with what the entries give, where the index is up to date.

    unsound: products with a lost item, whose part of the index nothing can be compared with.
    """
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
        _compare(layout, found, unsound)


def _compare(layout: Layout, found: Verification, unsound: Collection[str]) -> None:
    store, named = layout.store, set()
    for name, meant in expected(layout, OpenMode.CLOSED):
        named.add(name)
        if name.split("/")[1] in unsound or (unsound and name == CATALOG):
            continue
        with _noting(found, store.where(name)):
            held = json.loads(store.read(name) or b"")
            wrong = [key for key in SAID if held.get(key) != meant.get(key)]
            if wrong:
                raise ValueError(f"says other things than the register about {', '.join(wrong)}")
    for name in store.names("index"):
        if name.endswith(".json") and name not in named and name.split("/")[1] not in unsound:
            found.notice(store.where(name), "is a leftover of the index")


@contextlib.contextmanager
def _noting(found: Verification, where: str) -> Iterator[None]:
    try:
        yield
    except json.JSONDecodeError:
        found.error(where, "index cannot be read; rs repair rebuilds it")
    except (ValueError, AttributeError, RecursionError) as error:
        found.error(where, f"index {error}; rs repair rebuilds it")
