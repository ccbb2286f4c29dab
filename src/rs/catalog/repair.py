"""Repair: what can be brought back is, what is damaged moves away, the rest is named with what to do."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rs.catalog.entry import Action, Entry
from rs.catalog.index import load_item, rebuild
from rs.catalog.layout import Layout, attestation_name, item_name
from rs.catalog.register import FOLD, Register, snapshot_of
from rs.catalog.sign import newest_checkpoint, sign_entry
from rs.catalog.stored import asset_name
from rs.catalog.verify_trust import check_attestation
from rs.core.product import Product
from rs.core.scene import OpenMode
from rs.errors import RsError
from rs.store.local import LocalStore
from rs.trust.keyring import Keyring
from rs.trust.keys import Signer

AGAIN = "rs run makes it again where its scene is still there; else withdraw it"


@dataclass
class Repair:
    """What was mended, and what is left: place and what to do."""

    mended: list[tuple[str, str]] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)


class _Repairing:
    def __init__(self, layout: Layout, register: Register) -> None:
        self.layout, self.store, self.register = layout, layout.store, register
        self.done = Repair()
        self.seen: set[str] = set()
        self._spares: dict[str, str] | None = None

    def bring_back(self, name: str, digest: str) -> bool:
        """True where the name holds the bytes of a digest in the end."""
        held = self.store.digest(name)
        if held == digest:
            return True
        where = self.store.where(name)
        if held is not None:
            self.move_away(name)
            self.done.mended.append((where, "was damaged and is now in quarantine"))
        spare = self.spares().get(digest)
        body = self.store.read(spare) if spare is not None else None
        if body is None or hashlib.sha256(body).hexdigest() != digest:
            return False
        self.store.create(name, body)
        self.done.mended.append((where, f"brought back from {spare}"))
        return True

    def move_away(self, name: str) -> None:
        """Keep the damaged bytes, create-only, then free the name."""
        body = self.store.read(name)
        assert body is not None
        kept = f"{name}.{hashlib.sha256(body).hexdigest()[:12]}"
        LocalStore(self.layout.quarantine).create(kept, body)
        self.store.remove(name)

    def spares(self) -> Mapping[str, str]:
        """Digest and name of every file that no entry names."""
        if self._spares is None:
            named = set(_named(self.layout, self.register))
            strays = [n for folder in ("items", "data") for n in self.store.names(folder) if n not in named]
            self._spares = {digest: name for name in strays if (digest := self.store.digest(name)) is not None}
        return self._spares

    def entry(self, entry: Entry) -> None:
        """Mend item and files of an entry."""
        fact = entry.fact
        name = item_name(fact.product, fact.item)
        if not self.bring_back(name, fact.item_digest):
            self.done.left.append((self.store.where(name), f"item is lost; {AGAIN}"))
        item = load_item(self.layout, entry)
        if item is None:
            return
        for key, digest in fact.assets.items():
            file = asset_name(fact.product, item["assets"][key]["href"])
            if file not in self.seen and not self.bring_back(file, digest):
                self.done.left.append((self.store.where(file), f"file is lost; {AGAIN}"))
            self.seen.add(file)

    def signature(self, entry: Entry, ring: Keyring, signer: Signer | None) -> None:
        """Mend the attestation of a sound item that a checkpoint covers."""
        item = load_item(self.layout, entry)
        if item is None:
            return
        name = attestation_name(entry.fact.product, entry.fact.item)
        body = self.store.read(name)
        try:
            if body is not None:
                check_attestation(body, item, ring)
                return
        except RsError:
            self.move_away(name)
        if signer is None:
            self.done.left.append((self.store.where(name), "attestation is lost, and no key here may sign"))
            return
        sign_entry(self.layout, entry, signer)
        self.done.mended.append((self.store.where(name), "signed again"))

    def snapshots(self) -> None:
        """Make snapshots again that are missing or not what the entries say."""
        for number in range(1, self.register.view.position // FOLD + 1):
            name = snapshot_of(number)
            meant = b"".join(self.register.view.bodies((number - 1) * FOLD + 1, number * FOLD))
            if self.register.store.read(name) != meant:
                self.register.store.remove(name)
                self.register.store.create(name, meant)
                self.done.mended.append((self.register.store.where(name), "snapshot made again"))


def repair(
    layout: Layout, products: Mapping[str, Product], mode: OpenMode, ring: Keyring | None, signer: Signer | None
) -> Repair:
    """Mend a site as far as what lies there allows; run it while nothing else writes.

    Damaged files move to quarantine/; lost ones come back from strays of the same digest; attestations
    are signed again where a key is at hand; the index is made anew. Raises BadInput where the register
    itself is damaged: that comes back from a backup alone.
    """
    for name in ("register.sqlite", "index.sqlite"):
        for suffix in ("", "-wal", "-shm"):
            (layout.cache / f"{name}{suffix}").unlink(missing_ok=True)
    # the entries themselves, not a snapshot that may be the damaged file
    register = layout.open_register()
    _read_whole(register)
    work = _Repairing(layout, register)
    work.snapshots()
    head = newest_checkpoint(register)
    for number in range(1, register.view.position + 1):
        entry = register.view.entry(number)
        assert entry is not None
        if entry.fact.action not in (Action.PUBLISH, Action.SUPERSEDE):
            continue
        work.entry(entry)
        if ring is not None and head is not None and number <= head.size:
            work.signature(entry, ring, signer)
    rebuild(layout, register, products, mode, None if ring is None or head is None else head.size)
    work.done.mended.append((layout.store.where("index"), "index made anew"))
    return work.done


def _read_whole(register: Register) -> None:
    with register.view.writing():
        for entry in register.read():
            register.view.apply(entry)


def _named(layout: Layout, register: Register) -> Iterable[str]:
    for number in range(1, register.view.position + 1):
        entry = register.view.entry(number)
        assert entry is not None
        yield item_name(entry.fact.product, entry.fact.item)
        item = load_item(layout, entry) if entry.fact.item else None
        for asset in (item or {"assets": {}})["assets"].values():
            yield asset_name(entry.fact.product, asset["href"])
