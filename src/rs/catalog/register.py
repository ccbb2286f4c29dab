"""The register: an append-only, numbered log. An item is published when its entry is committed."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from rs.catalog.entry import Action, Entry, Fact, name_of, parse
from rs.catalog.projection import Projection
from rs.catalog.view import healed
from rs.core.failpoint import reach
from rs.errors import BadInput, Conflict
from rs.store.local import LocalStore
from rs.store.store import Store

__all__ = ["Action", "Entry", "Fact", "Register"]

T = TypeVar("T")
TRIES = 1000
PATIENCE, LONGEST = 4, 2.0
"""A pause is at most 2^PATIENCE attempts, or LONGEST [s]."""
FOLD = 1000
"""Entries that one snapshot holds."""


class Register:
    """The numbered log in a store, with its view. Several processes and machines may read and commit at once.

    The same code serves every register: published items, listings, deliveries. view: the SQLite file of
    the projection; None keeps it in memory. title: which register it is, in the origin of checkpoints.
    """

    def __init__(self, place: Store | Path, view: Path | None = None, title: str = "resource") -> None:
        self.title = title
        self.home: Store = LocalStore(place) if isinstance(place, Path) else place
        self.writer = uuid.uuid4().hex
        self.epoch = _last_epoch(self.home)
        self.store = self.home if self.epoch == 1 else self.home.below(folder_of(self.epoch))
        self.view = Projection(_of_epoch(view, self.epoch))

    def read(self, since: int = 0) -> Iterator[Entry]:
        """Entries after number `since`, in order, up to the head at the time of the call."""
        number = since + 1
        while (body := self.store.read(name_of(number))) is not None:
            yield parse(body, number, self.store.where(name_of(number)))
            number += 1

    def head(self, known: int = 0) -> int:
        """Number of the last entry, found by galloping from a known one; 0 where there is none."""
        step, low = 1, known
        while self.store.exists(name_of(low + step)):
            low, step = low + step, step * 2
        while step > 1:
            step //= 2
            if self.store.exists(name_of(low + step)):
                low += step
        return low

    def sync(self) -> int:
        """Bring the view up to the head; gives its position. Raises BadInput where an entry is damaged."""
        return self.asked(lambda view: view.position)

    def asked(self, question: Callable[[Projection], T]) -> T:
        """What the view answers when it is at the head; a view that is damaged is made again first."""

        def answer() -> T:
            if self.store.exists(name_of(self.view.position + 1)) or not self._agrees():
                with self.view.writing():
                    self._catch_up()
            return question(self.view)

        return healed(answer)

    def live(self, product: str | None = None) -> dict[str, Entry]:
        """The live entry of every slot, up to the head at the time of the call."""
        return self.asked(lambda view: {entry.fact.slot: entry for entry in view.live(product)})

    def standing(self, slot: str) -> Entry | None:
        """The live entry of a slot."""
        return self.asked(lambda view: view.standing(slot))

    def root(self) -> tuple[int, bytes]:
        """Size and root of the tree over all entries (RFC 6962)."""
        return self.asked(lambda view: (view.position, view.root(view.position)))

    def commit(self, fact: Fact) -> Entry:
        """Append a fact; one that is live already is returned as it stands, and nothing is written.

        Raises Conflict where the slot is taken by another key, or where the item was withdrawn.
        """
        for attempt in range(TRIES):
            start = time.monotonic()
            entry = healed(lambda: self._attempt(fact))
            if entry is not None:
                return entry
            time.sleep(_pause(attempt, time.monotonic() - start))
        raise Conflict("too many writers at once", where=self.store.where(""), remedy="Run again")

    def _attempt(self, fact: Fact) -> Entry | None:
        """The entry of a fact; None where another writer took the number."""
        # the check and the number come from one reading, else two writers fill one slot
        with self.view.writing():
            self._catch_up()
            standing = self.view.standing(fact.slot)
            if standing is not None and standing.fact.key == fact.key and fact.action is not Action.WITHDRAW:
                return standing
            self._check(fact, standing)
            entry = Entry(self.view.position + 1, fact, self.writer, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
            return entry if self._append(entry) else None

    def _append(self, entry: Entry) -> bool:
        """True where the number was ours to take."""
        reach("commit.start")
        try:
            self.store.create(name_of(entry.number), entry.body(), stage="commit")
        except Conflict:
            return False
        self._take_in(entry)
        reach("commit.done")
        return True

    def _check(self, fact: Fact, standing: Entry | None) -> None:
        _check_slot(fact, standing)
        last = self.view.last_of_key(fact.key)
        if fact.action is Action.WITHDRAW or last is None or last.fact.action is not Action.WITHDRAW:
            return
        if fact.about.get("reinstates") != str(last.number):
            raise Conflict(
                f"{fact.item} was withdrawn ({last.fact.about.get('reason', 'no reason given')})",
                where=f"register entry {last.number}",
                remedy="What was withdrawn stays so; mended inputs or another version give another key",
            )

    def _catch_up(self) -> None:
        if not self._agrees():
            self.view.reset()
        last = None
        for entry in self._tail():
            self._take_in(entry)
            last = entry.number
        if last is not None:
            # nothing may be derived from an entry that a loss of power could still take away
            self.store.settle(name_of(last))

    def _tail(self) -> Iterator[Entry]:
        """Entries after the view, from whole snapshots first."""
        while self.view.position % FOLD == 0:
            body = self.store.read(snapshot_of(self.view.position // FOLD + 1))
            if body is None:
                break
            first = self.view.position + 1
            for number, line in enumerate(body.splitlines(keepends=True), first):
                yield parse(line, number, self.store.where(snapshot_of(first // FOLD + 1)))
            if self.view.position != first - 1 + FOLD:
                raise BadInput(
                    "is not a whole snapshot", where=self.store.where(snapshot_of(first // FOLD + 1)),
                    remedy="Delete it: it is made again from the entries",
                )  # fmt: skip
        yield from self.read(self.view.position)

    def _take_in(self, entry: Entry) -> None:
        self.view.apply(entry)
        if entry.number % FOLD == 0:
            name, first = snapshot_of(entry.number // FOLD), entry.number - FOLD + 1
            if not self.store.exists(name):
                self.store.create(name, b"".join(self.view.bodies(first, entry.number)))

    def _agrees(self) -> bool:
        """False where the view holds other entries than the log: a backup was restored under it."""
        position = self.view.position
        if position == 0:
            return True
        held = self.view.bodies(position, position)
        return held == [self.store.read(name_of(position))]


def _pause(attempt: int, took: float) -> float:
    """Seconds to wait before the next attempt: at random, up to ever more attempts of others.

    A bucket takes a hundred times as long for an attempt as a disk, and where all come back at once,
    one of them gets the next number and the work of the others is lost.
    """
    return random.uniform(0, min(took * 2.0 ** min(attempt, PATIENCE), LONGEST))


def folder_of(epoch: int) -> str:
    """Folder of an epoch below its register; the first has none of its own."""
    return f"epoch-{epoch}"


def snapshot_of(number: int) -> str:
    """Name of the snapshot that holds the entries 1000 (number - 1) + 1 to 1000 number."""
    return f"snapshots/{number:06d}.jsonl"


def _last_epoch(home: Store) -> int:
    epoch = 1
    while home.exists(f"{folder_of(epoch + 1)}/{name_of(1)}"):
        epoch += 1
    return epoch


def _of_epoch(view: Path | None, epoch: int) -> Path | None:
    if view is None:
        return None
    return view if epoch == 1 else view.with_name(f"{view.stem}-{epoch}{view.suffix}")


def _check_slot(fact: Fact, standing: Entry | None) -> None:
    if fact.action is Action.PUBLISH and standing is not None:
        raise Conflict(
            f"slot {fact.slot} is taken by {standing.fact.item}", where=f"register entry {standing.number}",
            remedy="It is stale: replace it with rs redo --stale, nothing was overwritten",
        )  # fmt: skip
    if fact.action in (Action.SUPERSEDE, Action.WITHDRAW) and (
        standing is None or standing.fact.item != fact.supersedes
    ):
        raise Conflict(f"slot {fact.slot} does not hold {fact.supersedes}", where="register")
