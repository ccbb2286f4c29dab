"""A run: the one list of steps. The command line calls it plainly, flows wrap each step in a task."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime

from rs.catalog.entry import Entry
from rs.catalog.layout import Layout
from rs.catalog.publish import Publisher
from rs.catalog.register import Register
from rs.catalog.stored import is_lost
from rs.catalog.verify import verify, verify_new
from rs.core.result import Outcome, Result, SkipClass, Skipped, class_of
from rs.core.scene import Scene
from rs.core.slot import unit_of
from rs.errors import RsError
from rs.operate.acquire import Arrival, Changed, taken
from rs.operate.afterwards import follow_up
from rs.operate.keys import signer_of
from rs.operate.order import Order, State, session
from rs.operate.page import write_page
from rs.operate.plan import Engine, Plan, check_room, plan, without
from rs.operate.report import Made, Report
from rs.pipeline.units import make
from rs.pipeline.workers import Pool, workers

MOST_LOOKED_AT = 1000
"""Entries up to which a run verifies all of its catalogue; beyond, only what it has published."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a run: its name and what it does to the state."""

    name: str
    run: Callable[[State], State]


def steps() -> tuple[Step, ...]:
    """The steps of every run, in order."""
    return (
        Step("acquire", _acquire),
        Step("plan", _plan),
        Step("produce", _produce),
        Step("publish", _publish),
        Step("verify", _verify),
    )


def report_of(state: State) -> Report:
    """The report of a run whose steps are done."""
    assert state.plan is not None
    skipped = [*state.plan.skipped, *(o for o in state.outcomes if isinstance(o, Skipped))]
    skipped.sort(key=lambda s: (s.scene, s.product))
    return Report(
        state.made, state.plan.standing, tuple(skipped), state.verification, state.order.layout.store.where("")
    )


def preview(order: Order, pool: Pool = workers) -> Plan:
    """What a run would make, leave and not make. Scenes are read where they lie; nothing is kept of it."""
    looked_at = replace(order, arrivals=(), paths=(*(one.path for one in order.arrivals), *order.paths))
    with session(looked_at, pool) as state:
        state = _planned(_opened(state)[0])
        assert state.plan is not None
        refused = tuple(one for one in state.outcomes if isinstance(one, Skipped))
        return replace(state.plan, skipped=(*refused, *state.plan.skipped))


def run(order: Order, pool: Pool = workers) -> Report:
    """All steps, one after the other, in this process; units on workers of the pool."""
    with session(order, pool) as state:
        for step in steps():
            state = step.run(state)
        return report_of(state)


def _acquire(state: State) -> State:
    if state.journal is not None:
        state.journal.begin()
    state, opened, refused = _opened(state)
    if state.journal is not None:
        state.journal.acquired(opened, refused)
    return state


def _opened(state: State) -> tuple[State, list[tuple[str, Scene]], list[tuple[str, Skipped]]]:
    """The scenes of a run, those that are held and paths that none could be made of; nothing is noted of them."""
    order = state.order
    jobs: list[Arrival | str] = [*order.arrivals, *order.paths]
    opened: list[tuple[str, Scene]] = []
    refused: list[tuple[str, Skipped]] = []
    changed: list[Arrival | str] = []
    for done, (job, scene) in enumerate(state.pool.map(taken, jobs), 1):
        order.options.progress("acquire", done, len(jobs))
        if isinstance(scene, Changed) and not _rested_on(order, scene.unit):
            changed.append(replace(scene.arrival, renew=True))
        else:
            _sort_in(job, scene, opened, refused)
    for job, scene in state.pool.map(taken, changed):
        _sort_in(job, scene, opened, refused)
    kept, doubles = _without_doubles(sorted(opened, key=lambda p: (p[1].time.start, p[1].id, p[0])))
    outcomes = (*state.outcomes, *(one for _, one in refused), *doubles)
    return replace(state, scenes=tuple(scene for _, scene in kept), outcomes=outcomes), kept, refused


def _rested_on(order: Order, unit: str) -> bool:
    """True where a published item was made from the observation of a unit."""
    suffix = unit.removeprefix("quality")
    return order.layout.open_register().asked(
        lambda view: any(view.standing(f"{product}{suffix}") is not None for product in view.products())
    )


def _sort_in(
    job: Arrival | str, scene: Scene | Changed | RsError, opened: list[tuple[str, Scene]],
    refused: list[tuple[str, Skipped]],
) -> None:  # fmt: skip
    path = job if isinstance(job, str) else job.path
    if isinstance(scene, Scene):
        opened.append((path, scene))
        return
    error = scene.error if isinstance(scene, Changed) else scene
    refused.append((path, Skipped("", os.path.basename(path.rstrip("/")), "", str(error), class_of(error))))


def _is_wanted(scene: Scene, since: datetime | None) -> bool:
    return since is None or scene.time.start >= since


def _without_doubles(opened: list[tuple[str, Scene]]) -> tuple[list[tuple[str, Scene]], list[Outcome]]:
    """Two scenes of one observation fill the same slots: the first stands, the other is named."""
    kept: dict[str, tuple[str, Scene]] = {}
    doubles: list[Outcome] = []
    for path, scene in opened:
        first, _ = kept.setdefault(unit_of(scene), (path, scene))
        if first != path:
            reason = f"{path} is the same observation as {first}, which was taken"
            doubles.append(Skipped("", scene.id, "", reason, SkipClass.CONFLICT))
    return list(kept.values()), doubles


def _plan(state: State) -> State:
    state = _planned(state)
    assert state.plan is not None
    check_room(state.plan.units, state.order.layout, state.pool.slots)
    if state.journal is not None:
        state.journal.planned(state.plan)
    return state


def _planned(state: State) -> State:
    """The plan of a run, less what rests; recalled scenes and those before its first day have no part in it."""
    order, journal = state.order, state.journal
    cores, slots = os.cpu_count() or 1, state.pool.slots
    engine = Engine(
        order.options.threads or max(1, cores // slots), order.options.block, state.staging, check=bool(order.arrivals)
    )
    recalled = (journal.recalled() if journal is not None else None) or {}
    redo = (journal.redo() if journal is not None else None) or frozenset()
    rests = (journal.resting() if journal is not None else None) or {}
    faulty = [
        Skipped("", scene.id, "", f"recalled: {recalled[scene.id]}", SkipClass.EXPECTED)
        for scene in state.scenes if scene.id in recalled
    ]  # fmt: skip
    sound = [scene for scene in state.scenes if scene.id not in recalled and _is_wanted(scene, order.since)]
    made = plan(sound, order.products, standing_in(order.layout), engine, order.wish, redo)
    return replace(state, plan=without(made, rests), redo=redo, outcomes=(*state.outcomes, *faulty))


def standing_in(layout: Layout) -> Callable[[str], Entry | None]:
    """Looks up the live entry of a slot; one whose item or files are lost is to be made again."""
    register = layout.open_register()

    def lookup(slot: str) -> Entry | None:
        entry = register.standing(slot)
        return None if entry is None or is_lost(layout, entry) else entry

    return lookup


def _produce(state: State) -> State:
    assert state.plan is not None
    units, journal = state.plan.units, state.journal
    outcomes: list[Outcome] = []
    with journal.renewing() if journal is not None else nullcontext():
        for done, (unit, found) in enumerate(state.pool.map(make, units), 1):
            state.order.options.progress("produce", done, len(units))
            came = unit.failed(found) if isinstance(found, RsError) else found
            outcomes += came
            if journal is not None:
                journal.came(came)
    return replace(state, outcomes=(*state.outcomes, *outcomes))


def _publish(state: State) -> State:
    layout, register = state.order.layout, state.order.layout.open_register()
    signer = signer_of(layout, state.order.key_name)
    state.loading.join()
    publisher = Publisher(layout, register, state.order.open_mode, state.order.grade, signed=signer is not None)
    # in the order of the slots: the register is the same whoever was fastest
    results = sorted((o for o in state.outcomes if isinstance(o, Result)), key=lambda r: r.slot)
    others: list[Outcome] = [o for o in state.outcomes if not isinstance(o, Result)]
    made: list[Made] = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        # files are digested and placed by all cores, entries committed by one thread in their order
        coming = {result.item_id: pool.submit(publisher.bring, result) for result in results}
        for done, result in enumerate(results, 1):
            state.order.options.progress("publish", done, len(results))
            try:
                old = _replaced(register, result) if result.slot in state.redo else ""
                entry = publisher.publish(result, old, brought=lambda one: coming[one.item_id].result())
                made.append(Made.of(result, entry, layout))
                if state.journal is not None:
                    state.journal.published(result.slot, result.item_id)
            except RsError as error:
                reason = f"{result.product.name}: {error}"
                refused = Skipped(result.product.name, result.scene.id, result.slot, reason, class_of(error))
                others.append(refused)
                if state.journal is not None:
                    state.journal.came([refused])
    late = follow_up(layout, register, state.order.open_mode, signer)
    others += late
    if state.journal is not None and not late:
        state.journal.shown([one.slot for one in made])
    return replace(state, outcomes=tuple(others), made=tuple(made))


def _replaced(register: Register, result: Result) -> str:
    """The item that a result takes the place of."""
    standing = register.standing(result.slot)
    return "" if standing is None or standing.fact.key == result.key else standing.fact.item


def _new(register: Register, made: tuple[Made, ...]) -> Iterator[Entry]:
    """The entries of a run."""
    numbers = {one.entry for one in made}
    if numbers:
        yield from (entry for entry in register.read(min(numbers) - 1) if entry.number in numbers)


def _verify(state: State) -> State:
    layout = state.order.layout
    register = layout.open_register()
    found = verify(layout) if register.head() <= MOST_LOOKED_AT else verify_new(layout, _new(register, state.made))
    write_page(layout, register, state.order.title)
    journal, others = state.journal, state.outcomes
    if journal is not None:
        journal.end(len(state.made), sum(isinstance(one, Skipped) and one.kind.is_failure for one in others))
        if journal.failure is not None:
            others = (*others, Skipped("", "ledger", "", str(journal.failure), SkipClass.RESOURCE))
    return replace(state, verification=found, outcomes=others)
