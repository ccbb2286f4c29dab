"""Expected against published: every slot that should be filled and is not, with reason and command."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import RowMapping

from rs.catalog.layout import Layout
from rs.core.result import SkipClass
from rs.operate.ledger import SCENES, SLOTS, THERE, Ledger, SceneState, State
from rs.operate.why import answer


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing, why, and the command that makes it; '' where only its provider can help."""

    product: str
    scene: str
    day: str
    reason: str
    command: str


@dataclass(frozen=True, slots=True)
class Audit:
    """Slots that are expected, those that are there, those that stay empty for a good reason, and the gaps."""

    expected: int
    there: int
    explained: int
    gaps: tuple[Gap, ...]


def audit(layout: Layout, ledger: Ledger, made: Collection[str]) -> Audit:
    """Compare ledger and register. made: products of the site."""
    site = str(layout.root)
    live = {slot: entry.fact.item for slot, entry in layout.open_register().live().items()}
    slots = ledger.slots()
    gaps = [gap for row in slots if (gap := _gap(row, live, site)) is not None]
    planned = {(row["product"], row["scene"]) for row in slots}
    for scene in ledger.scenes(SCENES.c.state == SceneState.ACQUIRED):
        gaps += [
            Gap(product, scene["name"], scene["day"], "no run has planned it since the product or the scene came",
                f"rs run {site}") for product in made if (product, scene["name"]) not in planned
        ]  # fmt: skip
    for scene in ledger.scenes(SCENES.c.state == SceneState.REFUSED):
        gaps.append(Gap("", scene["name"], "", scene["reason"], f"rs scene {scene['path']}"))
    there = sum(row["state"] in THERE and live.get(row["slot"]) == row["item"] for row in slots)
    explained = sum(_explained(row) for row in slots)
    return Audit(len(slots), there, explained, tuple(gaps))


def _explained(row: RowMapping) -> bool:
    """Empty, and nothing is wrong: no clear pixel, a band that the sensor lacks, or withdrawn on purpose."""
    good = row["kind"] in (SkipClass.EXPECTED, SkipClass.UNSUPPORTED)
    return row["state"] == State.WITHDRAWN or (row["state"] == State.EMPTY and good)


def _gap(row: RowMapping, live: dict[str, str], site: str) -> Gap | None:
    held = live.get(row["slot"])
    if row["state"] in THERE and held is None:
        reason = f"the register does not hold {row['item']} any more"
        return Gap(row["product"], row["scene"], row["day"], reason, f"rs verify {site}; rs run {site}")
    if row["state"] in THERE or held is not None or _explained(row):
        return None
    found = answer(row, site)
    return Gap(row["product"], row["scene"], row["day"], found.sentence, found.command)


def stale_of(ledger: Ledger) -> list[RowMapping]:
    """Slots whose item was made from other inputs or by other code than today's."""
    return ledger.slots(SLOTS.c.stale.is_(True))
