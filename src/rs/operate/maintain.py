"""What a site needs from time to time: all of it verified, compared with what should exist, left-overs named."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from rs.catalog.collect import Garbage, garbage
from rs.catalog.layout import Layout
from rs.catalog.verification import Verification
from rs.catalog.verify import verify
from rs.core.disk import amount
from rs.errors import CheckFailed
from rs.operate.audit import Audit, audit
from rs.operate.ledger import Ledger
from rs.operate.site import Site

NOTHING = Audit(0, 0, 0, ())


@dataclass(frozen=True, slots=True)
class Care:
    """A site under care, and what was found so far. layout: where it keeps what is published."""

    site: Site
    layout: Layout
    ledger: Ledger
    verification: Verification = field(default_factory=Verification)
    audit: Audit = NOTHING
    garbage: Sequence[Garbage] = ()

    @property
    def is_well(self) -> bool:
        """Nothing is damaged and nothing is missing."""
        return self.verification.ok and not self.audit.gaps

    def markdown(self) -> str:
        """What was found, for a person."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        found, compared = self.verification, self.audit
        yield f"# {self.site.title or self.site.name}: {'well' if self.is_well else 'NOT WELL'}"
        yield ""
        state = "clean" if found.ok else "NOT CLEAN"
        yield f"Catalogue: {found.entries} entries, {found.items} items, {found.files} files, {state}."
        yield from (f"- {one.severity.value}: {one.where}: {one.what}" for one in found.findings)
        yield ""
        yield (
            f"Expected {compared.expected}, there {compared.there}, empty for a good reason {compared.explained},"
            f" missing {len(compared.gaps)}."
        )
        for gap in compared.gaps:
            yield f"- {gap.day} {gap.product}: {gap.reason}" + (f" (`{gap.command}`)" if gap.command else "")
        yield ""
        yield f"Left-overs: {amount(sum(one.bytes for one in self.garbage))} in {len(self.garbage)} places (`rs gc`)."


@dataclass(frozen=True, slots=True)
class Chore:
    """One part of the care: its name and what it finds."""

    name: str
    run: Callable[[Care], Care]


def chores() -> tuple[Chore, ...]:
    """The parts, in order."""
    return Chore("verify", _verify), Chore("audit", _audit), Chore("left-overs", _left_overs)


def _verify(care: Care) -> Care:
    return replace(care, verification=verify(care.layout))


def _audit(care: Care) -> Care:
    return replace(care, audit=audit(care.layout, care.ledger, [one.name for one in care.site.wanted()]))


def _left_overs(care: Care) -> Care:
    try:
        return replace(care, garbage=garbage(care.layout, time.time()))
    except CheckFailed:
        # the verification names what is wrong; left-overs cannot be told from what was published then
        return care
