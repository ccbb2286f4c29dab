"""What a store does, whatever stands behind it. Names are relative, with forward slashes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from rs.errors import Conflict

Later = Callable[[bytes], bool]
"""Whether the bytes that stand there are of a later state than those to be written."""


class Store(Protocol):
    """Named bytes. What is created stands for ever with all its bytes, or not at all.

    `stage` names the failpoints that a write passes.
    """

    @property
    def locks(self) -> bool:
        """True where `lock` keeps every other writer out, on whatever machine."""
        ...

    def create(self, name: str, body: bytes, stage: str = "") -> bool:
        """Write under a new name, durably. False where the same bytes stand there already.

        Raises Conflict where other bytes stand there; OutputError where it can't be written.
        """
        ...

    def place(self, source: Path, name: str, digest: str, stage: str = "") -> bool:
        """Move a local file there; its SHA-256 must be `digest`. False where it stands there already.

        Raises Conflict where other bytes stand there or the file is not what was digested.
        """
        ...

    def read(self, name: str) -> bytes | None:
        """The bytes; None where the name holds nothing."""
        ...

    def exists(self, name: str) -> bool:
        """True where the name holds something."""
        ...

    def size(self, name: str) -> int | None:
        """Number of bytes; None where the name holds nothing."""
        ...

    def digest(self, name: str) -> str | None:
        """SHA-256 of the bytes, read from the store; None where the name holds nothing."""
        ...

    def names(self, prefix: str) -> Iterator[str]:
        """All names below a folder, in no order; temporary names are left out."""
        ...

    def replace(self, name: str, body: bytes, later: Later | None = None) -> bool:
        """Write a derived file; False where the same bytes stand there, or what `later` says is of a later state."""
        ...

    def remove(self, name: str) -> None:
        """Remove a name; none there is fine."""
        ...

    def settle(self, name: str) -> None:
        """Make sure that a name that was seen is durable, whoever wrote it."""
        ...

    def lock(self, name: str) -> AbstractContextManager[None]:
        """Keep other writers of derived files out, as far as the store can."""
        ...

    def where(self, name: str) -> str:
        """How messages name it."""
        ...

    def below(self, folder: str) -> Store:
        """The store of a folder of this one."""
        ...


def taken(where: str) -> Conflict:
    """The error for a name that holds other bytes."""
    return Conflict(
        "stands there already with other content; nothing was overwritten",
        where=where,
        remedy="Run rs verify; if the file there is the damaged one, rs repair moves it away. Then run again",
    )
