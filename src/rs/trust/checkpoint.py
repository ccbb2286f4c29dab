"""Checkpoints (https://c2sp.org/tlog-checkpoint): the signed text that says how large a log is and what its root is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rs.errors import Untrusted, UsageError
from rs.trust.encoding import base64_bytes, base64_text
from rs.trust.merkle import EMPTY, HASH_BYTES, MAX_SIZE

SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
WHERE = "checkpoint"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head: which log (origin), how many leaves, which root hash, further lines.

    Raises UsageError for values that no checkpoint can hold.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not all(_is_line(line) for line in (self.origin, *self.extensions)):
            raise UsageError("the origin and each extension are one line that is not empty, without control characters")
        if not 0 <= self.size <= MAX_SIZE:
            raise UsageError(f"no log has {self.size} leaves")
        if len(self.root) != HASH_BYTES or (self.size == 0 and self.root != EMPTY):
            raise UsageError(f"this is no root hash of {self.size} leaves")

    def text(self) -> str:
        """The text of the note that a log signs."""
        lines = (self.origin, str(self.size), base64_text(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """The checkpoint of a note's text: only what `Checkpoint.text` would write is taken.

        Raises Untrusted for anything else.
        """
        if not text.endswith("\n"):
            raise Untrusted("does not end in a newline", where=WHERE)
        lines = text[:-1].split("\n")
        if len(lines) < 3:
            raise Untrusted("needs three lines: origin, size, root", where=WHERE)
        origin, size, root, *extensions = lines
        if not SIZE.fullmatch(size):
            raise Untrusted("has a size that is no plain decimal number", where=WHERE)
        try:
            return cls(origin, int(size), base64_bytes(root, WHERE), tuple(extensions))
        except UsageError as error:
            raise Untrusted(error.what, where=WHERE) from error


def _is_line(text: str) -> bool:
    return bool(text) and not any(x < " " or "\ud800" <= x <= "\udfff" for x in text)
