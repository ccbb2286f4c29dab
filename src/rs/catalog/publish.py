"""Publishing a result: data placed, item checked and stored, entry committed. Before it, nothing is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rs.catalog.checks import check_before, check_placed
from rs.catalog.entry import Action, Entry, Fact
from rs.catalog.item import data_name, item_bytes, item_of
from rs.catalog.layout import Layout, item_name
from rs.catalog.register import Register
from rs.catalog.stored import is_lost
from rs.core.failpoint import reach
from rs.core.result import Result
from rs.core.scene import Grade, OpenMode
from rs.errors import Conflict


@dataclass(frozen=True, slots=True)
class Publisher:
    """The one writer of a run: a site folder and its register. signed: items name their attestation."""

    layout: Layout
    register: Register
    open_mode: OpenMode = OpenMode.CLOSED
    grade: Grade = Grade.GENERAL_1
    signed: bool = False

    def bring(self, result: Result) -> None:
        """Place the files of a result; may be done ahead, nothing names them yet. Raises Conflict, OutputError."""
        for file in result.files:
            place(self.layout, Path(result.staging) / file.name, str(data_name(result, file)), file.digest)

    def publish(self, result: Result, supersedes: str = "", brought: Callable[[Result], None] | None = None) -> Entry:
        """Publish a result; doing it again changes nothing. Raises Conflict, CheckFailed, OutputError.

        supersedes: the live item of the slot that it takes the place of. brought: waits for files that `bring`
        places elsewhere.
        """
        standing = self.register.standing(result.slot)
        again = standing if standing is not None and standing.fact.key == result.key else None
        if again is not None and not is_lost(self.layout, again):
            return again
        item = item_of(result, self.open_mode, self.grade, signed=self.signed)
        body, name = item_bytes(item), item_name(result.product.name, result.item_id)
        if again is not None:
            _as_registered(again, body)
        check_before(result, item, self.layout.store.where(name))
        (brought or self.bring)(result)
        check_placed(self.layout, result, item)
        fact = Fact(
            Action.SUPERSEDE if supersedes else Action.PUBLISH, result.slot, result.key, result.product.name,
            result.item_id, hashlib.sha256(body).hexdigest(), {file.asset: file.digest for file in result.files},
            supersedes,
        )  # fmt: skip
        return enter(self.layout, self.register, fact, body)


def place(layout: Layout, source: Path, name: str, digest: str) -> None:
    """Move a staged file under its name of the site. Raises Conflict, OutputError."""
    reach("place.start")
    layout.store.place(source, name, digest, stage="place")
    reach("place.done")


def enter(layout: Layout, register: Register, fact: Fact, body: bytes) -> Entry:
    """Store an item whose files are placed, then commit its entry. Raises Conflict, OutputError."""
    reach("item.start")
    layout.store.create(item_name(fact.product, fact.item), body, stage="item")
    reach("item.done")
    return register.commit(fact)


def _as_registered(standing: Entry, body: bytes) -> None:
    """A lost item is stored again only with the bytes that were registered."""
    if hashlib.sha256(body).hexdigest() != standing.fact.item_digest:
        raise Conflict(
            "was lost, and what is made today is not what was registered", where=standing.fact.item,
            remedy="Restore it from a backup, or withdraw it",
        )  # fmt: skip
