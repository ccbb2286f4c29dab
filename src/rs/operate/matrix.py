"""How a site stands: products by days, what is there and what is not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from rs.operate.ledger import THERE, Ledger, State


@dataclass(frozen=True, slots=True)
class Cell:
    """Slots of a product on a day by what became of them. stale: of those that are there."""

    product: str
    day: str
    there: int
    empty: int
    failed: int
    parked: int
    waiting: int
    withdrawn: int
    stale: int

    @property
    def is_well(self) -> bool:
        """Nothing is to be done."""
        return not (self.failed or self.parked or self.waiting or self.stale)


def matrix(ledger: Ledger, days: int = 14) -> list[Cell]:
    """Cells of the last days on which a scene was taken, by product and day."""
    rows = ledger.tallies()
    last = sorted({row["day"] for row in rows})[-days:]
    counts: dict[tuple[str, str], Counter[str]] = {}
    for row in rows:
        if row["day"] in last:
            cell = counts.setdefault((row["product"], row["day"]), Counter())
            cell[row["state"]] += row["number"]
            cell["stale"] += row["stale"]
    return [_cell(product, day, found) for (product, day), found in sorted(counts.items())]


def _cell(product: str, day: str, found: Counter[str]) -> Cell:
    waiting = found[State.EXPECTED] + found[State.CLAIMED] + found[State.PRODUCED]
    return Cell(
        product, day, sum(found[state] for state in THERE), found[State.EMPTY], found[State.FAILED],
        found[State.PARKED], waiting, found[State.WITHDRAWN], found["stale"],
    )  # fmt: skip
