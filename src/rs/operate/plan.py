"""Planning: which slots should exist, which are live, which are empty, and why."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from rs.catalog.entry import Entry
from rs.catalog.layout import Layout
from rs.core.disk import amount, device_of, free_at
from rs.core.period import Observation
from rs.core.product import Product
from rs.core.result import SkipClass, Skipped
from rs.core.scene import ABSENT, Scene
from rs.errors import OutputError
from rs.pipeline.choose import Job, choose
from rs.pipeline.period_choose import PLAIN, PeriodJob, Wish, choose_period
from rs.pipeline.units import PeriodUnit, Unit, period_staging, unit_staging

Lookup = Callable[[str], Entry | None]
WORKING_COPIES = 2.5
"""Bytes on disk per byte of pixels while a unit is made: working copy, its COG, and some room."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A slot that is filled already. stale: by another key than today's."""

    product: str
    scene: str
    slot: str
    item: str
    stale: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """Units to make, slots that stand, slots that can't be filled."""

    units: tuple[Unit | PeriodUnit, ...]
    standing: tuple[Standing, ...]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True)
class Engine:
    """How units are run: threads and block size [px] of each, folder of their work, digests checked first."""

    threads: int
    block: int
    staging: str
    check: bool = False


def plan(
    scenes: Iterable[Scene],
    products: Iterable[Product],
    live: Lookup,
    engine: Engine,
    wish: Wish = PLAIN,
    redo: Container[str] = (),
) -> Plan:
    """Decide every slot of scenes and products against the live entry of a slot, as `live` gives it.

    wish: what products of a period are to be. redo: slots of scenes whose item is replaced where it is stale. Raises
    UsageError where the scenes do not go together.
    """
    held, asked = list(scenes), list(products)
    single = _of_scenes(held, [one for one in asked if one.composite is None], live, engine, redo)
    several = _of_period(held, [one for one in asked if one.composite is not None], live, engine, wish)
    return Plan(single.units + several.units, single.standing + several.standing, single.skipped + several.skipped)


def _of_period(scenes: list[Scene], products: list[Product], live: Lookup, engine: Engine, wish: Wish) -> Plan:
    """All scenes together, one unit a product."""
    units, standing, skipped = [], [], []
    for product in products if scenes else []:
        chosen = choose_period(scenes, product, wish)
        if isinstance(chosen, Skipped):
            skipped.append(chosen)
        elif (entry := live(chosen.slot)) is not None:
            standing.append(_standing(chosen.period, chosen, entry))
        else:
            staging = period_staging(engine.staging, chosen)
            units.append(PeriodUnit(chosen, staging, engine.threads, engine.block, engine.check))
    return Plan(tuple(units), tuple(standing), tuple(skipped))


def _of_scenes(scenes: list[Scene], wanted: list[Product], live: Lookup, engine: Engine, redo: Container[str]) -> Plan:
    units, standing, skipped = [], [], []
    for scene in scenes if wanted else []:
        jobs, lacking = [], []
        for product in wanted:
            chosen = choose(scene, product)
            if isinstance(chosen, Skipped):
                lacking.append(chosen)
            elif (entry := live(chosen.slot)) is None or (entry.fact.key != chosen.key and chosen.slot in redo):
                jobs.append(chosen)
            else:
                standing.append(_standing(scene, chosen, entry))
        skipped += lacking if len(lacking) < len(wanted) else [_incomplete(scene, s) for s in lacking]
        if jobs:
            staging = unit_staging(engine.staging, scene)
            units.append(Unit(scene, tuple(jobs), staging, engine.threads, engine.block, engine.check))
    return Plan(tuple(units), tuple(standing), tuple(skipped))


def without(made: Plan, rests: Mapping[str, tuple[str, SkipClass]]) -> Plan:
    """A plan less the slots that rest, each with reason and class."""
    units: list[Unit | PeriodUnit] = []
    skipped = list(made.skipped)
    for unit in made.units:
        for job in unit.jobs:
            if job.slot in rests:
                reason, kind = rests[job.slot]
                skipped.append(Skipped(job.product.name, unit.scene.id, job.slot, reason, kind))
        if isinstance(unit, PeriodUnit):
            units += [] if unit.job.slot in rests else [unit]
            continue
        jobs = tuple(job for job in unit.jobs if job.slot not in rests)
        units += [replace(unit, jobs=jobs)] if jobs else []
    return Plan(tuple(units), made.standing, tuple(skipped))


def _incomplete(scene: Scene, skipped: Skipped) -> Skipped:
    """A scene that gives nothing because files are lost is a bad input, not one without the bands."""
    if ABSENT not in skipped.reason:
        return skipped
    reason = f"{scene.path}: {skipped.reason}. Copy the folder again."
    return replace(skipped, reason=reason, kind=SkipClass.BAD_INPUT)


def _standing(scene: Observation, job: Job | PeriodJob, entry: Entry) -> Standing:
    return Standing(job.product.name, scene.id, job.slot, entry.fact.item, entry.fact.key != job.key)


def check_room(units: Iterable[Unit | PeriodUnit], layout: Layout, slots: int) -> None:
    """Refuse to start where a disk can't hold what the largest units need. Raises OutputError.

    Work in progress and published data may lie on two disks.
    """
    needs = sorted((_bytes(unit) for unit in units), reverse=True)
    if not needs:
        return
    wanted = [(layout.staging, int(WORKING_COPIES * sum(needs[:slots]))), (layout.data, sum(needs))]
    disks: dict[int, list[tuple[Path, int]]] = {}
    for folder, size in wanted:
        disks.setdefault(device_of(str(folder)), []).append((folder, size))
    for parts in disks.values():
        needed, free = sum(size for _, size in parts), free_at(str(parts[0][0]))
        if free < needed:
            raise OutputError(
                f"{amount(needed)} are needed, {amount(free)} are free",
                where=str(layout.root if len(parts) > 1 else parts[0][0]), remedy="Make room, or choose another folder",
            )  # fmt: skip


def _bytes(unit: Unit | PeriodUnit) -> int:
    total = 0
    for job in unit.jobs:
        pixels = job.grid.shape.rows * job.grid.shape.cols
        total += pixels * (3 + sum(1 if layer.dtype == "uint8" else 2 for layer in job.product.layers))
    return total
