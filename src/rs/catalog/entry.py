"""Entries of a register: what they say, their bytes, their names, their leaf in the tree."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from rs.core.slot import canonical_json
from rs.errors import BadInput

RESTORE = "Restore the register from its backup, then run rs register resume"


class Action(StrEnum):
    """What an entry does to its slot. resume: the first entry of a new epoch, about no slot."""

    PUBLISH = "publish"
    SUPERSEDE = "supersede"
    WITHDRAW = "withdraw"
    RESUME = "resume"


@dataclass(frozen=True, slots=True)
class Fact:
    """The stable core of an entry: the same for the same content, whoever writes it and when.

    supersedes: the item that leaves the slot. about: words beside, such as a reason.
    """

    action: Action
    slot: str
    key: str
    product: str
    item: str
    item_digest: str
    assets: Mapping[str, str] = field(default_factory=dict)
    supersedes: str = ""
    about: Mapping[str, str] = field(default_factory=dict)

    def leaf(self) -> bytes:
        """What the tree hashes: canonical JSON (RFC 8785) of the fact."""
        return canonical_json(self.words())

    def words(self) -> dict[str, Any]:
        """Its fields by name; dataclasses.asdict copies all that is below, once for every entry of a verification."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Entry:
    """A committed fact with its number (from 1), writer and time of arrival."""

    number: int
    fact: Fact
    writer: str
    time: str

    def body(self) -> bytes:
        """The stored bytes."""
        body = {"number": self.number, "fact": self.fact.words(), "writer": self.writer, "time": self.time}
        return canonical_json(body) + b"\n"


def name_of(number: int) -> str:
    """Name of an entry below its register: a thousand a folder."""
    return f"{number // 1_000_000:03d}/{number // 1000 % 1000:03d}/{number:06d}.json"


def parse(body: bytes, number: int, where: str) -> Entry:
    """The entry of stored bytes. Raises BadInput where they are not that entry, to the last byte."""
    try:
        found = json.loads(body)
        fact = Fact(**{**found["fact"], "action": Action(found["fact"]["action"])})
        _all_text(fact)
        if found["number"] != number:
            raise ValueError(f"it says number {found['number']}")
        entry = Entry(number, fact, str(found["writer"]), str(found["time"]))
        if entry.body() != body:
            raise ValueError("its bytes are not in canonical form")
        return entry
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadInput(f"is not a register entry ({error})", where=where, remedy=RESTORE) from error


def _all_text(fact: Fact) -> None:
    for one in fields(Fact):
        value: Any = getattr(fact, one.name)
        texts = [*value, *value.values()] if isinstance(value, dict) else [value]
        if not all(isinstance(text, str) for text in texts):
            raise ValueError(f"{one.name} is no text")
