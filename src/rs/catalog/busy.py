"""Whether runs are going on in a site: each holds a lock in its staging folder, which the kernel frees when it dies."""

from __future__ import annotations

import fcntl
from pathlib import Path

from rs.errors import Conflict
from rs.store.local import TEMPORARY

LOCK = ".lock"
"""File in a staging folder that its run holds locked."""


def staging_folders(staging: Path) -> tuple[list[Path], list[Path]]:
    """Staging folders of runs that go on, and of runs that ended without tidying up."""
    held: list[Path] = []
    left: list[Path] = []
    for folder in sorted(staging.glob("*/")):
        if folder.name.startswith(TEMPORARY):
            continue
        (held if is_held(folder) else left).append(folder)
    return held, left


def is_held(folder: Path) -> bool:
    """Whether a run holds the lock of a staging folder; one without a lock was left in the middle of tidying up."""
    try:
        with (folder / LOCK).open() as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def check_quiet(staging: Path, what: str) -> None:
    """Raise Conflict where a run goes on: it would write in the middle of what is to be done."""
    held, _ = staging_folders(staging)
    if held:
        raise Conflict(f"a run goes on here, and {what} must not be disturbed", where=str(held[0]),
                       remedy="Wait until it has ended, or stop it; then call this again")  # fmt: skip
