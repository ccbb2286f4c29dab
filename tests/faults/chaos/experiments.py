"""The experiments, by name. Each takes a dose, a folder to work in and a seed, and returns tables.

To add one: a module beside this one with a function of that form, and a line in EXPERIMENTS.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.faults.chaos import damage, full_disk, kills, mutants, power_loss, publishers, scale
from tests.faults.chaos.report import Dose, Table


@dataclass(frozen=True, slots=True)
class Experiment:
    """A name, what is shown, and the function that shows it: dose, folder, seed -> tables."""

    name: str
    title: str
    run: Callable[[Dose, Path, int], list[Table]]


EXPERIMENTS = (
    Experiment("kills", "kill -9 at any moment, then run again", kills.run),
    Experiment("mutants", "the checker fails where it should", mutants.run),
    Experiment("power_loss", "loss of power before any operation", power_loss.run),
    Experiment("full_disk", "disks that fill up under a part of a site", full_disk.run),
    Experiment("damage", "items, files and signatures lost or damaged, strays added", damage.run),
    Experiment("scale", "one item at a small and at a large catalogue", scale.run),
    Experiment("publishers", "publishers at once, half of them killed, while readers poll", publishers.run),
)
