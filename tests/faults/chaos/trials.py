"""Trials: what is killed and when, by a name from which a trial can be run alone."""

from __future__ import annotations

import random
from dataclasses import dataclass

from rs.core.failpoint import FAILPOINTS, Plan

STAGES = ("start", "read", "write", "place", "item", "commit", "sign", "derive")
"""`start` is before the first failpoint; the others are what the names of failpoints start with."""
LEAST = 10
"""Kills that each stage but `start` is to have."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A kill. group: the row it is counted in; share: moment as a share of an undisturbed run; or a failpoint.

    command: the real `rs run` with its worker processes; rivals: two runs of one site at once.
    """

    group: str
    seed: int
    share: float = 0.0
    failpoint: str = ""
    times: int = 1
    command: bool = False
    rivals: bool = False

    @property
    def name(self) -> str:
        """What `--trial` takes."""
        return (
            f"{self.group}:{self.seed}:{self.failpoint}:{self.times}" if self.failpoint else f"{self.group}:{self.seed}"
        )

    def plan(self, trace: str) -> Plan:
        """What the process that is killed does at failpoints."""
        return Plan(self.failpoint, self.times, trace)


def uniform(seed: int, group: str = "uniform") -> Trial:
    """A moment drawn uniformly over an undisturbed run."""
    share = random.Random(f"{group} {seed}").random()
    return Trial(group, seed, share, command=group == "command", rivals=group == "rivals")


def at_failpoint(name: str, times: int, seed: int = 0, group: str = "failpoint") -> Trial:
    """The moment when a failpoint is reached for the n-th time."""
    return Trial(group, seed, failpoint=name, times=times, command=group == "command")


def at_every_failpoint(reached: dict[str, int], seed: int, repeats: int) -> list[Trial]:
    """Every failpoint at its first time, and `repeats` times at one drawn among all; absent ones are an error.

    reached: how often an undisturbed run reaches each.
    """
    lacking = [name for name in FAILPOINTS if not reached.get(name)]
    if lacking:
        raise AssertionError(f"never reached by an undisturbed run: {', '.join(lacking)}")
    chosen = [at_failpoint(name, 1, seed) for name in FAILPOINTS]
    dice = random.Random(f"failpoints {seed}")
    for _ in range(repeats):
        chosen += [at_failpoint(name, dice.randint(1, reached[name]), seed) for name in FAILPOINTS]
    return chosen


def further(kills: dict[str, int], reached: dict[str, int], seed: int) -> list[Trial]:
    """Kills at drawn failpoints of every stage that has fewer than LEAST."""
    dice, chosen = random.Random(f"further {seed}"), []
    for stage in STAGES[1:]:
        names = [name for name in FAILPOINTS if name.startswith(f"{stage}.")]
        for _ in range(LEAST - kills.get(stage, 0)):
            name = dice.choice(names)
            chosen.append(at_failpoint(name, dice.randint(1, reached[name]), seed, "further"))
    return chosen


def named(words: str) -> Trial:
    """The trial of a name, as `Trial.name` gives it."""
    group, seed, *rest = words.split(":")
    return at_failpoint(rest[0], int(rest[1]), int(seed), group) if rest else uniform(int(seed), group)
