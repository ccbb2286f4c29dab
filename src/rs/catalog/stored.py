"""Stored items and files of an entry: their names, and which of them are lost."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator
from typing import Any

from rs.catalog.entry import Entry
from rs.catalog.layout import Layout, item_name
from rs.errors import BadInput
from rs.store.store import Store
from rs.trust.encoding import MAX_BYTES


def asset_name(product: str, href: str) -> str:
    """Name of an asset below the site, from the href in a stored item."""
    return posixpath.normpath(f"items/{product}/{href}")


def read_document(store: Store, name: str) -> bytes | None:
    """Bytes of a document; None where the name holds nothing. Raises BadInput beyond 16 MiB: it is read whole."""
    size = store.size(name)
    if size is not None and size > MAX_BYTES:
        raise BadInput(f"has {size} bytes, more than {MAX_BYTES}", where=store.where(name))
    return store.read(name)


def file_names(product: str, item: dict[str, Any]) -> Iterator[str]:
    """Names below the site of the files of a stored item, attestations left out."""
    for asset in item["assets"].values():
        if "file:checksum" in asset:
            yield asset_name(product, asset["href"])


def is_lost(layout: Layout, entry: Entry) -> bool:
    """True where the store lacks the item of an entry, or one of its files. Bytes are not looked at."""
    body = layout.store.read(item_name(entry.fact.product, entry.fact.item))
    if body is None:
        return True
    try:
        names = list(file_names(entry.fact.product, json.loads(body)))
    except (ValueError, KeyError, TypeError, AttributeError):
        # a damaged item is for rs verify to name and rs repair to move away: nothing is overwritten
        return False
    return not all(layout.store.exists(name) for name in names)
