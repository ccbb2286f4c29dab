"""The register: an append-only, numbered log. An item is published when its entry is committed."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from rs.catalog.files import create
from rs.core.slot import canonical_json
from rs.errors import BadInput, Conflict

TRIES = 1000


class Action(StrEnum):
    """What an entry does to its slot."""

    PUBLISH = "publish"
    SUPERSEDE = "supersede"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Fact:
    """The stable core of an entry: the same for the same content, whoever writes it and when."""

    action: Action
    slot: str
    key: str
    product: str
    item: str
    item_digest: str
    assets: Mapping[str, str] = field(default_factory=dict)
    supersedes: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A committed fact with its number (from 1), writer and time of arrival."""

    number: int
    fact: Fact
    writer: str
    time: str


class Register:
    """The numbered log in a folder. Several processes may read and commit at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.writer = uuid.uuid4().hex
        self._slots: dict[str, Entry] = {}
        self._position = 0

    def read(self, since: int = 0) -> Iterator[Entry]:
        """Entries after number `since`, in order, up to the head at the time of the call."""
        number = since + 1
        while self._path(number).exists():
            yield self._entry(number)
            number += 1

    def head(self, known: int = 0) -> int:
        """Number of the last entry, found by galloping from a known one; 0 where there is none."""
        step, low = 1, known
        while self._path(low + step).exists():
            low, step = low + step, step * 2
        while step > 1:
            step //= 2
            if self._path(low + step).exists():
                low += step
        return low

    def live(self) -> dict[str, Entry]:
        """The live entry of every slot, up to the head at the time of the call."""
        return dict(self._follow())

    def _follow(self) -> dict[str, Entry]:
        """The view of live slots, brought up to date by the entries that came since."""
        for entry in self.read(self._position):
            apply(self._slots, entry)
            self._position = entry.number
        return self._slots

    def commit(self, fact: Fact) -> Entry:
        """Append a fact; one that is live already is returned as it stands, and nothing is written.

        Raises Conflict where the slot is taken by another key.
        """
        for _ in range(TRIES):
            # the check and the number come from one reading, else two writers fill one slot
            standing = self._follow().get(fact.slot)
            if standing is not None and standing.fact.key == fact.key and fact.action is not Action.WITHDRAW:
                return standing
            _check(fact, standing)
            entry = Entry(self._position + 1, fact, self.writer, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
            try:
                create(self._path(entry.number), _body(entry))
                return entry
            except Conflict:
                continue
        raise Conflict("too many writers at once", where=str(self.folder), remedy="Run again")

    def _path(self, number: int) -> Path:
        return self.folder / f"{number // 1_000_000:03d}" / f"{number // 1000 % 1000:03d}" / f"{number:06d}.json"

    def _entry(self, number: int) -> Entry:
        path = self._path(number)
        try:
            body: dict[str, Any] = json.loads(path.read_bytes())
            fact = Fact(**{**body["fact"], "action": Action(body["fact"]["action"])})
            if body["number"] != number:
                raise ValueError(f"it says number {body['number']}")
            return Entry(number, fact, body["writer"], body["time"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadInput(
                f"is not a register entry ({error})", where=str(path), remedy="Restore the register from its backup"
            ) from error


def apply(slots: dict[str, Entry], entry: Entry) -> None:
    """Bring a view of live slots past an entry."""
    if entry.fact.action is Action.WITHDRAW:
        slots.pop(entry.fact.slot, None)
    else:
        slots[entry.fact.slot] = entry


def _check(fact: Fact, standing: Entry | None) -> None:
    if fact.action is Action.PUBLISH and standing is not None:
        raise Conflict(
            f"slot {fact.slot} is taken by {standing.fact.item}", where=f"register entry {standing.number}",
            remedy="It is stale: replace it with rs redo --stale, nothing was overwritten",
        )  # fmt: skip
    if fact.action is not Action.PUBLISH and (standing is None or standing.fact.item != fact.supersedes):
        raise Conflict(f"slot {fact.slot} does not hold {fact.supersedes}", where="register")


def _body(entry: Entry) -> bytes:
    return canonical_json(asdict(entry)) + b"\n"
