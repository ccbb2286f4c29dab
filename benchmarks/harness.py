"""Contestants as whole processes, in turn; their times, memory and pixels as one table."""

from __future__ import annotations

import json
import shutil
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from benchmarks import tree
from benchmarks.compare import Difference, difference, worst

PYTHON = sys.executable
RS = str(Path(sys.executable).with_name("rs"))


class Kind(StrEnum):
    """What a row of a table is: our command, a peer, or a part of the work measured alone."""

    OURS = "ours"
    PEER = "peer"
    FLOOR = "floor"


@dataclass
class Contestant:
    """A command that writes into a folder, and what its rounds measured.

    command: `{out}` stands for the folder, `{ours}` for that of the first of our own in this round. absent: why
    it can't run, "" where it can. note: what its products lack by choice; such a peer is unequal whatever the
    pixels say. A floor prints its time as the last line, as JSON; what came before does not count.
    """

    name: str
    command: Sequence[str]
    kind: Kind = Kind.PEER
    absent: str = ""
    note: str = ""
    runs: list[tree.Run] = field(default_factory=list)
    found: Difference | None = None

    @property
    def wall(self) -> float:
        """Median wall time [s]."""
        return statistics.median(run.wall for run in self.runs)

    @property
    def cpu(self) -> float:
        """Median processor time [s]."""
        return statistics.median(run.cpu for run in self.runs)

    @property
    def peak_mb(self) -> float:
        """Highest peak of the rounds [MB]."""
        return max(run.peak_mb for run in self.runs)

    @property
    def equal(self) -> bool:
        """Whether its product is that of `rs`."""
        return not self.note and (self.found is None or self.found.equal)

    @property
    def ran(self) -> bool:
        """Whether it was measured."""
        return bool(self.runs)


@dataclass(frozen=True, slots=True)
class Bar:
    """A limit: what is measured, how, and the most that it may be. None: it could not be measured."""

    what: str
    limit: float
    measure: Callable[[Field], float | None]
    unit: str = ""


@dataclass(frozen=True)
class Field:
    """A race: contestants, the products whose pixels are compared, where they write, what is asked of us.

    exact: products of classes, whose counts may not differ at all. shift: counts that our reflectance lies below
    the counts of files. inspect: further lines about what was written, while it is still there. inputs: files and
    folders that are read once before, so that they are in the page cache.
    """

    title: str
    contestants: list[Contestant]
    products: tuple[str, ...]
    out: Path
    bars: tuple[Bar, ...] = ()
    exact: frozenset[str] = frozenset({"water_extent"})
    shift: int = 0
    inputs: tuple[Path, ...] = ()
    inspect: Callable[[Field], list[str]] | None = None
    lines: list[str] = field(default_factory=list)

    def named(self, start: str) -> Contestant | None:
        """The contestant whose name starts so, where it ran."""
        return next((one for one in self.contestants if one.name.startswith(start) and one.ran), None)

    @property
    def best_peer(self) -> Contestant | None:
        """The fastest peer that makes the same product."""
        peers = [one for one in self.contestants if one.kind is Kind.PEER and one.ran and one.equal]
        return min(peers, key=lambda one: one.wall, default=None)

    @property
    def ours(self) -> Contestant:
        """The first of our own."""
        ours = [one for one in self.contestants if one.kind is Kind.OURS]
        return ours[0] if ours else Contestant("rs", [], Kind.OURS, "not asked for")

    def race(self, rounds: int, quiet: bool = False) -> None:
        """Run every contestant once a round, in turn; compare the pixels of the last round."""
        shutil.rmtree(self.out, ignore_errors=True)
        for path in self.inputs:
            _read(path)
        for number in range(rounds):
            for one in self.contestants:
                if not one.absent:
                    self._run(one, number)
                if one.ran and not quiet:
                    last = one.runs[-1]
                    sys.stderr.write(
                        f"  round {number + 1}/{rounds} {one.name}: {last.wall:.2f} s, cpu {last.cpu:.2f} s,"
                        f" {last.peak_mb:.0f} MB\n"
                    )
        self._compare()
        if self.inspect is not None and not quiet:
            self.lines.extend(self.inspect(self))
        shutil.rmtree(self.out, ignore_errors=True)

    def _run(self, one: Contestant, number: int) -> None:
        folder = self.folder(one)
        shutil.rmtree(folder, ignore_errors=True)
        if "{ours}" in one.command and not self.ours.ran:
            one.absent = "nothing of ours to work on"
            return
        folder.mkdir(parents=True)
        places = {"{out}": str(folder / "out"), "{ours}": str(self.folder(self.ours) / "out")}
        words = [_placed(word, places) for word in one.command]
        try:
            found = tree.run(words, folder / "log.txt")
            if one.kind is Kind.FLOOR:
                found = _inside(folder / "log.txt", found)
        except tree.Failed as error:
            one.absent = f"failed in round {number + 1}"
            sys.stderr.write(f"{one.name}: {error}\n")
            one.runs.clear()
            return
        one.runs.append(found)

    def folder(self, one: Contestant) -> Path:
        """Where a contestant writes."""
        return self.out / f"{self.contestants.index(one):02d}"

    def _compare(self) -> None:
        if not self.ours.ran:
            return
        for one in self.contestants:
            if one.kind is Kind.PEER and one.ran and self.products:
                one.found = worst([self._difference(one, product) for product in self.products])

    def _difference(self, one: Contestant, product: str) -> Difference:
        ours, theirs = self.made(self.ours, product), self.made(one, product)
        if theirs is None or ours is None:
            return Difference(1.0, 1.0, shape_differs=True)
        return difference(ours, theirs, 0 if product in self.exact else 1, self.shift)

    def made(self, one: Contestant, product: str) -> Path | None:
        """The raster of a product that a contestant wrote."""
        return raster(self.folder(one) / "out", product)


def _read(path: Path) -> None:
    for file in [path] if path.is_file() else path.rglob("*"):
        if file.is_file():
            with file.open("rb") as stream:
                while stream.read(2**22):
                    pass


def _placed(word: str, places: dict[str, str]) -> str:
    for name, path in places.items():
        word = word.replace(name, path)
    return word


def _inside(log: Path, run: tree.Run) -> tree.Run:
    """What a floor measured inside its process."""
    told = json.loads(log.read_text(encoding="utf-8").strip().splitlines()[-1])
    return tree.Run(float(told["wall"]), float(told["cpu"]), run.peak_mb)


def raster(folder: Path, product: str) -> Path | None:
    """The raster of a product's main layer below a folder: `NAME.tif`, or with a digest in its name."""
    found = [*folder.rglob(f"{product}.tif"), *folder.rglob(f"{product}.*.tif")]
    return next((path for path in found if path.name.startswith(f"{product}.")), None)
