"""The register itself: every entry in its place, no gap, snapshots and epochs as they say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from rs.catalog.entry import Action, Entry, name_of, parse
from rs.catalog.layout import Layout
from rs.catalog.register import FOLD, Register, folder_of, snapshot_of
from rs.catalog.verification import Verification
from rs.catalog.words import Words
from rs.errors import BadInput
from rs.store.store import Store
from rs.trust.encoding import base64_text
from rs.trust.tree import Tree


@dataclass
class Log:
    """The entries that are sound, with the store and the tree of each epoch (from 1).

    resumed: the first entry of each epoch from the second on, which says what was lost of the one before.
    """

    epoch: int
    stores: dict[int, Store] = field(default_factory=dict)
    trees: dict[int, Tree] = field(default_factory=dict)
    resumed: dict[int, Entry] = field(default_factory=dict)

    @property
    def store(self) -> Store:
        """The store of the epoch in force."""
        return self.stores[self.epoch]

    @property
    def size(self) -> int:
        """Entries of the epoch in force."""
        return self.trees[self.epoch].size

    def entries(self, epoch: int = 0) -> Iterator[Entry]:
        """The sound entries of an epoch, without one of that in force, in order.

        Read anew, so that a million of them need no memory.
        """
        store = self.stores[epoch or self.epoch]
        for number in range(1, self.trees[epoch or self.epoch].size + 1):
            yield parse(store.read(name_of(number)) or b"", number, store.where(name_of(number)))

    def earlier(self) -> Iterator[Entry]:
        """The sound entries of the epochs before the one in force."""
        for epoch in range(1, self.epoch):
            yield from self.entries(epoch)


def check_register(layout: Layout, found: Verification) -> Log:
    """Read every entry of every epoch, note what is damaged or out of place."""
    home = layout.store.below("register/resource")
    register = Register(home)
    log = Log(register.epoch)
    for epoch in range(1, register.epoch + 1):
        log.stores[epoch] = home if epoch == 1 else home.below(folder_of(epoch))
        _check_epoch(log.stores[epoch], epoch, log, found)
    found.entries = log.size
    return log


def _check_epoch(store: Store, epoch: int, log: Log, found: Verification) -> None:
    tree = log.trees[epoch] = Tree()
    slots = Words()
    bodies: list[bytes] = []
    number = 1
    while (body := store.read(name_of(number))) is not None:
        try:
            entry = parse(body, number, store.where(name_of(number)))
        except BadInput as error:
            found.error(error.where, error.what)
            break
        _check_step(store, entry, slots, found)
        if entry.fact.action is Action.RESUME:
            _check_resumed(store, entry, epoch, log, found)
        elif number == 1 and epoch > 1:
            found.error(store.where(name_of(1)), f"opens epoch {epoch} and does not say what it goes on from")
        tree.append(entry.fact.leaf())
        bodies.append(body)
        if number % FOLD == 0:
            _check_snapshot(store, number, bodies, found)
            bodies.clear()
        number += 1
    slots.close()
    _check_strays(store, tree.size, found)


def _check_step(store: Store, entry: Entry, slots: Words, found: Verification) -> None:
    """An entry must be one that the register would have taken."""
    fact, where = entry.fact, store.where(name_of(entry.number))
    held = slots.get(fact.slot)
    if fact.action is Action.RESUME:
        if entry.number != 1:
            found.error(where, "says resume, and is not the first")
    elif fact.action is Action.PUBLISH:
        if held is not None:
            found.error(where, f"fills slot {fact.slot}, which holds {held}")
        slots.put(fact.slot, fact.item)
    else:
        if held != fact.supersedes:
            found.error(where, f"takes {fact.supersedes} from slot {fact.slot}, which holds {held}")
        if fact.action is Action.WITHDRAW:
            slots.drop(fact.slot)
        else:
            slots.put(fact.slot, fact.item)


def _check_resumed(store: Store, entry: Entry, epoch: int, log: Log, found: Verification) -> None:
    where, about = store.where(name_of(1)), entry.fact.about
    before = log.trees.get(epoch - 1)
    log.resumed[epoch] = entry
    if before is None:
        found.error(where, "says resume, and there is no epoch before")
    elif not str(about.get("known_size", "")).isdecimal() or "known_root" not in about:
        found.error(where, "says resume, and not which tree head was the last known")
    elif (about.get("held_size"), about.get("held_root")) != (str(before.size), base64_text(before.root())):
        found.error(
            where, f"goes on from {about.get('held_size')} entries, the epoch before holds {before.size} others"
        )


def _check_snapshot(store: Store, number: int, bodies: list[bytes], found: Verification) -> None:
    name = snapshot_of(number // FOLD)
    body = store.read(name)
    if body is None:
        found.notice(store.where(name), "snapshot is missing; rs repair makes it again")
    elif body != b"".join(bodies):
        found.error(store.where(name), "snapshot is not what its entries say")


def _check_strays(store: Store, size: int, found: Verification) -> None:
    present = sum(1 for name in store.names("") if name.endswith(".json") and name[:1].isdigit())
    if present != size:
        found.error(
            store.where("").rstrip("/."), f"holds {present} entries, {size} can be reached from the first one: a gap"
        )
