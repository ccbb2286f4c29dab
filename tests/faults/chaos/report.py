"""What an experiment is given and gives: a dose, and tables in Markdown."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Dose(StrEnum):
    """How much: in every test run (seconds), `make chaos-quick` (10 min in all), `make chaos-full` (90 min)."""

    SMALL = "small"
    QUICK = "quick"
    FULL = "full"


@dataclass
class Table:
    """A table of an experiment, and what failed in it."""

    title: str
    columns: list[str]
    rows: list[list[object]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def markdown(self) -> str:
        """Title, table, failures."""
        lines = [f"### {self.title}", "", _row(self.columns), _row(["---"] * len(self.columns))]
        lines += [_row(row) for row in self.rows]
        lines += ["", *(f"FAILED {words}" for words in self.failures)] if self.failures else []
        return "\n".join([*lines, ""])


def _row(cells: list[str] | list[object]) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"
