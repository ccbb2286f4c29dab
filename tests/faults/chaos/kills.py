"""kill -9 of a run's process group at any moment, then the same run again: what is lost, doubled or different."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.faults.chaos.bench import ENDED, Bench, Outcome
from tests.faults.chaos.report import Dose, Table
from tests.faults.chaos.scenes import LARGE, SMALL, Size
from tests.faults.chaos.trials import STAGES, Trial, at_every_failpoint, at_failpoint, further, named, uniform

GROUPS = {
    "uniform": "uniformly drawn moments", "failpoint": "each failpoint", "further": "drawn failpoints of rare stages",
    "rivals": "two runs at once, uniformly drawn", "command": "`rs run` with its workers",
}  # fmt: skip
TIMED = 10
"""Drawn trials after which an undisturbed run is timed anew."""
KILLS = ["kills", "failed", "clean right after the kill", "clean after the re-run", "acknowledged", "lost", "doubled",
         "different files", "other findings"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Amount:
    """How many kills: at drawn moments, each failpoint again at a drawn time, of two runs at once, of commands."""

    size: Size
    uniform: int
    failpoints: int
    repeats: int
    rivals: int
    command: int
    fill: bool


AMOUNTS = {
    Dose.SMALL: Amount(SMALL, uniform=8, failpoints=12, repeats=0, rivals=2, command=0, fill=False),
    Dose.QUICK: Amount(LARGE, uniform=24, failpoints=99, repeats=0, rivals=3, command=2, fill=False),
    Dose.FULL: Amount(LARGE, uniform=200, failpoints=99, repeats=1, rivals=20, command=12, fill=True),
}


def run(dose: Dose, folder: Path, seed: int) -> list[Table]:
    """All kills of a dose."""
    amount = AMOUNTS[dose]
    bench = Bench.make(folder, amount.size, command=amount.command > 0)
    outcomes = list(_outcomes(bench, amount, seed))
    return [stages_table(outcomes, bench), findings_table(outcomes)]


def run_one(name: str, dose: Dose, folder: Path) -> Outcome:
    """A trial alone."""
    trial = named(name)
    return Bench.make(folder, AMOUNTS[dose].size, command=trial.command).perform(trial)


def _outcomes(bench: Bench, amount: Amount, seed: int) -> Iterable[Outcome]:
    kills: Counter[str] = Counter()
    chosen = at_every_failpoint(bench.reached, seed, amount.repeats)
    # a small dose takes every so many, from a place that the seed gives
    step = max(1, -(-len(chosen) // amount.failpoints))
    for outcome in [
        *_drawn(bench, "uniform", amount.uniform, seed),
        *_all(bench, chosen[seed % step :: step]),
    ]:
        kills[outcome.stage] += 1
        yield outcome
    if amount.fill:
        yield from _all(bench, further(kills, bench.reached, seed))
    yield from _drawn(bench, "rivals", amount.rivals, seed)
    yield from _drawn(bench, "command", amount.command, seed)
    if amount.fill:
        yield from _all(bench, [at_failpoint(n, 1, seed, "command") for n in ("write.raster", "commit.linked")])


def _drawn(bench: Bench, group: str, wanted: int, seed: int) -> Iterable[Outcome]:
    """So many kills; a moment after the end of a run that was fast is checked too and does not count."""
    killed, number = 0, seed * 1000
    while killed < wanted:
        if number % TIMED == 0:
            bench = bench.timed_anew()
        outcome = _told(bench.perform(uniform(number, group)))
        killed, number = killed + (outcome.stage != ENDED), number + 1
        yield outcome


def _all(bench: Bench, trials: Iterable[Trial]) -> Iterable[Outcome]:
    for trial in trials:
        outcome = _told(bench.perform(trial))
        if outcome.stage == ENDED:
            raise AssertionError(f"{trial.name}: was not reached")
        yield outcome


def _told(outcome: Outcome) -> Outcome:
    mark = "ok    " if outcome.ok else "FAILED"
    print(mark, outcome.trial.name, outcome.stage, "" if outcome.ok else outcome.words(), file=sys.stderr, flush=True)
    return outcome


def stages_table(outcomes: list[Outcome], bench: Bench) -> Table:
    """Kills by group and stage."""
    columns = ["killed at", *STAGES, "all", "ended before"]
    title = f"Kills by stage (undisturbed run: {bench.seconds:.1f} s, {bench.ground.size.items} items)"
    table = Table(title, columns)
    for group, words in [*GROUPS.items(), ("", "**all**")]:
        counts = Counter(o.stage for o in outcomes if group in ("", o.trial.group))
        if counts:
            kills = [counts[stage] for stage in STAGES]
            table.rows.append([words, *kills, sum(kills), counts[ENDED]])
    return table


def findings_table(outcomes: list[Outcome]) -> Table:
    """What was found, by group; every trial that failed by name."""
    table = Table("What was found after kills and re-runs", ["killed at", *KILLS])
    for group, words in [*GROUPS.items(), ("", "**all**")]:
        chosen = [o for o in outcomes if group in ("", o.trial.group)]
        if chosen:
            table.rows.append([words, *_sums(chosen)])
    table.failures = [outcome.words() for outcome in outcomes if not outcome.ok]
    return table


def _sums(outcomes: list[Outcome]) -> list[object]:
    """The cells of KILLS. Trials that ended before the kill are checked and left out of `kills`."""
    both = [after for outcome in outcomes for after in (outcome.killed, outcome.rerun)]
    total = len(outcomes)
    return [
        sum(o.stage != ENDED for o in outcomes), sum(not o.ok for o in outcomes),
        f"{sum(not o.killed.findings for o in outcomes)}/{total}",
        f"{sum(not o.rerun.findings for o in outcomes)}/{total}",
        sum(o.acknowledged for o in outcomes), *(sum(len(getattr(a, name)) for a in both)
        for name in ("lost", "doubled", "differing", "other")),
    ]  # fmt: skip
