"""After a restore: a new epoch of the register, which says what was lost and goes on with what is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from rs.catalog.busy import check_quiet
from rs.catalog.entry import Action, Entry, Fact, name_of
from rs.catalog.heads import epoch_of, newest_checkpoint, of_epoch
from rs.catalog.layout import Layout
from rs.catalog.register import Register, folder_of
from rs.errors import UsageError
from rs.trust.checkpoint import Checkpoint
from rs.trust.encoding import base64_text


@dataclass(frozen=True, slots=True)
class Resumed:
    """A new epoch: its number, the last known tree head, how many of its entries were held, live items taken over."""

    epoch: int
    known: Checkpoint
    held: int
    items: int


def resume(layout: Layout, *known: Checkpoint) -> Resumed:
    """Open a new epoch of a register whose last entries are lost; run it while nothing else writes.

    known: the newest checkpoints that anyone kept, at most one an epoch. Where one is of a later epoch that is lost
    as a whole, the lost epochs are opened again, so that no number is used twice. Live items are taken over; what
    was withdrawn is entered and withdrawn again, so that it stays out. Entries are written from the second on, the
    first comes last: until it stands the old epoch is the one in force, and a killed call is simply called again.

    Raises UsageError where the register holds all that the checkpoint covers; Conflict while a run goes on.
    """
    check_quiet(layout.staging, "the resumption")
    old = layout.open_register()
    size, _ = old.root()
    head = max(known, key=lambda head: (epoch_of(head.origin), head.size), default=None) or newest_checkpoint(old)
    if head is not None and epoch_of(head.origin) < old.epoch:
        raise UsageError(f"is of epoch {epoch_of(head.origin)}, the register is in epoch {old.epoch}",
                         where="known checkpoint", remedy="Give the newest that anyone kept of this epoch")  # fmt: skip
    if head is None or _holds(old, head):
        raise UsageError(
            f"the register holds {size} entries, all that the last known checkpoint covers", where=old.store.where(""),
            remedy="Give the newest checkpoint that anyone kept with --known; where there is none, just go on",
        )  # fmt: skip
    held = size if epoch_of(head.origin) == old.epoch else 0
    while old.epoch < epoch_of(head.origin):
        _open_epoch(old, _last_known(known, old))
        old = layout.open_register()
    if not _holds(old, head):
        _open_epoch(old, head)
        old = layout.open_register()
    return Resumed(old.epoch, head, held, len(old.live()))


def _holds(old: Register, head: Checkpoint) -> bool:
    """True where the register is of the head's epoch and has all its entries; an epoch opened anew often has."""
    size, _ = old.root()
    return epoch_of(head.origin) == old.epoch and head.size <= size and old.view.root(head.size) == head.root


def _last_known(known: Sequence[Checkpoint], old: Register) -> Checkpoint:
    """What is known of an epoch that is in force again, though a later one was signed; at least what is held of it.

    A checkpoint names the head that its own epoch went on from: with it the loss just before is declared as well.
    """
    heads = [head for head in known if epoch_of(head.origin) == old.epoch]
    for line in (line for head in known for line in head.extensions):
        word, _, text = line.partition(" ")
        if word == "resumes" and epoch_of(text.partition(" ")[0]) == old.epoch:
            heads.append(Checkpoint.parse(text.replace(" ", "\n") + "\n"))
    size, root = old.root()
    held = Checkpoint(of_epoch(known[0].origin, old.epoch), size, root)
    return max(heads, key=lambda head: head.size, default=held)


def _open_epoch(old: Register, head: Checkpoint) -> None:
    """Open the epoch after one of which `head` is the last that is known."""
    for name in list(old.home.names(folder_of(old.epoch + 1))):
        # of a killed call; what is live may have changed since
        old.home.remove(name)
    size, root = old.root()
    for number, entry in enumerate(_again(old), 2):
        _write(old, replace(entry, number=number))
    about = {
        "origin": head.origin, "known_size": str(head.size), "known_root": base64_text(head.root),
        "held_size": str(size), "held_root": base64_text(root), "items": str(len(old.live())),
    }  # fmt: skip
    first = Fact(Action.RESUME, "", "", "", "", "", {}, "", about)
    _write(old, Entry(1, first, old.writer, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"))


def _again(old: Register) -> Iterator[Entry]:
    """Entries that make the new epoch: withdrawn items in and out again, then live ones; always the same."""
    published: dict[str, int] = {}
    withdrawn: dict[str, Entry] = {}
    for entry in old.read():
        if entry.fact.action is Action.WITHDRAW:
            withdrawn[entry.fact.key] = entry
        elif entry.fact.action is not Action.RESUME:
            published[entry.fact.key] = entry.number
            withdrawn.pop(entry.fact.key, None)
    for key, entry in withdrawn.items():
        before = old.view.entry(published.get(key, 0))
        if before is not None:
            yield _anew(old, before)
            yield replace(entry, fact=replace(entry.fact, about=_origin(old, entry)))
    for entry in sorted(old.live().values(), key=lambda e: e.number):
        yield _anew(old, entry)


def _anew(old: Register, entry: Entry) -> Entry:
    fact = replace(entry.fact, action=Action.PUBLISH, supersedes="", about=_origin(old, entry))
    return replace(entry, fact=fact)


def _origin(old: Register, entry: Entry) -> dict[str, str]:
    """Where an entry comes from; what was reinstated once needs no reason anew."""
    about = {name: value for name, value in entry.fact.about.items() if name != "reinstates"}
    return {**about, "from": f"{old.epoch}:{entry.number}"}


def _write(old: Register, entry: Entry) -> None:
    old.home.create(f"{folder_of(old.epoch + 1)}/{name_of(entry.number)}", entry.body(), stage="commit")
