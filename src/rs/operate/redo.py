"""Taking up again what rests, and queueing what is stale to be replaced by the next run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_

from rs.operate.ledger import SLOTS, Ledger, State


@dataclass(frozen=True, slots=True)
class Choice:
    """Which slots: '' leaves a condition out. like: text within the reason. since, until: civil days, inclusive."""

    slot: str = ""
    product: str = ""
    tile: str = ""
    kind: str = ""
    like: str = ""
    since: str = ""
    until: str = ""

    def conditions(self) -> list[Any]:
        """As the database has them."""
        found: list[Any] = []
        for column, value in ((SLOTS.c.slot, self.slot), (SLOTS.c.product, self.product), (SLOTS.c.tile, self.tile),
                              (SLOTS.c.kind, self.kind)):  # fmt: skip
            found += [column == value] if value else []
        found += [SLOTS.c.reason.contains(self.like, autoescape=True)] if self.like else []
        found += [SLOTS.c.day >= self.since] if self.since else []
        found += [SLOTS.c.day <= self.until] if self.until else []
        return found


def redo(ledger: Ledger, choice: Choice, stale: bool) -> list[str]:
    """Queue slots for the next run: failed and parked ones are tried again, stale ones replaced. Their names."""
    tried = SLOTS.c.state.in_([State.FAILED, State.PARKED])
    wanted = or_(tried, SLOTS.c.stale.is_(True)) if stale else tried
    rows = ledger.slots(and_(wanted, *choice.conditions()))
    ledger.put(
        SLOTS,
        [
            {"slot": row["slot"], "redo": True} if row["stale"]
            else {"slot": row["slot"], "state": State.EXPECTED.value, "failures": 0} for row in rows
        ],
    )  # fmt: skip
    return [row["slot"] for row in rows]
