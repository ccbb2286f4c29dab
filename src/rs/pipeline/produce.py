"""Producing: one pass over a scene for all its products, files into staging, results or reasons."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from rs.core.result import Outcome
from rs.errors import RsError
from rs.pipeline.finish import finish
from rs.pipeline.prepare import check_digests
from rs.pipeline.scan import Scan
from rs.pipeline.units import Unit
from rs.pipeline.written import all_or_nothing, staging_folder
from rs.raster.blocks import handles


def produce(unit: Unit) -> list[Outcome]:
    """Make the products of a unit in its staging folder. A failure is an outcome, never an exception.

    Raises nothing but programming errors; bad input and full disks become Skipped of their class.
    """
    try:
        if unit.check:
            check_digests(unit.scene)
        return _made(unit)
    except RsError as error:
        return unit.failed(error)


def _made(unit: Unit) -> list[Outcome]:
    staging_folder(unit.staging)
    scan = Scan(unit.scene, list(unit.jobs), unit.staging)
    with all_or_nothing(scan), ThreadPoolExecutor(unit.threads) as pool:
        with handles() as held:
            scan.run(held, pool, unit.block)
        return finish(scan, pool)
