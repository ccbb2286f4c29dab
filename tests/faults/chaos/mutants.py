"""Faults put in on purpose: the checker has to find each within a stated number of trials."""

from __future__ import annotations

import hashlib
import os
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.faults.chaos.bench import Bench
from tests.faults.chaos.report import Dose, Table
from tests.faults.chaos.runner import Mutant
from tests.faults.chaos.scenes import SMALL
from tests.faults.chaos.trials import Trial, at_failpoint

from rs.catalog.entry import Entry, Fact
from rs.catalog.register import Register
from rs.core.failpoint import reach
from rs.core.slot import sha256_of
from rs.errors import Conflict
from rs.store.local import LocalStore
from rs.store.store import taken

MOST = 12
"""Trials within which a mutant must be found."""


def plain_writes() -> None:
    """`create` and `place` write under the final name, and link nothing. The failpoints stay where they were."""

    def create(store: LocalStore, name: str, body: bytes, stage: str = "") -> bool:
        path = store.path(name)
        if path.exists():
            return _same(path, hashlib.sha256(body).hexdigest())
        return _write(path, body, stage)

    def place(store: LocalStore, source: Path, name: str, digest: str, stage: str = "") -> bool:
        path = store.path(name)
        return _same(path, digest) if path.exists() else _write(path, source.read_bytes(), stage)

    LocalStore.create = create  # type: ignore[method-assign, assignment]
    LocalStore.place = place  # type: ignore[method-assign, assignment]


def _same(path: Path, digest: str) -> bool:
    if sha256_of(str(path)) == digest:
        return False
    raise taken(str(path))


def _write(path: Path, body: bytes, stage: str) -> bool:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        stream.write(body[: len(body) // 2])
        stream.flush()
        if stage:
            reach(f"{stage}.written")
        stream.write(body[len(body) // 2 :])
        os.fsync(stream.fileno())
    return True


def second_reading() -> None:
    """`commit` looks whether the slot is taken, and takes the number from another look at the register."""

    def commit(register: Register, fact: Fact) -> Entry:
        while True:
            standing = register.standing(fact.slot)
            if standing is not None and standing.fact.key == fact.key:
                return standing
            time.sleep(0.02)
            entry = Entry(register.head() + 1, fact, register.writer, "2026-01-01T00:00:00Z")
            try:
                register.store.create(f"000/000/{entry.number:06d}.json", entry.body(), stage="commit")
            except Conflict:
                continue
            register.sync()
            return entry

    Register.commit = commit  # type: ignore[method-assign, assignment]


def torn(stage: str) -> Callable[[int, int], Trial]:
    """Kills in the middle of a write of a stage, at a drawn time."""

    def trial(seed: int, number: int) -> Trial:
        times = random.Random(f"{stage} {seed} {number}").randint(1, 2)
        return at_failpoint(f"{stage}.written", times, seed, "plain")

    return trial


def both(seed: int, number: int) -> Trial:
    """Two runs at once, that are left to end."""
    return Trial("rivals", seed * 1000 + number, share=2.0, rivals=True)


@dataclass(frozen=True, slots=True)
class Fault:
    """A mutant, and the trials that are to find it."""

    words: str
    put_in: Mutant
    trial: Callable[[int, int], Trial]


FAULTS = (
    *(Fault(f"link(2) replaced by a plain write: {stage}", plain_writes, torn(stage))
      for stage in ("place", "item", "commit", "sign")),
    Fault("number of an entry taken from a second reading", second_reading, both),
)  # fmt: skip


def run(dose: Dose, folder: Path, seed: int) -> list[Table]:
    """Every mutant until it is found."""
    bench = Bench.make(folder, SMALL)
    table = Table(f"Faults put in on purpose (at most {MOST} trials)", ["fault", "found by trial", "first finding"])
    for fault in FAULTS:
        number, words = found(bench, fault, seed)
        table.rows.append([fault.words, number or "not found", words.replace("|", "/")])
        if not number:
            table.failures.append(f"{fault.words}: not found in {MOST} trials")
    return [table]


def found(bench: Bench, fault: Fault, seed: int) -> tuple[int, str]:
    """Number of the trial that finds a mutant, and its first finding; 0 where none does."""
    for number in range(MOST):
        outcome = bench.perform(fault.trial(seed, number), fault.put_in)
        print("found " if not outcome.ok else "missed", outcome.words(), file=sys.stderr, flush=True)
        if not outcome.ok:
            sites = f"{bench.ground.folder / 'sites' / outcome.trial.name.replace(':', '-')}/"
            return number + 1, outcome.words().split("; ")[0].replace(sites, "")
    return 0, ""
