"""Periods for tests: scenes of given reflectances on one grid, and composites of them in one call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scenes import grid_of, write_item

from rs.core.bands import Band
from rs.core.grid import Grid
from rs.core.result import Outcome, Skipped
from rs.core.scene import Scene
from rs.pipeline.period_choose import PLAIN, Wish, choose_period
from rs.pipeline.period_produce import PeriodUnit, produce_period
from rs.pipeline.prepare import prepare
from rs.products import product

Array = NDArray[Any]

VEGETATION, CLOUD = 4, 9
"""Classes of SCL."""

WIDE = 120.0
"""Pixels [m] so wide that clouds are not grown."""


def date_of(
    folder: Path, day: int, bands: dict[Band, Array], scl: Array | None = None, *, grid: Grid | None = None,
    **stated: Any,
) -> Scene:  # fmt: skip
    """A scene of a day of August 2023, of a satellite that flies on."""
    first = next(iter(bands.values()))
    name = f"day_{day:02d}"
    where = write_item(
        folder / name, bands, scl=scl, grid=grid or grid_of(*np.shape(first), pixel=WIDE),
        **{"name": name, "datetime": f"2023-08-{day:02d}T10:00:00Z", **stated},
    )  # fmt: skip
    return prepare(str(where))


def stack_of(
    folder: Path, values: dict[Band, Array], cloudy: Array | None = None, *, grid: Grid | None = None
) -> list[Scene]:
    """Scenes of reflectances [dates, rows, cols] by band, NaN where nothing is measured; `cloudy` alike."""
    scenes = []
    for k in range(len(next(iter(values.values())))):
        scl = None if cloudy is None else np.where(cloudy[k], CLOUD, VEGETATION)
        scenes.append(date_of(folder, k + 1, {band: all_[k] for band, all_ in values.items()}, scl, grid=grid))
    return scenes


def composite_of(
    scenes: Iterable[Scene], name: str, staging: Path, wish: Wish = PLAIN, *, threads: int = 1, block: int = 512
) -> Outcome:
    """What comes of a product of all scenes together."""
    chosen = choose_period(scenes, product(name), wish)
    if isinstance(chosen, Skipped):
        return chosen
    (outcome,) = produce_period(PeriodUnit(chosen, str(staging), threads, block))
    return outcome


def random_values(seed: int, bands: Sequence[Band], dates: int, rows: int, cols: int) -> dict[Band, Array]:
    """Reflectances [dates, rows, cols] by band, whole counts of 1e-4, some not measured."""
    random = np.random.default_rng(seed)
    found = {band: random.integers(5, 6000, (dates, rows, cols)) * 1e-4 for band in bands}
    for values in found.values():
        values[random.random(values.shape) < 0.1] = np.nan
    return found


def observed(values: dict[Band, Array], cloudy: Array | None = None) -> dict[Band, Array]:
    """The reflectances that count: NaN in all bands of a date where one has none, or it is cloudy."""
    gone = np.logical_or.reduce([np.isnan(one) for one in values.values()])
    gone |= False if cloudy is None else cloudy
    return {band: np.where(gone, np.nan, one) for band, one in values.items()}
