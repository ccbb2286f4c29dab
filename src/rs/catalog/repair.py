"""Repair: what can be brought back is, what is damaged moves away, the rest is named with what to do."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rs.catalog.attestation import check_attestation
from rs.catalog.busy import check_quiet
from rs.catalog.entry import Action, Entry
from rs.catalog.following import load_item
from rs.catalog.heads import CHECKPOINT, kept_name, newest_checkpoint, signed_head
from rs.catalog.index import rebuild
from rs.catalog.layout import Layout, attestation_name, item_name
from rs.catalog.register import FOLD, Register, snapshot_of
from rs.catalog.sign import sign_entry
from rs.catalog.stored import asset_name, read_document
from rs.core.product import Product
from rs.core.scene import OpenMode
from rs.errors import BadInput, RsError
from rs.store.local import LocalStore
from rs.store.store import Store
from rs.trust.keyring import Keyring
from rs.trust.keys import Signer

AGAIN = "rs run makes it again where its scene is still there; else restore it from a backup"


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
            self.move_away(self.store, name)
        spare = self.spares().get(digest)
        body = self.store.read(spare) if spare is not None else None
        if body is None or hashlib.sha256(body).hexdigest() != digest:
            return False
        self.store.create(name, body)
        self.done.mended.append((where, f"brought back from {spare}"))
        return True

    def move_away(self, store: Store, name: str) -> None:
        """Keep the damaged bytes, create-only, then free the name."""
        body = store.read(name)
        assert body is not None
        folder = "" if store is self.store else "register/"
        kept = f"{folder}{name}.{hashlib.sha256(body).hexdigest()[:12]}"
        LocalStore(self.layout.quarantine).create(kept, body)
        store.remove(name)
        self.done.mended.append((store.where(name), "was damaged and is now in quarantine"))

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
            if key not in item["assets"]:
                self.done.left.append((f"register entry {entry.number}", f"names asset {key}, its item does not"))
                continue
            file = asset_name(fact.product, item["assets"][key]["href"])
            if file not in self.seen and not self.bring_back(file, digest):
                self.done.left.append((self.store.where(file), f"file is lost; {AGAIN}"))
            self.seen.add(file)

    def checkpoints(self, ring: Keyring) -> None:
        """Move away checkpoints that no key of the ring signed; the newest comes back from the kept ones.

        One that is signed and does not fit the register stays: it shows that the register was changed.
        """
        store = self.register.store
        for name in [CHECKPOINT, *store.names("checkpoints")]:
            try:
                body = read_document(store, name)
                if body is not None:
                    signed_head(body, ring)
            except BadInput:
                self.move_away(store, name)
        kept = sorted(store.names("checkpoints"))
        if kept and not store.exists(CHECKPOINT):
            store.create(CHECKPOINT, store.read(kept[-1]) or b"")
            self.done.mended.append((store.where(CHECKPOINT), f"brought back from {kept[-1]}"))
        newest = store.read(CHECKPOINT)
        if newest is not None and not store.exists(name := kept_name(signed_head(newest, ring)[0].size)):
            store.create(name, newest)
            self.done.mended.append((store.where(name), "brought back from the newest checkpoint"))

    def signature(self, entry: Entry, covered: int, ring: Keyring, signer: Signer | None) -> None:
        """Mend the attestation of a sound item: a wrong one goes, whoever put it there; a covered one comes back."""
        item = load_item(self.layout, entry)
        if item is None:
            return
        name = attestation_name(entry.fact.product, entry.fact.item)
        try:
            body = read_document(self.store, name)
            if body is not None:
                check_attestation(body, item, ring)
                return
        except BadInput:
            self.move_away(self.store, name)
        if entry.number > covered:
            return
        if signer is None:
            self.done.left.append((self.store.where(name), "attestation is lost, and no key here may sign"))
            return
        try:
            sign_entry(self.layout, entry, signer, ring)
            self.done.mended.append((self.store.where(name), "signed again"))
        except RsError as error:
            self.done.left.append((error.where, error.what))

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
    itself is damaged: that comes back from a backup alone; Conflict while a run goes on.
    """
    check_quiet(layout.staging, "the repair")
    for pattern in ("register*.sqlite*", "index*.sqlite*"):
        for file in layout.cache.glob(pattern):
            file.unlink(missing_ok=True)
    # the entries themselves, not a snapshot that may be the damaged file
    register = layout.open_register()
    _read_whole(register)
    work = _Repairing(layout, register)
    work.snapshots()
    if ring is not None:
        work.checkpoints(ring)
    head = newest_checkpoint(register) if ring is not None else None
    for number in range(1, register.view.position + 1):
        entry = register.view.entry(number)
        assert entry is not None
        if entry.fact.action not in (Action.PUBLISH, Action.SUPERSEDE):
            continue
        work.entry(entry)
        if ring is not None:
            work.signature(entry, head.size if head else 0, ring, signer)
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
