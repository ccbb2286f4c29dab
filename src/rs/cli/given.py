"""Values that a caller gives as words: times and files."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from rs.errors import UsageError


def moment(text: str) -> datetime:
    """A time with its zone. Raises UsageError."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = datetime.min
    if found.utcoffset() is None:
        raise UsageError(f"{text!r} is no time with a zone", remedy="Write it like 2026-11-24T08:00:00Z")
    return found


def bytes_of(path: Path) -> bytes:
    """Bytes of a file that the caller names. Raises UsageError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot be read ({error.strerror})", where=str(path), remedy="Name a file") from error
