"""What a run tells the ledger, step by step, and what it asks it: slots that rest, and slots to be made again."""

from __future__ import annotations

import hashlib
import os
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, select

from rs.catalog.busy import is_held
from rs.catalog.layout import Layout
from rs.core.result import Outcome, Result, SkipClass, Skipped
from rs.core.scene import Scene
from rs.core.slot import canonical_json, unit_of
from rs.errors import OutputError
from rs.operate.acquire import files_of
from rs.operate.ledger import ATTEMPTS, RUNS, SCENES, SLOTS, THERE, Ledger, SceneState, State
from rs.operate.plan import Plan

P = ParamSpec("P")
T = TypeVar("T")

LEASE_SECONDS = 300.0
"""A claim that nobody renews for so long is free again."""

PATIENCE = 3
"""Failures in a row, of a class that another try may mend, after which a slot is parked."""

TRIED_AGAIN = (SkipClass.OURS, SkipClass.RESOURCE)
NOTHING_TO_DO = (SkipClass.EXPECTED, SkipClass.UNSUPPORTED)
FREE = {"holder": "", "lease": 0.0}
SOUND = {"kind": "", "reason": "", "failures": 0}


def _kept(method: Callable[Concatenate[Journal, P], T]) -> Callable[Concatenate[Journal, P], T | None]:
    """The first error of the ledger is kept for the report, and nothing more is asked of it or written to it."""

    @wraps(method)
    def call(self: Journal, *words: P.args, **more: P.kwargs) -> T | None:
        if self.failure is not None:
            return None
        try:
            return method(self, *words, **more)
        except OutputError as error:
            self.failure = error
            return None

    return cast("Callable[Concatenate[Journal, P], T | None]", call)


@dataclass
class Journal:
    """The pages of one run. run: its name, that of its staging folder. failure: why the ledger was given up.

    The register is the truth: a ledger that cannot be written stops no run, and the report says so.
    """

    ledger: Ledger
    run: str
    layout: Layout
    timezone: ZoneInfo
    failure: OutputError | None = None
    _scenes: dict[str, Scene] = field(default_factory=dict)

    @_kept
    def begin(self) -> None:
        """Note the run, and free what runs hold that are dead."""
        self.ledger.prepare()
        row = {"run": self.run, "started": now(), "host": socket.gethostname(), "process": os.getpid()}
        self.ledger.put(RUNS, [row])
        claims = self.ledger.slots(SLOTS.c.state == State.CLAIMED)
        here = {row["run"] for row in self.ledger.rows(select(RUNS).where(RUNS.c.host == socket.gethostname()))}
        dead = {
            row["holder"]
            for row in claims
            if row["holder"] in here and not is_held(self.layout.staging / row["holder"])
        }
        free = [row["slot"] for row in claims if row["lease"] < time.time() or row["holder"] in dead]
        self.ledger.put(SLOTS, [{"slot": slot, "state": State.EXPECTED.value, **FREE} for slot in free])

    @_kept
    def end(self, made: int, failed: int) -> None:
        """Note how the run ended."""
        self.ledger.put(RUNS, [{"run": self.run, "ended": now(), "made": made, "failed": failed}])

    @_kept
    def acquired(self, scenes: Iterable[tuple[str, Scene]], refused: Iterable[tuple[str, Skipped]]) -> None:
        """Note scenes that are held, by the path they came from, and paths that none could be made of.

        A path that was refused before and is not there any more, or is a scene now, is forgotten.
        """
        recalled = {row["name"]: row["digest"] for row in self.ledger.scenes(SCENES.c.state == SceneState.RECALLED)}
        rows: list[dict[str, Any]] = []
        for path, scene in scenes:
            self._scenes[scene.id] = scene
            faulty = scene.id in recalled and recalled[scene.id] == digest_of(files_of(self.layout, scene.id))
            rows.append(
                {"name": scene.id, "observation": unit_of(scene).removeprefix("quality_"), "path": path,
                 "platform": scene.platform.name, "tile": scene.tile, "day": self.day(scene.time.start),
                 "time": f"{scene.time.start:%Y-%m-%dT%H:%M:%SZ}", "seen": now(),
                 **({} if faulty else {"state": SceneState.ACQUIRED.value, "kind": "", "reason": ""})}
            )  # fmt: skip
        rows += [
            {"name": one.scene, "path": path, "day": "", "state": SceneState.REFUSED.value, "kind": one.kind.value,
             "reason": one.reason, "seen": now()} for path, one in refused
        ]  # fmt: skip
        self.ledger.put(SCENES, rows)
        self.ledger.forget_refused(row["name"] for row in rows if row.get("state") == SceneState.REFUSED)

    @_kept
    def recalled(self) -> dict[str, str]:
        """Scenes whose files are known to be faulty, with the reason."""
        return {row["name"]: row["reason"] for row in self.ledger.scenes(SCENES.c.state == SceneState.RECALLED)}

    @_kept
    def redo(self) -> frozenset[str]:
        """Slots whose item is to be replaced."""
        return frozenset(row["slot"] for row in self.ledger.slots(SLOTS.c.redo.is_(True)))

    @_kept
    def resting(self) -> dict[str, tuple[str, SkipClass]]:
        """Slots that are parked, or that another run is making: reason and class."""
        rests: dict[str, tuple[str, SkipClass]] = {}
        for row in self.ledger.slots(SLOTS.c.state.in_([State.PARKED, State.CLAIMED])):
            if row["state"] == State.PARKED:
                reason = f"parked after {row['failures']} failures: {row['reason']} rs redo takes it up again"
                rests[row["slot"]] = reason, SkipClass(row["kind"])
            elif row["holder"] != self.run:
                rests[row["slot"]] = f"run {row['holder'][:8]} is making it", SkipClass.EXPECTED
        return rests

    @_kept
    def planned(self, plan: Plan) -> None:
        """Note what is to be made, now claimed by this run, what stands and what cannot be."""
        claim = {"state": State.CLAIMED.value, "holder": self.run, "lease": time.time() + LEASE_SECONDS}
        rows = [
            {**self._named(job.slot, job.product.name, unit.scene.id), **claim}
            for unit in plan.units for job in unit.jobs
        ]  # fmt: skip
        rows += [
            {**self._named(one.slot, one.product, one.scene), "state": State.VISIBLE.value, "item": one.item, **SOUND,
             "stale": one.stale} for one in plan.standing
        ]  # fmt: skip
        self.ledger.put(SLOTS, rows)
        self._empty(plan.skipped)

    @contextmanager
    def renewing(self) -> Iterator[None]:
        """Keep the claims of this run alive."""
        over = threading.Event()

        def renew() -> None:
            while not over.wait(LEASE_SECONDS / 3):
                self._renew()

        thread = threading.Thread(target=renew, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    @_kept
    def _renew(self) -> None:
        self.ledger.change([SLOTS.c.holder == self.run], lease=time.time() + LEASE_SECONDS)

    @_kept
    def came(self, outcomes: Iterable[Outcome]) -> None:
        """Note what came of units."""
        found = list(outcomes)
        made = [one.slot for one in found if isinstance(one, Result)]
        self.ledger.put(SLOTS, [{"slot": slot, "state": State.PRODUCED.value, "changed": now()} for slot in made])
        self._empty(one for one in found if isinstance(one, Skipped))

    @_kept
    def published(self, slot: str, item: str) -> None:
        """Note an entry of the register."""
        row: dict[str, Any] = {"slot": slot, "state": State.PUBLISHED.value, "item": item, "stale": False}
        row |= {"redo": False, "changed": now(), **SOUND, **FREE}
        self.ledger.put(SLOTS, [row])
        self.ledger.add(ATTEMPTS, [self._attempt(slot, State.PUBLISHED, "", "")])

    @_kept
    def shown(self, slots: Sequence[str]) -> None:
        """Note that the catalogue shows what was published."""
        self.ledger.put(SLOTS, [{"slot": slot, "state": State.VISIBLE.value} for slot in slots])

    def day(self, moment: datetime) -> str:
        """The civil day of the site."""
        return f"{moment.astimezone(self.timezone):%Y-%m-%d}"

    def _empty(self, skipped: Iterable[Skipped]) -> None:
        """Slots that nothing came of; one that has an item keeps it."""
        found = [one for one in skipped if one.product and one.slot]
        held = self.ledger.of(one.slot for one in found)
        rows, tried = [], []
        for one in found:
            before = held.get(one.slot)
            if before is not None and before["state"] == State.PARKED:
                continue
            rows.append(row := self._came_to_nothing(one, before))
            if one.kind not in NOTHING_TO_DO:
                tried.append(self._attempt(one.slot, State(row["state"]), one.kind.value, one.reason))
        self.ledger.put(SLOTS, rows)
        self.ledger.add(ATTEMPTS, tried)

    def _came_to_nothing(self, one: Skipped, before: RowMapping | None) -> dict[str, Any]:
        failures = (before["failures"] or 0) + 1 if before is not None else 1
        # the line of the ledger says which product it is about
        reason = one.reason.removeprefix(f"{one.product}: ")
        row = {"kind": one.kind.value, "reason": reason, **FREE, **self._named(one.slot, one.product, one.scene)}
        row["failures"] = failures if one.kind in TRIED_AGAIN else 0
        if before is not None and before["item"] and (before["redo"] or before["state"] in THERE):
            return {**row, "state": State.VISIBLE.value, "stale": True}
        return {**row, "state": _state(one.kind, row["failures"]).value}

    def _attempt(self, slot: str, state: State, kind: str, reason: str) -> dict[str, Any]:
        return {"run": self.run, "slot": slot, "state": state.value, "kind": kind, "reason": reason, "ended": now()}

    def _named(self, slot: str, product: str, scene: str) -> dict[str, Any]:
        held = self._scenes.get(scene)
        place = {} if held is None else {"tile": held.tile, "day": self.day(held.time.start)}
        return {"slot": slot, "product": product, "scene": scene, **place, "changed": now()}


def _state(kind: SkipClass, failures: int) -> State:
    if kind in NOTHING_TO_DO:
        return State.EMPTY
    return State.PARKED if failures >= PATIENCE else State.FAILED


def digest_of(files: Mapping[str, str]) -> str:
    """One digest of all files of a scene, by name: other bytes are another input."""
    return hashlib.sha256(canonical_json(dict(files))).hexdigest()


def now() -> str:
    """The time, as the ledger has it."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
