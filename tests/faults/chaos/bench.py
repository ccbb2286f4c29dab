"""The bench: what an undisturbed run of a ground gives, and one trial on it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.faults.chaos.checker import Acks, After, Calm, after_kill, after_rerun, calm_of, entries
from tests.faults.chaos.runner import Files, Mutant, fork_run, kill_at, start_command, wait, warm_up
from tests.faults.chaos.scenes import Ground, Size
from tests.faults.chaos.trials import Trial

from rs.core.failpoint import Plan
from rs.errors import RsError

KILLED = -9
ENDED = "ended"
"""Stage of a trial whose run was over before the kill."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a trial: stage of the kill, entries acknowledged before it, what was found after."""

    trial: Trial
    stage: str
    acknowledged: int
    killed: After
    rerun: After

    @property
    def ok(self) -> bool:
        """True where nothing was found."""
        return self.killed.ok and self.rerun.ok

    def words(self) -> str:
        """Name and findings in one line."""
        found = [*_words("after the kill", self.killed), *_words("after the run that followed", self.rerun)]
        return f"{self.trial.name} in {self.stage}: {'; '.join(found) or 'nothing found'}"


@dataclass(frozen=True, slots=True)
class Bench:
    """A ground, its undisturbed outcome, seconds of a run (in a fork, by command), how often what is reached."""

    ground: Ground
    calm: Calm
    seconds: float
    reached: Counter[str]
    command_seconds: float = 0.0

    @classmethod
    def make(cls, folder: Path, size: Size, *, command: bool = False) -> Bench:
        """Write the scenes, warm up, run undisturbed three times. The first warm run is compared with the others."""
        ground = Ground.make(folder, size)
        warm_up(calm := ground.fresh("calm"))
        times = [_undisturbed(ground, f"calm{k}") for k in range(3)]
        bench = cls(ground, calm_of(calm), sorted(times)[1], reached_by(ground.folder / "sites" / "calm0.trace"))
        if len(entries(calm)) != size.items:
            raise AssertionError(f"{calm}: an undisturbed run publishes {len(entries(calm))} items, not {size.items}")
        return replace(bench, command_seconds=_by_command(ground)) if command else bench

    def timed_anew(self) -> Bench:
        """The bench with today's seconds of a run: on a shared machine they change, and moments with them."""
        return replace(self, seconds=_undisturbed(self.ground, "calm0"))

    def perform(self, trial: Trial, mutant: Mutant | None = None) -> Outcome:
        """Run, kill, check, run again, check."""
        site = self.ground.fresh(trial.name.replace(":", "-"))
        files = Files.beside(site)
        for file in (files.trace, files.acks, files.words):
            file.unlink(missing_ok=True)
        codes = self._kill(trial, site, mutant)
        # a run whose group was killed too late has ended by itself
        stage = stage_of(files.trace) if KILLED in codes else ENDED
        try:
            acks = _acks(trial, site, files)
            killed = after_kill(site, acks)
        except RsError as error:
            acks, killed = [], After((str(error),))
        rerun = self._again(trial, site, acks, mutant)
        return Outcome(trial, stage, len(acks), killed, rerun)

    def _kill(self, trial: Trial, site: Path, mutant: Mutant | None) -> list[int]:
        plan = trial.plan(str(Files.beside(site).trace))
        begun = time.monotonic()
        seconds = self.command_seconds if trial.command else self.seconds * (1.5 if trial.rivals else 1.0)
        # rivals meet in the register: it alone has to keep them apart
        numbers = [
            start_command(site, plan) if trial.command else fork_run(site, plan, mutant, claims=not trial.rivals)
            for _ in range(2 if trial.rivals else 1)
        ]
        if trial.failpoint:
            return [wait(number) for number in numbers]
        return kill_at(numbers, (begun if trial.command else time.monotonic()) + trial.share * seconds)

    def _again(self, trial: Trial, site: Path, acks: Acks, mutant: Mutant | None) -> After:
        code = wait(start_command(site, None) if trial.command else fork_run(site, None, mutant))
        found = after_rerun(site, acks, self.calm)
        if code == 0:
            return found
        words = Files.beside(site).words
        told = words.read_text(encoding="utf-8", errors="replace").strip()[-300:] if words.exists() else ""
        return replace(found, other=(*found.other, f"the run that followed ended with code {code}: {told}"))


def _undisturbed(ground: Ground, name: str) -> float:
    site = ground.fresh(name)
    begun = time.monotonic()
    code = wait(fork_run(site, Plan(trace=str(Files.beside(site).trace))))
    if code:
        raise AssertionError(f"{site}: the undisturbed run ended with code {code}")
    return time.monotonic() - begun


def _by_command(ground: Ground) -> float:
    """Seconds of the second of two runs by command: the first one may compile."""
    seconds = 0.0
    for name in ("command0", "command1"):
        site = ground.fresh(name)
        begun = time.monotonic()
        code = wait(start_command(site, None))
        seconds = time.monotonic() - begun
        if code:
            raise AssertionError(f"{site}: {Files.beside(site).words.read_text(encoding='utf-8')}")
    return seconds


def reached_by(trace: Path) -> Counter[str]:
    """How often each failpoint was reached."""
    return Counter(trace.read_text(encoding="ascii").split())


def stage_of(trace: Path) -> str:
    """Stage of the last failpoint that was reached."""
    names = trace.read_text(encoding="ascii").split() if trace.exists() else []
    return names[-1].partition(".")[0] if names else "start"


def _acks(trial: Trial, site: Path, files: Files) -> Acks:
    """What was acknowledged; the command line tells by `commit.done`, as often as it committed."""
    if not trial.command:
        lines = files.acks.read_text(encoding="utf-8").splitlines() if files.acks.exists() else []
        return [(slot, item) for slot, item in (line.split() for line in lines)]
    number = reached_by(files.trace)["commit.done"] if files.trace.exists() else 0
    held = [(entry.fact.slot, entry.fact.item) for entry in entries(site)[:number]]
    return held + [("?", f"entry {k + 1}") for k in range(len(held), number)]


def _words(when: str, after: After) -> Sequence[str]:
    kinds = (("", after.findings), ("lost ", after.lost), ("twice ", after.doubled), ("differs: ", after.differing),
             ("", after.other))  # fmt: skip
    return [f"{when}: {kind}{word}" for kind, words in kinds for word in words[:3]]
