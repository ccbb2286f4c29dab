"""Producing a composite: one pass over the grid of a period, files into staging, a result or the reason why not."""

from __future__ import annotations

import resource
from concurrent.futures import ThreadPoolExecutor

from rs.core.result import Outcome, SkipClass, Skipped
from rs.errors import RsError
from rs.pipeline.period_finish import finish_period
from rs.pipeline.period_scan import PeriodScan
from rs.pipeline.prepare import check_digests
from rs.pipeline.units import PeriodUnit
from rs.pipeline.written import all_or_nothing, staging_folder
from rs.raster.blocks import handles

SPARE = 128
"""Files that a process may have open beside those of its scenes."""


def produce_period(unit: PeriodUnit) -> list[Outcome]:
    """Make the product of a unit in its staging folder. A failure is an outcome, never an exception.

    Raises nothing but programming errors; bad input and full disks become Skipped of their class.
    """
    try:
        if unit.check:
            for scene in unit.job.period.scenes:
                check_digests(scene)
        return [_made(unit)]
    except RsError as error:
        return unit.failed(error)


def _made(unit: PeriodUnit) -> Outcome:
    threads = _threads(unit)
    if not threads:
        reason = (
            f"{unit.job.product.name}: {_files(unit)} files are read at once, and this process may not open so many"
        )
        remedy = "Raise the limit (ulimit -n), or name fewer scenes."
        return Skipped(unit.job.product.name, unit.scene.id, unit.job.slot, f"{reason}. {remedy}", SkipClass.RESOURCE)
    staging_folder(unit.staging)
    scan = PeriodScan(unit.job, unit.staging)
    # files are closed when every thread is done with them, also where one has failed
    with all_or_nothing(scan):
        with handles() as held, ThreadPoolExecutor(threads) as pool:
            scan.run(held, pool, unit.block)
        with ThreadPoolExecutor(threads) as pool:
            return finish_period(scan, pool)


def _files(unit: PeriodUnit) -> int:
    return len(set(unit.job.inputs))


def _threads(unit: PeriodUnit) -> int:
    """Threads whose handles fit the limit of open files; 0 where not even those of one do."""
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return unit.threads if limit < 0 else min(unit.threads, max(0, limit - SPARE) // _files(unit))
