"""Whether runs are going on in a site: each holds a lock in its staging folder, which the kernel frees when it dies."""

from __future__ import annotations

import fcntl
from pathlib import Path

from rs.errors import Conflict


def staging_folders(staging: Path) -> tuple[list[Path], list[Path]]:
    """Staging folders of runs that go on, and of runs that ended without tidying up."""
    held, left = [], []
    for lock in sorted(staging.glob("*/.lock")):
        try:
            with lock.open() as stream:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            # its run ended just now
            continue
        except BlockingIOError:
            held.append(lock.parent)
        else:
            left.append(lock.parent)
    return held, left


def check_quiet(staging: Path, what: str) -> None:
    """Raise Conflict where a run goes on: it would write in the middle of what is to be done."""
    held, _ = staging_folders(staging)
    if held:
        raise Conflict(f"a run goes on here, and {what} must not be disturbed", where=str(held[0]),
                       remedy="Wait until it has ended, or stop it; then call this again")  # fmt: skip
