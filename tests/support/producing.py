"""Producing from a scene folder in one call, and reading back what came of it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray

from rs.core.result import Outcome, Result, Skipped
from rs.core.scene import Scene
from rs.pipeline.choose import Job, choose
from rs.pipeline.prepare import prepare
from rs.pipeline.produce import Unit, produce
from rs.products import product, products

FOUR = ("ndvi", "turbidity", "water_colour", "water_extent")
"""What stands for all products where the product itself is not the matter: land, water, classes, two layers."""


def made_of(
    scene: Scene | Path, staging: Path, names: Iterable[str] | None = None, *, threads: int = 1, block: int = 512
) -> dict[str, Outcome]:
    """Outcome by product name; what can't be chosen is an outcome too. names: NAME, or NAME:RECIPE."""
    held = prepare(str(scene)) if isinstance(scene, Path) else scene
    wanted = [product(name) for name in names or products()]
    chosen = {one.name: choose(held, one) for one in wanted}
    jobs = tuple(job for job in chosen.values() if isinstance(job, Job))
    done = produce(Unit(held, jobs, str(staging), threads, block))
    found: dict[str, Outcome] = {name: skip for name, skip in chosen.items() if isinstance(skip, Skipped)}
    for outcome in done:
        name = outcome.product.name if isinstance(outcome, Result) else outcome.product
        assert name not in found
        found[name] = outcome
    assert set(found) == set(chosen)
    return found


def result_of(outcome: Outcome) -> Result:
    """The outcome, which must be a result."""
    assert isinstance(outcome, Result), outcome
    return outcome


def skipped_of(outcome: Outcome) -> Skipped:
    """The outcome, which must be a reason."""
    assert isinstance(outcome, Skipped), outcome
    return outcome


def path_of(result: Result, asset: str) -> str:
    """The staged file of an asset."""
    return os.path.join(result.staging, next(file.name for file in result.files if file.asset == asset))


def counts_in(result: Result, asset: str) -> NDArray[Any]:
    """Pixels of an asset's raster as stored."""
    with rasterio.open(path_of(result, asset)) as dataset:
        return np.asarray(dataset.read(1))


def values_in(result: Result, layer: str) -> NDArray[np.float64]:
    """Values of a layer in its unit, by the calibration inside the file; NaN where there is none."""
    with rasterio.open(path_of(result, layer)) as dataset:
        counts = dataset.read(1)
        values = counts * dataset.scales[0] + dataset.offsets[0]
        return np.where(counts == dataset.nodata, np.nan, values)
