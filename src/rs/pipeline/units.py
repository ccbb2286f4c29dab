"""Units of work: what runs of a scene or a period are about, and their making in workers.

The parent of a run plans and hands out units; what makes them is loaded where they are made.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from rs.core.period import Period
from rs.core.result import Outcome, SkipClass, Skipped, class_of
from rs.core.scene import Scene
from rs.core.slot import unit_of
from rs.errors import CheckFailed, RsError
from rs.pipeline.choose import Job
from rs.pipeline.period_choose import PeriodJob


@dataclass(frozen=True, slots=True)
class Unit:
    """All products of one scene that are to be made. staging: a folder of this unit alone.

    check: compare the digests of the files with the scene's before they are read, for scenes that
    were digested some time ago.
    """

    scene: Scene
    jobs: tuple[Job, ...]
    staging: str
    threads: int = 1
    block: int = 1024
    check: bool = False

    def failed(self, error: RsError) -> list[Outcome]:
        """The outcomes of a unit that an error ended."""
        faulty = isinstance(error, CheckFailed) and error.where == self.scene.path
        kind = SkipClass.BAD_INPUT if faulty else class_of(error)
        return [
            Skipped(job.product.name, self.scene.id, job.slot, f"{job.product.name}: {error}", kind)
            for job in self.jobs
        ]


@dataclass(frozen=True, slots=True)
class PeriodUnit:
    """One product of a period that is to be made. staging: a folder of this unit alone. Others as in Unit."""

    job: PeriodJob
    staging: str
    threads: int = 1
    block: int = 1024
    check: bool = False

    @property
    def scene(self) -> Period:
        """What it is made from."""
        return self.job.period

    @property
    def jobs(self) -> tuple[PeriodJob]:
        """Its one product."""
        return (self.job,)

    def failed(self, error: RsError) -> list[Outcome]:
        """The outcome of a unit that an error ended."""
        reason = f"{self.job.product.name}: {error}"
        return [Skipped(self.job.product.name, self.scene.id, self.job.slot, reason, class_of(error))]


def make(unit: Unit | PeriodUnit) -> list[Outcome]:
    """Make the products of a unit. A failure is an outcome, never an exception."""
    if isinstance(unit, Unit):
        from rs.pipeline.produce import produce

        return produce(unit)
    from rs.pipeline.period_produce import produce_period

    return produce_period(unit)


def unit_staging(root: str, scene: Scene) -> str:
    """The staging folder of a scene's unit below `root`."""
    return os.path.join(root, unit_of(scene))


def period_staging(root: str, job: PeriodJob) -> str:
    """The staging folder of a period's unit below `root`."""
    return os.path.join(root, job.slot)
