"""Points against scenes: which scene shows which point, by time and place."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rs.core.product import Product
from rs.core.scene import TimeSpan
from rs.errors import RsError, UsageError
from rs.validation import engine
from rs.validation.matchups import Observation
from rs.validation.rows import Row, Sampling
from rs.validation.windows import OUTSIDE, cells, gap, on, row_at

NO_SCENE = "no usable scene of that time"


class Note(NamedTuple):
    """What is to be known about a scene."""

    scene: str
    text: str


def rows_of_points(
    product: Product, observations: Sequence[Observation], scenes: str, how: Sampling
) -> tuple[list[Row], list[Note]]:
    """One row an observation, and notes on the scenes.

    Where several scenes fit, one that gives a value goes first, then the nearest in time, then by id.
    Raises UsageError where the folder holds no scene.
    """
    found: dict[int, list[Row]] = {}
    notes: list[Note] = []
    for path in scene_paths(scenes):
        try:
            for k, row in _rows_of_scene(product, observations, path, how, notes):
                found.setdefault(k, []).append(row)
        except RsError as error:
            notes.append(Note(os.path.basename(path), f"not used: {error}"))
    rows = [min(found.get(k, [Row(one, None, NO_SCENE)]), key=_preference) for k, one in enumerate(observations)]
    return rows, notes


def scene_paths(folder: str) -> list[str]:
    """Entries of a folder that a reader recognises, or the folder itself. Raises UsageError where none is."""
    try:
        names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    except OSError as error:
        raise UsageError(f"cannot be read ({error.strerror})", where=folder) from error
    paths = [os.path.join(folder, name) for name in names]
    scenes = [path for path in paths if engine.reader_of(path)]
    if engine.reader_of(folder):
        scenes = [folder]
    if not scenes:
        raise UsageError("holds no scene that a reader knows", where=folder, remedy="See rs sensors")
    return scenes


def _rows_of_scene(
    product: Product, observations: Sequence[Observation], path: str, how: Sampling, notes: list[Note]
) -> Iterator[tuple[int, Row]]:
    scene = engine.open_scene(path)
    near = {k: o for k, o in enumerate(observations) if o.time and matches(o.time, scene.time, how.hours)}
    extent = engine.extent(scene)
    inside = {k for (k, _), cell in zip(near.items(), cells(extent, near.values()), strict=True) if on(extent, cell)}
    yield from ((k, Row(o, None, OUTSIDE)) for k, o in near.items() if k not in inside)
    if not inside:
        return
    made = engine.chain(engine.prepare(path), product)
    if isinstance(made, str):
        notes.append(Note(scene.id, f"not used: {made}"))
        yield from ((k, Row(near[k], None, made)) for k in inside)
        return
    notes += [Note(scene.id, text) for text in (made.note, *made.scene.notes) if text]
    with engine.opened() as held:
        for k, cell in zip(sorted(inside), cells(made.grid, [near[k] for k in sorted(inside)]), strict=True):
            yield k, row_at(held, made, near[k], cell, how)


def matches(observed: TimeSpan, scene: TimeSpan, hours: float) -> bool:
    """Whether two times belong together: instants by their distance, spans of days by overlapping."""
    if observed.is_instant and scene.is_instant:
        return gap(observed, scene)[0] <= hours
    return observed.start <= scene.end and scene.start <= observed.end


def _preference(row: Row) -> tuple[bool, bool, tuple[float, float], str]:
    window = row.window
    near, name = (window.gap, window.scene) if window else ((0.0, 0.0), "")
    return row.estimate is None, row.reason == OUTSIDE, (near[1], near[0]), name
