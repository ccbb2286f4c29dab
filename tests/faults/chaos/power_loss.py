"""Loss of power at every operation: what was durable verifies, acknowledged items are there, a second run completes.

Each state that a loss of power may leave is checked with other views: none, old ones, torn ones, those of now.
"""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.faults.chaos.power_disk import PowerDisk
from tests.faults.chaos.report import Dose, Table
from tests.support.synthetic_site import HastyDisk, Made, SyntheticSite, made

import rs.catalog.index as index
import rs.catalog.register as register
import rs.catalog.repair as repair
import rs.catalog.verify_register as verify_register
from rs.catalog.layout import Layout
from rs.catalog.verify import Severity, verify

FEW = 3
"""LIMIT and FOLD here, so that a handful of items makes pages and snapshots."""
VIEWS = ("none", "stale", "torn", "now")
SEEN = {Dose.SMALL: 10, Dose.QUICK: 120, Dose.FULL: 10**9}
"""States that are looked at."""


class SkipsFiles(PowerDisk):
    """A mutant: bytes are never made durable."""

    def sync_file(self, path: Path) -> None:
        """Not at all."""


class SkipsFolders(PowerDisk):
    """A mutant: names are never made durable, but for those of folders."""

    def sync_folder(self, path: Path) -> None:
        """Folders alone."""
        if path.is_relative_to(self.root):
            durable = self._folder(path).durable
            durable |= {sub.name: None for sub in path.iterdir() if sub.is_dir()}


class SkipsNewFolders(PowerDisk):
    """A mutant: folders are made and never made durable."""

    def make_folder(self, path: Path) -> None:
        """Without a sync."""
        path.mkdir(parents=True, exist_ok=True)


MUTANTS: dict[str, type[PowerDisk]] = {
    "no fsync of files": SkipsFiles, "no fsync of folders": SkipsFolders, "new folders not synced": SkipsNewFolders,
}  # fmt: skip


@dataclass
class Findings:
    """States that were looked at, by kind, and what was wrong with them."""

    states: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def run(dose: Dose, folder: Path, seed: int) -> list[Table]:
    """Every state of a dose, and the mutants that must be caught."""
    with small_pages():
        total = operations(folder / "count")
        chosen = sample(total, SEEN[dose], seed)
        found = Experiment(folder / "sound", PowerDisk, seed).look(chosen)
        table = Table("Loss of power", ["what is left", "states", "of operations", "wrong"])
        for kind, states in sorted(found.states.items()):
            wrong = sum(words.startswith(f"{kind},") for words in found.wrong)
            table.rows.append([kind, states, total, wrong])
        table.failures = found.wrong[:20]
        return [table, mutants(folder, 4 if dose is Dose.SMALL else 12, seed)]


def mutants(folder: Path, states: int, seed: int) -> Table:
    """A disk that forgets a sync must be found out."""
    table = Table("Mutants of loss of power", ["mutant", "states", "found wrong"])
    for name, kind in MUTANTS.items():
        found = Experiment(folder / name.replace(" ", "-"), kind, seed).look(sample(150, states, seed))
        table.rows.append([name, found.states.total(), len(found.wrong)])
        if not found.wrong:
            table.failures.append(f"{name} was not found out")
    return table


@contextmanager
def small_pages() -> Iterator[None]:
    """LIMIT and FOLD of 3, for a while."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "LIMIT", FEW)
        for module in (register, repair, verify_register):
            patch.setattr(module, "FOLD", FEW)
        yield


def sample(total: int, most: int, seed: int) -> set[int]:
    """Numbers of the operations before which power is lost."""
    return set(random.Random(seed).sample(range(1, total + 1), min(most, total)))


def operations(root: Path) -> int:
    """How many operations the story has."""
    count = 0

    def one() -> None:
        nonlocal count
        count += 1

    tell(SyntheticSite.at(root, PowerDisk(root, one)), lambda new: None)
    return count


def tell(site: SyntheticSite, acknowledge: Callable[[Made], None]) -> None:
    """The story: publish, sign, derive, then supersede, withdraw and publish more. What is done is left alone."""
    first, more = [made(k) for k in (1, 2, 3, 4)], [made(k) for k in (5, 6)]
    again = made(1, version=2)
    for new in first:
        _once(site, new, lambda new=new: site.publish(new), acknowledge)  # type: ignore[misc]
    site.finish()
    _once(site, again, lambda: site.publish(again, first[0].fact.item), acknowledge)
    if site.register.standing(first[1].fact.slot) is not None:
        site.withdraw(first[1])
    for new in more:
        _once(site, new, lambda new=new: site.publish(new), acknowledge)  # type: ignore[misc]
    site.finish()


def _once(site: SyntheticSite, new: Made, publish: Callable[[], object], acknowledge: Callable[[Made], None]) -> None:
    if site.register.asked(lambda view: view.last_of_key(new.fact.key)) is None:
        publish()
        acknowledge(new)


class Experiment:
    """The story on a disk, looked at before chosen operations."""

    def __init__(self, folder: Path, disk: type[PowerDisk], seed: int) -> None:
        self.folder, self.root, self.seed = folder, folder / "site", seed
        self.disk = disk(self.root, self._before)
        self.count = 0
        self.chosen: set[int] = set()
        self.acknowledged: list[str] = []
        self.found = Findings()
        self.calm = folder / "calm"
        self.looking = False

    def look(self, chosen: set[int]) -> Findings:
        """Tell the story; give what was found."""
        tell(SyntheticSite.at(self.calm, HastyDisk()), lambda new: None)
        self.chosen = chosen
        tell(SyntheticSite.at(self.root, self.disk), lambda new: self.acknowledged.append(new.fact.item))
        return self.found

    def _before(self) -> None:
        self.count += 1
        if self.count in self.chosen and not self.looking:
            self.looking = True
            chance = random.Random(f"{self.seed}:{self.count}")
            for rest in ("durable alone", "durable and more"):
                self._state(rest, chance.choice(VIEWS), chance)
            self.looking = False
        if self.count % 40 == 0 and (self.root / "cache").is_dir():
            shutil.rmtree(self.folder / "old", ignore_errors=True)
            shutil.copytree(self.root / "cache", self.folder / "old")

    def _state(self, rest: str, view: str, chance: random.Random) -> None:
        left = self.folder / "left"
        shutil.rmtree(left, ignore_errors=True)
        self.disk.leave(left, None if rest == "durable alone" else chance)
        if (self.root / "keys").is_dir():
            shutil.copytree(self.root / "keys", left / "keys", dirs_exist_ok=True)
        self._views(view, left / "cache", chance)
        kind = f"{rest}, views: {view}"
        self.found.states[kind] += 1
        try:
            wrong = list(self._wrong(left))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
            wrong = [f"{type(error).__name__}: {error}"]
        self.found.wrong += [f"{kind}, before operation {self.count}: {words}" for words in wrong]

    def _views(self, view: str, cache: Path, chance: random.Random) -> None:
        source = {"none": self.folder / "absent", "stale": self.folder / "old"}.get(view, self.root / "cache")
        cache.mkdir(exist_ok=True)
        for file in sorted(source.glob("*.sqlite*")):
            body = file.read_bytes()
            cut = chance.randrange(len(body) + 1) if view == "torn" else len(body)
            (cache / file.name).write_bytes(body[:cut])

    def _wrong(self, left: Path) -> Iterator[str]:
        (left / "register" / "resource").mkdir(parents=True, exist_ok=True)
        yield from (f"{Path(f.where).name} {f.what}" for f in verify(left).findings if f.severity is Severity.ERROR)
        held = {entry.fact.item for entry in Layout(left).open_register().read()}
        yield from (f"{item} was acknowledged and is lost" for item in self.acknowledged if item not in held)
        tell(SyntheticSite.at(left, HastyDisk()), lambda new: None)
        yield from (f"after the second run: {f.where} {f.what}" for f in verify(left).findings)
        for part in ("data", "items", "index"):
            names = _tree(left / part)
            yield from (f"{part}/{name} differs" for name in _differing(names, _tree(self.calm / part)))
        if _leaves(left) != _leaves(self.calm):
            yield "the leaves of the register differ"


def _tree(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*") if path.is_file() and not path.name.startswith(".new-")
    }  # fmt: skip


def _differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def _leaves(root: Path) -> set[bytes]:
    return {entry.fact.leaf() for entry in Layout(root).open_register().read()}
