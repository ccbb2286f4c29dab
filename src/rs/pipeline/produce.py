"""Producing: one pass over a scene for all its products, files into staging, results or reasons."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from rs.core.result import Outcome, SkipClass, Skipped, class_of
from rs.core.scene import Scene
from rs.core.slot import unit_of
from rs.errors import CheckFailed, RsError
from rs.pipeline.choose import Job
from rs.pipeline.finish import finish
from rs.pipeline.prepare import check_digests
from rs.pipeline.scan import Scan
from rs.pipeline.written import all_or_nothing, staging_folder
from rs.raster.blocks import handles


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


def produce(unit: Unit) -> list[Outcome]:
    """Make the products of a unit in its staging folder. A failure is an outcome, never an exception.

    Raises nothing but programming errors; bad input and full disks become Skipped of their class.
    """
    try:
        if unit.check:
            check_digests(unit.scene)
        return _made(unit)
    except RsError as error:
        return [failed(unit.scene, job, error) for job in unit.jobs]


def failed(scene: Scene, job: Job, error: RsError) -> Skipped:
    """The outcome of a job that an error ended."""
    faulty = isinstance(error, CheckFailed) and error.where == scene.path
    kind = SkipClass.BAD_INPUT if faulty else class_of(error)
    return Skipped(job.product.name, scene.id, job.slot, f"{job.product.name}: {error}", kind)


def _made(unit: Unit) -> list[Outcome]:
    staging_folder(unit.staging)
    scan = Scan(unit.scene, list(unit.jobs), unit.staging)
    with all_or_nothing(scan), ThreadPoolExecutor(unit.threads) as pool:
        with handles() as held:
            scan.run(held, pool, unit.block)
        return finish(scan, pool)


def unit_staging(root: str, scene: Scene) -> str:
    """The staging folder of a scene's unit below `root`."""
    return os.path.join(root, unit_of(scene))
