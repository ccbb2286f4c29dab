"""What a verification found."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """error: what was published is not what stands there. notice: left over or outstanding, nothing is wrong."""

    ERROR = "error"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Finding:
    """One mismatch: place, what is wrong, how bad."""

    where: str
    what: str
    severity: Severity = Severity.ERROR


@dataclass
class Verification:
    """What was looked at and what was found. signed: entries that a checkpoint covers; signer: whose keys.

    whole: all of a catalogue was, not only what is new.
    """

    entries: int = 0
    items: int = 0
    files: int = 0
    bytes: int = 0
    signed: int = 0
    signer: str = ""
    whole: bool = True
    findings: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """True without an error; notices do not count."""
        return not any(f.severity is Severity.ERROR for f in self.findings)

    def error(self, where: str, what: str) -> None:
        """Note an error."""
        self.findings.append(Finding(where, what))

    def notice(self, where: str, what: str) -> None:
        """Note something that is left over or outstanding."""
        self.findings.append(Finding(where, what, Severity.NOTICE))
