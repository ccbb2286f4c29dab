"""After a restore: a new epoch of the register, which says what was lost and goes on with what is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from rs.catalog.entry import Action, Entry, Fact, name_of
from rs.catalog.layout import Layout
from rs.catalog.register import Register, folder_of
from rs.catalog.sign import newest_checkpoint
from rs.errors import UsageError
from rs.trust.checkpoint import Checkpoint
from rs.trust.encoding import base64_text


@dataclass(frozen=True, slots=True)
class Resumed:
    """A new epoch: its number, the tree head that was last known, entries that were held, live items taken over."""

    epoch: int
    known: Checkpoint
    held: int
    items: int


def resume(layout: Layout, known: Checkpoint | None = None) -> Resumed:
    """Open a new epoch of a register whose last entries are lost; run it while nothing else writes.

    known: the newest checkpoint that anyone kept. Entries are written from the second on, the first comes
    last: until it stands the old epoch is the one in force, so that a killed call is simply called again.

    Raises UsageError where the register holds all that the checkpoint covers.
    """
    old = layout.open_register()
    size, root = old.root()
    head = known or newest_checkpoint(old)
    if head is None or (head.size <= size and old.view.root(head.size) == head.root):
        raise UsageError(
            f"the register holds {size} entries, all that the last known checkpoint covers", where=old.store.where(""),
            remedy="Give the newest checkpoint that anyone kept with --known; where there is none, just go on",
        )  # fmt: skip
    number, taken_over = 1, 0
    for entry in sorted(old.live().values(), key=lambda e: e.number):
        number, taken_over = number + 1, taken_over + 1
        fact = entry.fact
        about = {**fact.about, "from": f"{old.epoch}:{entry.number}"}
        again = Fact(
            Action.PUBLISH, fact.slot, fact.key, fact.product, fact.item, fact.item_digest, fact.assets, "", about
        )
        _write(old, Entry(number, again, entry.writer, entry.time))
    about = {
        "origin": head.origin, "known_size": str(head.size), "known_root": base64_text(head.root),
        "held_size": str(size), "held_root": base64_text(root), "items": str(taken_over),
    }  # fmt: skip
    first = Fact(Action.RESUME, "", "", "", "", "", {}, "", about)
    _write(old, Entry(1, first, old.writer, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"))
    return Resumed(old.epoch + 1, head, size, taken_over)


def _write(old: Register, entry: Entry) -> None:
    old.home.create(f"{folder_of(old.epoch + 1)}/{name_of(entry.number)}", entry.body(), stage="commit")
