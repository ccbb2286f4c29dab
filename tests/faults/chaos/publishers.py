"""Many publishers at once, half of them killed again and again, while readers poll: on a disk and on S3.

    python -m tests.faults.chaos.publishers [--publishers 16] [--items 250] [--seed 1] [KIND ...]

Kinds: disk (one site folder), views (one site folder, each publisher with views and work in a folder of its
own), s3 (a bucket of a moto server, each with a folder of its own), and bare-disk, bare-views, bare-s3: entries alone,
nobody killed, for the speed of commits.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from tests.faults.chaos.publisher import Share, Where, publish_or_say_why
from tests.faults.chaos.reader import read_on
from tests.faults.chaos.reckoning import reckon
from tests.support.buckets import buckets

from rs.catalog import index
from rs.trust.keystore import create_key

KINDS = ("disk", "views", "s3")
context = multiprocessing.get_context("forkserver")


@dataclass(frozen=True)
class Dose:
    """How much of it. every: longest time between two kills of a publisher [s]; kills: most of one publisher."""

    publishers: int = 16
    items: int = 250
    readers: int = 4
    batch: int = 25
    limit: int = 500
    every: float = 6.0
    kills: int = 20
    seed: int = 1

    @property
    def total(self) -> int:
        """Items of all publishers."""
        return self.publishers * self.items


@dataclass
class Told:
    """What came of it."""

    kind: str
    dose: Dose
    seconds: float = 0.0
    kills: int = 0
    failed: int = 0
    readers: list[dict[str, Any]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def torn(self) -> list[str]:
        """What the readers saw that did not fit together."""
        return [line for reader in self.readers for line in reader["torn"]]

    @property
    def holds(self) -> bool:
        """Nothing lost, doubled, torn or wrong; nobody failed who was not killed."""
        return not (self.wrong or self.torn or self.failed)

    def row(self) -> str:
        """The row of the table."""
        walks, checked = (sum(reader[name] for reader in self.readers) for name in ("walks", "checked"))
        rate = self.dose.total / self.seconds
        cells = [
            self.kind, f"{self.dose.publishers} x {self.dose.items}", self.kills, self.failed,
            f"{self.seconds:.0f}", f"{rate:.1f}", f"{walks} / {checked}", len(self.torn), len(self.wrong),
        ]  # fmt: skip
        return f"| {' | '.join(str(cell) for cell in cells)} |"


HEADER = """\
| kind | publishers x items | kills | failed | seconds | items/s | walks / items looked at by readers | torn | wrong |
|---|---|---|---|---|---|---|---|---|"""


def run(kind: str, dose: Dose, folder: Path) -> Told:
    """One experiment in an empty folder."""
    bare = kind.startswith("bare-")
    with _place(kind.removeprefix("bare-"), dose, folder) as wheres:
        keys = folder / "keys"
        create_key(keys, "example.org/chaos", datetime.now(UTC))
        answers = [folder / f"answers-{n}" for n in range(dose.publishers)]
        shares = [
            Share(wheres[n], str(keys), n * dose.items, dose.items, dose.batch, str(answers[n]), bare)
            for n in range(dose.publishers)
        ]
        told = Told(kind, dose)
        if bare:
            _storm(shares, dose, told, set())
            return told
        with _reading(wheres[0], dose, folder, told):
            _storm(shares, dose, told, set(range(0, dose.publishers, 2)))
        told.wrong += _reckoned(wheres, dose, keys, answers)
        for reader in told.readers:
            if reader["items"] != dose.total:
                told.wrong.append(f"a reader saw {reader['items']} items in the end")
    return told


def _reckoned(wheres: list[Where], dose: Dose, keys: Path, answers: list[Path]) -> list[str]:
    before, index.LIMIT = index.LIMIT, dose.limit
    try:
        return reckon(dict.fromkeys(wheres), dose.total, keys, answers)
    finally:
        index.LIMIT = before


@contextmanager
def _place(kind: str, dose: Dose, folder: Path) -> Iterator[list[Where]]:
    """The site as each publisher sees it."""
    owns = [str(folder / f"own-{n}") for n in range(dose.publishers)]
    if kind == "disk":
        yield [Where(str(folder / "site"), limit=dose.limit)] * dose.publishers
    elif kind == "views":
        yield [Where(own, str(folder / "site"), limit=dose.limit) for own in owns]
    else:
        (folder / "moto").mkdir()
        with buckets(folder / "moto") as server:
            address = server.address()
            yield [Where(own, address, server.endpoint, dose.limit) for own in owns]


@contextmanager
def _reading(where: Where, dose: Dose, folder: Path, told: Told) -> Iterator[None]:
    over = context.Event()
    answers = [folder / f"reader-{n}.json" for n in range(dose.readers)]
    readers = [context.Process(target=read_on, args=(where, n, over, str(answers[n]))) for n in range(dose.readers)]
    for reader in readers:
        reader.start()
    try:
        yield
    finally:
        over.set()
        for reader in readers:
            reader.join()
    told.readers = [json.loads(answer.read_bytes()) for answer in answers]


def _storm(shares: list[Share], dose: Dose, told: Told, victims: set[int]) -> None:
    """Start all, kill the victims at random moments, start again whoever is not done."""
    chance = random.Random(dose.seed)
    start = time.monotonic()
    running = {n: _started(share) for n, share in enumerate(shares)}
    due = {n: [start + moment for moment in _moments(chance, dose)] for n in victims}
    while running:
        now = time.monotonic()
        for n, process in list(running.items()):
            if process.exitcode is None and due.get(n) and due[n][0] <= now:
                process.kill()
                process.join()
                told.kills += process.exitcode == -9
                due[n] = [moment for moment in due[n] if moment > now]
            if process.exitcode == 0:
                del running[n]
            elif process.exitcode is not None:
                told.failed += process.exitcode != -9
                if told.failed > dose.publishers:
                    raise RuntimeError("publishers fail again and again; see standard error")
                running[n] = _started(shares[n])
        time.sleep(0.005)
    told.seconds = time.monotonic() - start


def _moments(chance: random.Random, dose: Dose) -> list[float]:
    """When a victim is killed [s from the start]."""
    moments = [0.0]
    for _ in range(dose.kills):
        moments.append(moments[-1] + chance.uniform(0.05, dose.every))
    return moments[1:]


def _started(share: Share) -> ForkServerProcess:
    process = context.Process(target=publish_or_say_why, args=(share,))
    process.start()
    return process


def main() -> None:
    """Run the kinds that are named and print their table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("kinds", nargs="*", default=list(KINDS))
    asked.add_argument("--publishers", type=int, default=16)
    asked.add_argument("--items", type=int, default=250)
    asked.add_argument("--seed", type=int, default=1)
    words = asked.parse_args()
    context.set_forkserver_preload(["tests.faults.chaos.publisher", "tests.faults.chaos.reader"])
    print(HEADER, flush=True)
    for kind in words.kinds:
        with tempfile.TemporaryDirectory(prefix="rs-chaos-") as folder:
            # a bucket takes ten times as long, and the kills are to be spread over it
            every = 60.0 if kind == "s3" else Dose.every
            told = run(kind, Dose(words.publishers, words.items, every=every, seed=words.seed), Path(folder))
        print(told.row(), flush=True)
        for line in [*told.torn, *told.wrong][:20]:
            print(f"  {line}", flush=True)


if __name__ == "__main__":
    main()
