"""Items and files against their entries: there, whole, the same; and nothing that no entry names."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from rs.catalog.entry import Action, Entry
from rs.catalog.layout import Layout, attestation_name, item_name
from rs.catalog.stored import asset_name
from rs.catalog.verification import Verification
from rs.errors import CheckFailed
from rs.trust.encoding import MAX_BYTES


class ItemCheck:
    """Checks item by item; remembers every name that an entry accounts for.

    unsound: products with an item that is lost or damaged.
    """

    def __init__(self, layout: Layout, found: Verification) -> None:
        self.layout, self.store, self.found = layout, layout.store, found
        self.named: set[str] = set()
        self.sound: set[str] = set()
        self.unsound: set[str] = set()

    def check(self, entry: Entry) -> dict[str, Any] | None:
        """Check the item of an entry and its files; gives the item where it is the registered one."""
        fact = entry.fact
        if fact.action not in (Action.PUBLISH, Action.SUPERSEDE):
            return None
        name = item_name(fact.product, fact.item)
        where = self.store.where(name)
        self.named.add(name)
        if (self.store.size(name) or 0) > MAX_BYTES:
            self.unsound.add(fact.product)
            self.found.error(where, f"item of register entry {entry.number} has more than {MAX_BYTES} bytes")
            return None
        body = self.store.read(name)
        if body is None:
            self.unsound.add(fact.product)
            self.found.error(where, f"item of register entry {entry.number} is missing")
            return None
        self.found.items += 1
        same = hashlib.sha256(body).hexdigest() == fact.item_digest
        if not same:
            self.unsound.add(fact.product)
            self.found.error(where, f"item is not the one of register entry {entry.number} (digest differs)")
        try:
            item: dict[str, Any] = json.loads(body)
            self._fields(entry, item, where)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            self.found.error(where, "item cannot be read")
            return None
        return item if same else None

    def know(self, entries: Iterable[Entry]) -> None:
        """Account for what entries of earlier epochs name; what of it is still there, is not looked at."""
        for entry in entries:
            with contextlib.suppress(CheckFailed):
                self.named.update(self.names(entry))

    def names(self, entry: Entry) -> Iterator[str]:
        """Names of item, attestation and files of an entry. Raises CheckFailed where its item cannot be read."""
        fact = entry.fact
        if fact.action not in (Action.PUBLISH, Action.SUPERSEDE):
            return
        yield item_name(fact.product, fact.item)
        yield attestation_name(fact.product, fact.item)
        body = self.store.read(item_name(fact.product, fact.item))
        try:
            yield from [asset_name(fact.product, one["href"]) for one in json.loads(body or b"")["assets"].values()]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CheckFailed(
                "item is lost or damaged: its files cannot be told from strays",
                where=self.store.where(item_name(fact.product, fact.item)), remedy="Run rs repair first",
            ) from error  # fmt: skip

    def _fields(self, entry: Entry, item: dict[str, Any], where: str) -> None:
        fact = entry.fact
        assets = {key: asset for key, asset in item["assets"].items() if key != "attestation"}
        said = (item["properties"]["rs:slot"], item["properties"]["rs:key"], item["collection"], item["id"])
        files = [
            (key, asset_name(fact.product, asset["href"]), asset.get("file:size")) for key, asset in assets.items()
        ]
        if said != (fact.slot, fact.key, fact.product, fact.item):
            self.found.error(where, f"slot, key, product or id differ between item and register entry {entry.number}")
        for key in sorted(set(fact.assets) ^ set(assets)):
            self.found.error(where, f"asset {key} is in only one of item and register entry {entry.number}")
        for key, name, size in files:
            if name.startswith(("/", "../")):
                self.found.error(where, f"asset {key} lies outside of the site")
                continue
            try:
                self._file(name, fact.assets.get(key, ""), size)
            except OSError as error:
                self.found.error(self.store.where(name), f"file cannot be read ({error.strerror})")

    def _file(self, name: str, digest: str, size: int | None) -> None:
        """A file that several items share is read once."""
        if f"{name} {digest} {size}" in self.sound:
            return
        first, where = name not in self.named, self.store.where(name)
        self.named.add(name)
        held = self.store.size(name)
        if held is None:
            self.found.error(where, "file is missing")
            return
        if first:
            self.found.files += 1
            self.found.bytes += held
        if held != size:
            self.found.error(where, f"file has {held} bytes, the item says {size}")
        elif self.store.digest(name) != digest:
            self.found.error(where, "file is damaged: its digest is not the registered one")
        else:
            self.sound.add(f"{name} {digest} {size}")

    def check_strays(self, others: set[str]) -> None:
        """Note what lies in the folders of items, files and attestations and is named by no entry."""
        for folder in ("items", "data", "attestations"):
            for name in sorted(set(self.store.names(folder)) - self.named - others):
                self.found.notice(self.store.where(name), "is named by no register entry")
