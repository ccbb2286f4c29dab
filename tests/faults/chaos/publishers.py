"""Many publishers at once, half of them killed again and again, while readers poll: on a disk and on S3.

    python -m tests.faults.chaos DOSE publishers
    python -m tests.faults.chaos.publishers [--dose full] [--seed 1] [KIND ...]

Kinds: disk (one site folder), views (one site folder, each publisher with views and work in a folder of its
own), s3 (a bucket of a moto server, each with a folder of its own), and bare-disk, bare-views, bare-s3: entries alone,
nobody killed, for the speed of commits.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from tests.faults.chaos.publisher import Share, Where, publish_or_say_why
from tests.faults.chaos.reader import read_on
from tests.faults.chaos.reckoning import reckon
from tests.faults.chaos.report import Dose, Table
from tests.support.buckets import buckets

from rs.catalog import index
from rs.trust.keystore import create_key

KINDS = ("disk", "views", "s3")
context = multiprocessing.get_context("forkserver")


@dataclass(frozen=True)
class Size:
    """How much of it.

    batch: items of a publisher between signatures. limit: most links of a derived file. every: longest time
    between two kills of a publisher on a disk [s]; kills: most of one publisher.
    """

    publishers: int
    items: int
    readers: int
    batch: int
    limit: int
    every: float
    kills: int = 20

    @property
    def total(self) -> int:
        """Items of all publishers."""
        return self.publishers * self.items


SIZES = {
    Dose.SMALL: Size(4, 25, 2, 5, 20, 0.4),
    Dose.QUICK: Size(8, 60, 3, 15, 50, 1.0),
    Dose.FULL: Size(16, 250, 4, 25, 500, 6.0),
}


@dataclass
class Told:
    """What came of it."""

    kind: str
    size: Size
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

    def row(self) -> list[object]:
        """The row of the table."""
        walks, checked = (sum(reader[name] for reader in self.readers) for name in ("walks", "checked"))
        rate = self.size.total / self.seconds
        return [
            self.kind, f"{self.size.publishers} x {self.size.items}", self.kills, self.failed,
            f"{self.seconds:.0f}", f"{rate:.1f}", f"{walks} / {checked}", len(self.torn), len(self.wrong),
        ]  # fmt: skip


COLUMNS = [
    "kind", "publishers x items", "kills", "failed", "seconds", "items/s", "walks / items looked at by readers",
    "torn", "wrong",
]  # fmt: skip


def run(dose: Dose, folder: Path, seed: int) -> list[Table]:
    """The experiment; its small dose is on a disk alone."""
    kinds = KINDS[:2] if dose is Dose.SMALL else KINDS
    return [table_of(kinds, SIZES[dose], folder, seed)]


def table_of(kinds: Sequence[str], size: Size, folder: Path, seed: int) -> Table:
    """The table of some kinds."""
    context.set_forkserver_preload(["tests.faults.chaos.publisher", "tests.faults.chaos.reader"])
    table = Table("Publishers at once, half of them killed", COLUMNS)
    for kind in kinds:
        place = folder / kind
        place.mkdir()
        told = run_kind(kind, size, place, seed)
        table.rows.append(told.row())
        table.failures += [f"{kind}: {line}" for line in [*told.torn, *told.wrong]]
        table.failures += [f"{kind}: {told.failed} publishers ended with an error"] if told.failed else []
        print(f"{kind}: {told.seconds:.0f} s", file=sys.stderr, flush=True)
    return table


def run_kind(kind: str, size: Size, folder: Path, seed: int) -> Told:
    """One kind in an empty folder."""
    bare = kind.startswith("bare-")
    with _place(kind.removeprefix("bare-"), size, folder) as wheres:
        keys = folder / "keys"
        create_key(keys, "example.org/chaos", datetime.now(UTC))
        answers = [folder / f"answers-{n}" for n in range(size.publishers)]
        shares = [
            Share(wheres[n], str(keys), n * size.items, size.items, size.batch, str(answers[n]), bare)
            for n in range(size.publishers)
        ]
        told = Told(kind, size)
        if bare:
            _storm(shares, told, seed, ())
            return told
        with _reading(wheres[0], size, folder, told):
            _storm(shares, told, seed, range(0, size.publishers, 2))
        told.wrong += _reckoned(wheres, size, keys, answers)
        for reader in told.readers:
            if reader["items"] != size.total:
                told.wrong.append(f"a reader saw {reader['items']} items in the end")
    return told


def _reckoned(wheres: list[Where], size: Size, keys: Path, answers: list[Path]) -> list[str]:
    before, index.LIMIT = index.LIMIT, size.limit
    try:
        return reckon(dict.fromkeys(wheres), size.total, keys, answers)
    finally:
        index.LIMIT = before


@contextmanager
def _place(kind: str, size: Size, folder: Path) -> Iterator[list[Where]]:
    """The site as each publisher sees it."""
    owns = [str(folder / f"own-{n}") for n in range(size.publishers)]
    if kind == "disk":
        yield [Where(str(folder / "site"), limit=size.limit)] * size.publishers
    elif kind == "views":
        yield [Where(own, str(folder / "site"), limit=size.limit) for own in owns]
    else:
        (folder / "moto").mkdir()
        with buckets(folder / "moto") as server:
            address = server.address()
            yield [Where(own, address, server.endpoint, size.limit) for own in owns]


@contextmanager
def _reading(where: Where, size: Size, folder: Path, told: Told) -> Iterator[None]:
    over = context.Event()
    answers = [folder / f"reader-{n}.json" for n in range(size.readers)]
    readers = [context.Process(target=read_on, args=(where, n, over, str(answers[n]))) for n in range(size.readers)]
    for reader in readers:
        reader.start()
    try:
        yield
    finally:
        over.set()
        for reader in readers:
            reader.join()
    told.readers = [json.loads(answer.read_bytes()) for answer in answers]


def _storm(shares: list[Share], told: Told, seed: int, victims: Iterable[int]) -> None:
    """Start all, kill the victims at random moments, start again whoever is not done."""
    chance, size = random.Random(seed), told.size
    # a bucket takes ten times as long, and the kills are to be spread over it
    every = size.every * (10 if told.kind == "s3" else 1)
    start = time.monotonic()
    running = {n: _started(share) for n, share in enumerate(shares)}
    due = {n: [start + moment for moment in _moments(chance, size.kills, every)] for n in victims}
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
                if told.failed > size.publishers:
                    raise RuntimeError("publishers fail again and again; see standard error")
                running[n] = _started(shares[n])
        time.sleep(0.005)
    told.seconds = time.monotonic() - start


def _moments(chance: random.Random, kills: int, every: float) -> list[float]:
    """When a victim is killed [s from the start]."""
    moments = [0.0]
    for _ in range(kills):
        moments.append(moments[-1] + chance.uniform(0.05, every))
    return moments[1:]


def _started(share: Share) -> ForkServerProcess:
    process = context.Process(target=publish_or_say_why, args=(share,))
    process.start()
    return process


def main() -> int:
    """Run the kinds that are named and print their table; 1 where something failed."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("kinds", nargs="*", default=list(KINDS))
    asked.add_argument("--dose", default=Dose.FULL, choices=list(Dose))
    asked.add_argument("--seed", type=int, default=1)
    words = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="rs-chaos-") as folder:
        table = table_of(words.kinds, SIZES[Dose(words.dose)], Path(folder), words.seed)
    print(table.markdown())
    return 1 if table.failures else 0


if __name__ == "__main__":
    sys.exit(main())
