"""The report of a run: what was made, what stood, what stays empty and why, and the exit code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import IntEnum
from typing import Any

from rs.catalog.entry import Entry
from rs.catalog.item import data_name
from rs.catalog.layout import Layout
from rs.catalog.verify import Verification
from rs.core.result import Result, SkipClass, Skipped
from rs.operate.plan import Standing


class Exit(IntEnum):
    """Exit codes of every command."""

    DONE = 0
    NOTHING_DONE = 1
    USAGE = 2
    PART_FAILED = 3


@dataclass(frozen=True, slots=True)
class Made:
    """A published product: valid share of the grid, mean [unit], main file below the site folder."""

    product: str
    scene: str
    slot: str
    item: str
    entry: int
    valid_fraction: float
    mean: float | None
    unit: str
    file: str
    recipe: str

    @classmethod
    def of(cls, result: Result, entry: Entry, layout: Layout) -> Made:
        """The line of a result that was published as an entry."""
        main = result.product.main
        file = next(f for f in result.files if f.asset == main.name)
        mean = None if main.classes else result.statistics[main.name].mean
        return cls(
            result.product.name, result.scene.id, result.slot, result.item_id, entry.number,
            result.valid_fraction, mean, main.unit, str(data_name(result, file)), result.recipe,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Report:
    """All of a run, for tables, JSON and artifacts."""

    made: tuple[Made, ...]
    standing: tuple[Standing, ...]
    skipped: tuple[Skipped, ...]
    verification: Verification
    root: str

    @property
    def failures(self) -> tuple[Skipped, ...]:
        """Outcomes on which someone has to act."""
        return tuple(s for s in self.skipped if s.kind.is_failure)

    @property
    def exit(self) -> Exit:
        """0 done or nothing to do or only expected skips, 1 nothing could be done, 3 a part failed."""
        done = bool(self.made or self.standing)
        if self.failures or not self.verification.ok:
            return Exit.PART_FAILED if done else Exit.NOTHING_DONE
        unsupported = any(s.kind is SkipClass.UNSUPPORTED for s in self.skipped)
        expected = any(s.kind is SkipClass.EXPECTED for s in self.skipped)
        return Exit.NOTHING_DONE if unsupported and not done and not expected else Exit.DONE

    def as_dict(self) -> dict[str, Any]:
        """The report as plain values."""
        return {
            "root": self.root,
            "exit": int(self.exit),
            "made": [asdict(m) for m in self.made],
            "standing": [asdict(s) for s in self.standing],
            "skipped": [{**asdict(s), "kind": s.kind.value} for s in self.skipped],
            "verification": {
                "ok": self.verification.ok, "whole": self.verification.whole,
                "entries": self.verification.entries, "files": self.verification.files,
                "findings": [{**asdict(f), "severity": f.severity.value} for f in self.verification.findings],
            },
        }  # fmt: skip

    def markdown(self) -> str:
        """The report for a person, as Markdown."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"# Run: {len(self.made)} made, {len(self.standing)} stood, {len(self.skipped)} empty"
        yield ""
        if self.made:
            yield "| scene | product | valid | mean | file |"
            yield "|---|---|---|---|---|"
        for m in self.made:
            mean = "" if m.mean is None else f"{m.mean:.3g} {'' if m.unit == '1' else m.unit}".strip()
            yield f"| {m.scene} | {m.product} | {m.valid_fraction:.1%} | {mean} | {m.file} |"
        for title, rows in (("Failures", self.failures), ("Empty", [s for s in self.skipped if not s.kind.is_failure])):
            if rows:
                yield from ("", f"## {title}", "")
                yield from (f"- {s.scene}: {s.reason} ({s.kind.value})" for s in rows)
        stale = [s for s in self.standing if s.stale]
        if stale:
            yield from ("", "## Stale", "")
            yield from (f"- {s.item}: inputs or code have changed; rs redo --stale replaces it" for s in stale)
        yield ""
        found = self.verification
        state = "clean" if found.ok else "NOT CLEAN"
        what = "Catalogue" if found.whole else "What is new"
        yield f"{what}: {found.entries} entries, {found.files} files verified, {state}."
        yield from (f"- {f.where}: {f.what}" for f in found.findings)
