"""Named places where tests kill or disturb a process. Without RS_FAILPOINT a call costs one comparison.

RS_FAILPOINT=NAME[:N] kills the process group at the N-th time that NAME is reached; with NAME:N:stop that
process alone is stopped (SIGSTOP) until someone lets it go on;
RS_FAILPOINT_TRACE=FILE appends every name that is reached. Read once, when this module is loaded:
workers inherit the environment. Nothing else in `rs` reads these variables.
"""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass

FAILPOINTS = (
    "read.scene", "read.block",
    "write.block", "write.tile", "write.raster", "write.file", "write.picture", "write.lineage", "write.done",
    "place.start", "place.written", "place.linked", "place.done",
    "item.start", "item.written", "item.linked", "item.done",
    "commit.start", "commit.written", "commit.linked", "commit.done",
    "sign.start", "sign.written", "sign.linked", "sign.checkpoint", "sign.done",
    "derive.start", "derive.node", "derive.collection", "derive.catalog", "derive.done",
)  # fmt: skip
"""Every name; the part before the dot is the stage."""


@dataclass
class Plan:
    """What to do at which failpoint: the N-th time that `name` is reached; trace: a file or ''.

    stop: the process is stopped, not the group killed.
    """

    name: str = ""
    times: int = 1
    trace: str = ""
    stop: bool = False


def plan_of(environment: dict[str, str]) -> Plan | None:
    """The plan that an environment asks for; None without one. Raises ValueError for an unknown name."""
    wanted, trace = environment.get("RS_FAILPOINT", ""), environment.get("RS_FAILPOINT_TRACE", "")
    if not wanted and not trace:
        return None
    name, _, rest = wanted.partition(":")
    times, _, action = rest.partition(":")
    if name and name not in FAILPOINTS:
        raise ValueError(f"RS_FAILPOINT: {name!r} is unknown; known: {', '.join(FAILPOINTS)}")
    if action not in ("", "stop"):
        raise ValueError(f"RS_FAILPOINT: {action!r} is unknown; known: stop")
    return Plan(name, int(times or 1), trace, action == "stop")


_plan: Plan | None = plan_of(dict(os.environ))


def arm(plan: Plan | None) -> None:
    """Replace the plan of this process (for tests that fork)."""
    global _plan  # noqa: PLW0603 - one plan a process, like the environment it stands for
    _plan = plan


def reach(name: str) -> None:
    """Say that a failpoint is reached."""
    if _plan is None:
        return
    if _plan.trace:
        handle = os.open(_plan.trace, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(handle, f"{name}\n".encode())
        finally:
            os.close(handle)
    if name == _plan.name:
        _plan.times -= 1
        if _plan.times == 0 and _plan.stop:
            os.kill(os.getpid(), signal.SIGSTOP)
        elif _plan.times == 0:
            os.killpg(os.getpgrp(), signal.SIGKILL)
