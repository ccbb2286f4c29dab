"""Runs of a site in processes that can be killed: a fork of this warm process, or the command line."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from rs.catalog.entry import Entry, Fact
from rs.catalog.register import Register
from rs.core import failpoint
from rs.errors import RsError
from rs.operate.order import Options, order_of
from rs.operate.run import run
from rs.operate.site import read_site
from rs.pipeline.workers import Workers, call

T = TypeVar("T")
R = TypeVar("R")
BLOCK = 128
"""Side of a block [px]: small, so that a scene has several."""

Mutant = Callable[[], None]


class Here:
    """Workers without processes: units run in this one, which is the one that is killed."""

    slots = 1

    def map(self, function: Callable[[T], R], arguments: Sequence[T]) -> Iterator[tuple[T, R | RsError]]:
        """One after the other."""
        for argument in arguments:
            yield argument, call(function, argument, None)


@contextmanager
def here(units: int, *, cache: Path | None, scheduler: str | None) -> Iterator[Workers]:
    """A pool for `run` that starts no process."""
    yield Here()


@dataclass(frozen=True, slots=True)
class Files:
    """Where a run tells what it does: failpoints reached, entries acknowledged, words of a failure."""

    trace: Path
    acks: Path
    words: Path

    @classmethod
    def beside(cls, site: Path) -> Files:
        """Beside the site, so that nothing of it is in the site."""
        return cls(*(site.with_name(f"{site.name}.{kind}") for kind in ("trace", "acks", "words")))


def run_here(site: Path, claims: bool = True) -> int:
    """One pass over a site in this process; gives its exit code. claims: with the ledger, which keeps runs apart."""
    order = order_of(read_site(site), Options(threads=1, block=BLOCK))
    return int(run(order if claims else replace(order, ledger=""), here).as_dict()["exit"])


def warm_up(site: Path) -> None:
    """Compile every formula and load every library, so that forks start at once."""
    if run_here(site):
        raise AssertionError(f"the undisturbed run of {site} failed")
    gc.collect()


def fork_run(site: Path, plan: failpoint.Plan | None, mutant: Mutant | None = None, claims: bool = True) -> int:
    """Start a pass over a site in a process group of its own; gives its number once the group is there."""
    ready, told = os.pipe()
    files = Files.beside(site)
    number = os.fork()
    if number:
        os.close(told)
        os.read(ready, 1)
        os.close(ready)
        return number
    code = 1
    try:
        os.setsid()
        os.write(told, b".")
        failpoint.arm(plan)
        _acknowledging(files.acks)
        if mutant is not None:
            mutant()
        code = run_here(site, claims)
    except BaseException:  # noqa: BLE001 - a fork must never go on as its parent
        files.words.write_text(traceback.format_exc(), encoding="utf-8")
    finally:
        os._exit(code)


def _acknowledging(file: Path) -> None:
    """Note every entry at the moment when `commit` has returned it, before anything else happens."""
    commit = Register.commit

    def acknowledged(register: Register, fact: Fact) -> Entry:
        entry = commit(register, fact)
        handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        os.write(handle, f"{fact.slot} {entry.fact.item}\n".encode())
        os.fsync(handle)
        os.close(handle)
        return entry

    Register.commit = acknowledged  # type: ignore[method-assign, assignment]


def start_command(site: Path, plan: failpoint.Plan | None) -> int:
    """Start `rs run` in a process group of its own; gives its number."""
    asked = {}
    if plan is not None:
        asked = {"RS_FAILPOINT_TRACE": plan.trace} if plan.trace else {}
        asked |= {"RS_FAILPOINT": f"{plan.name}:{plan.times}"} if plan.name else {}
    with Files.beside(site).words.open("wb") as words:
        call = [str(Path(sys.executable).parent / "rs"), "run", str(site), "--block", str(BLOCK), "--threads", "1"]
        process = subprocess.Popen(
            call, env={**os.environ, **asked}, stdout=words, stderr=words, start_new_session=True
        )
    # its end is waited for by number, like that of a fork
    process.returncode = 0
    return process.pid


def wait(number: int) -> int:
    """Exit code of a run, negative for a signal."""
    _, status = os.waitpid(number, 0)
    return os.waitstatus_to_exitcode(status)


def kill_at(numbers: Sequence[int], moment: float) -> list[int]:
    """Kill the groups of runs so many seconds after `moment` started; gives their exit codes."""
    time.sleep(max(0.0, moment - time.monotonic()))
    for number in numbers:
        # a run that is over waits to be asked for its exit code, so that its number is nobody else's
        try:
            os.killpg(number, signal.SIGKILL)
        except ProcessLookupError:
            continue
    return [wait(number) for number in numbers]
