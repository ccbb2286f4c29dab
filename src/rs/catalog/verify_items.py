"""Items and files against their entries: there, whole, the same; and nothing that no entry names."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from rs.catalog.entry import Action, Entry, Fact
from rs.catalog.layout import Layout, attestation_name, item_name
from rs.catalog.stored import asset_name
from rs.catalog.verification import Verification
from rs.catalog.words import Words
from rs.errors import CheckFailed
from rs.trust.encoding import MAX_BYTES

LARGE = 2**20
"""Files from this size on [bytes] are digested in other threads: below it handing over costs more."""
AHEAD = 16
"""Most large files that are under way."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """A large file whose digest another thread takes."""

    name: str
    digest: str
    size: int
    held: Future[str | None]


class ItemCheck:
    """Checks item by item; `named` remembers every name that an entry accounts for, and which files were found sound.

    unsound: products with an item that is lost or damaged.
    """

    def __init__(self, layout: Layout, found: Verification) -> None:
        self.layout, self.store, self.found = layout, layout.store, found
        self.named = Words()
        self.unsound: set[str] = set()
        self._orphans: dict[str, str] = {}
        self._awaited: deque[Awaited] = deque()
        self._pool = ThreadPoolExecutor(min(4, os.cpu_count() or 1))

    def __enter__(self) -> ItemCheck:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)
        self.named.close()

    def check(self, entry: Entry) -> dict[str, Any] | None:
        """Check the item of an entry and its files; gives the item where it is the registered one."""
        fact = entry.fact
        if fact.action not in (Action.PUBLISH, Action.SUPERSEDE):
            return None
        name = item_name(fact.product, fact.item)
        where = self.store.where(name)
        self.named.put(name)
        self.named.put(attestation_name(fact.product, fact.item))
        if (self.store.size(name) or 0) > MAX_BYTES:
            self._lost(fact, where, f"item of register entry {entry.number} has more than {MAX_BYTES} bytes")
            return None
        body = self.store.read(name)
        if body is None:
            self._lost(fact, where, f"item of register entry {entry.number} is missing")
            return None
        self.found.items += 1
        if hashlib.sha256(body).hexdigest() != fact.item_digest:
            # nothing that it says of its files can be trusted
            self._lost(fact, where, f"item is not the one of register entry {entry.number} (digest differs)")
            return None
        try:
            item: dict[str, Any] = json.loads(body)
            self._fields(entry, item, where)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            self._lost(fact, where, "item cannot be read")
            return None
        return item

    def _lost(self, fact: Fact, where: str, why: str) -> None:
        """Note an item that does not say what its files are; their names still bear their digests."""
        self.unsound.add(fact.product)
        self.found.error(where, why)
        self._orphans |= {f"{asset}.{digest[:12]}": digest for asset, digest in fact.assets.items()}

    def know(self, entries: Iterable[Entry]) -> None:
        """Account for what entries of earlier epochs name; what of it is still there, is not looked at."""
        for entry in entries:
            with contextlib.suppress(CheckFailed):
                for name in self.names(entry):
                    self.named.put(name, self.named.get(name) or "")

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
        """A file that several items share is read once where it is sound, and named for each where it is not."""
        known, sound = self.named.get(name), f"{digest} {size}"
        if known == sound:
            return
        where = self.store.where(name)
        self.named.put(name, known or "")
        held = self.store.size(name)
        if held is None:
            self.found.error(where, "file is missing")
            return
        if known is None:
            self.found.files += 1
            self.found.bytes += held
        if held != size:
            self.found.error(where, f"file has {held} bytes, the item says {size}")
        elif held < LARGE:
            self._settle(name, digest, size, self.store.digest(name))
        else:
            self._awaited.append(Awaited(name, digest, size, self._pool.submit(self.store.digest, name)))
            self.settle_awaited(AHEAD)

    def settle_awaited(self, left: int = 0) -> None:
        """Take in the digests that other threads took, until so many are left."""
        while len(self._awaited) > left:
            one = self._awaited.popleft()
            self._settle(one.name, one.digest, one.size, one.held.result())

    def _settle(self, name: str, digest: str, size: int, held: str | None) -> None:
        if held == digest:
            self.named.put(name, f"{digest} {size}")
        else:
            self.found.error(self.store.where(name), "file is damaged: its digest is not the registered one")

    def check_strays(self) -> None:
        """Note what lies in the folders of items, files and attestations and is named by no entry."""
        self.settle_awaited()
        for folder in ("items", "data", "attestations"):
            for name in self.store.names(folder):
                if self.named.get(name) is None:
                    self._unnamed(name)

    def _unnamed(self, name: str) -> None:
        """A file of a lost item is no stray: its name bears the digest that the register entry gives."""
        digest = self._orphans.get(PurePosixPath(name).stem)
        if digest is None:
            self.found.notice(self.store.where(name), "is named by no register entry")
        elif self.store.digest(name) != digest:
            self.found.error(self.store.where(name), "file is damaged: its digest is not the registered one")
