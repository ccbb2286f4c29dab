"""Choosing what the scenes of a period can give: bands, grid, inputs and key of a composite, or why not."""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from rs.core.bands import Band
from rs.core.composite import Composite
from rs.core.discovery import unknown_name
from rs.core.grid import Grid
from rs.core.period import Period
from rs.core.pixel import normal_source
from rs.core.product import Product
from rs.core.result import SkipClass, Skipped
from rs.core.scene import Asset, Scene
from rs.core.slot import item_id_of, key_of, slot_of_period
from rs.errors import UsageError
from rs.pipeline import correct
from rs.pipeline.load import unit_grid
from rs.raster.blocks import same_grid
from rs.raster.target import Target

CODE = ("rs.algorithms.atmosphere", "rs.algorithms.observations", "rs.algorithms.neighbourhood", "rs.pipeline.flags",
        "rs.pipeline.loops", "rs.pipeline.masks", "rs.pipeline.period_masks", "rs.pipeline.period_source")  # fmt: skip
"""Modules between the files and a method."""

WARPING = ("rs.raster.warp", "rs.raster.mapping", "rs.raster.lattice", "rs.raster.lattice_loops", "rs.raster.counts",
           "rs.raster.resample_loops", "rs.raster.coverage_loops")  # fmt: skip
"""Those that have a part in it on another grid, too."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a caller asks of period products. target: their grid; None: that of the scenes. bands: none are all."""

    target: Target | None = None
    bands: tuple[Band, ...] = ()


PLAIN = Wish()
"""All bands that are held, on the grid of the scenes."""


@dataclass(frozen=True, slots=True)
class PeriodJob:
    """One product of a period, fully decided. product: with the layers that are made."""

    product: Product
    composite: Composite
    period: Period
    bands: tuple[Band, ...]
    grid: Grid
    slot: str
    key: str
    item_id: str
    inputs: Mapping[str, str]
    parameters: Mapping[str, Any]
    notes: tuple[str, ...]


def choose_period(scenes: Iterable[Scene], product: Product, wish: Wish = PLAIN) -> PeriodJob | Skipped:
    """The job that makes a product of all scenes together, or Skipped with the reason.

    Raises UsageError where the scenes have no grid in common and none is wished, or a band is none of the product's.
    """
    composite, period = product.composite, Period(tuple(scenes))
    if composite is None:
        raise UsageError(f"{product.name} is made from one scene at a time", remedy="Name a product of a period")
    _check_names(period)
    reason = next((f"{s.id}: {why}" for s in period.scenes if (why := correct.correctable(s, product))), "")
    bands, left_out = _bands(period, composite, product.name, wish)
    lacking = [band for band in wish.bands if band in left_out]
    if lacking or not bands:
        reason = reason or "; ".join(left_out[band] for band in lacking or left_out)
    if reason:
        return Skipped(product.name, period.id, "", f"{product.name}: {reason}", SkipClass.UNSUPPORTED)
    grid = _grid(period, bands, wish)
    period = replace(period, own_grid=all(_is_own(scene, bands, grid) for scene in period.scenes))
    made = replace(product, layers=tuple(x for x in product.layers if x.name not in _absent(composite, bands)))
    return _job(period, made, bands, grid, tuple(left_out.values()))


def _check_names(period: Period) -> None:
    ids = [scene.id for scene in period.scenes]
    twice = next((name for name in ids if ids.count(name) > 1), None)
    if twice is not None:
        raise UsageError(f"two scenes are named {twice}", remedy="Give each scene once")


def _bands(
    period: Period, composite: Composite, product: str, wish: Wish
) -> tuple[tuple[Band, ...], dict[Band, str]]:  # fmt: skip
    """Bands that all scenes hold, and why others are left out."""
    unknown = next((band for band in wish.bands if band not in composite.possible), None)
    if unknown is not None:
        raise unknown_name(f"band of {product}", unknown.value, [band.value for band in composite.possible])
    left_out: dict[Band, str] = {}
    found = []
    for band in wish.bands or composite.bands:
        choices = [band] if wish.bands else [band, *(b for a, b in composite.instead.items() if a is band)]
        held = next((one for one in choices if all(one in scene.assets for scene in period.scenes)), None)
        if held is None:
            left_out[band] = _why(period, band)
        else:
            found.append(held)
    return tuple(dict.fromkeys(found)), left_out


def _why(period: Period, band: Band) -> str:
    first, *others = (scene for scene in period.scenes if band not in scene.assets)
    more = f" and {len(others)} more" if others else ""
    return f"{band.value} is left out: {first.id}{more} has none ({first.missing.get(band, 'the scene has none')})"


def _absent(composite: Composite, bands: tuple[Band, ...]) -> set[str]:
    return {band.value for band in composite.possible if band not in bands}


def _is_own(scene: Scene, bands: tuple[Band, ...], grid: Grid) -> bool:
    own = unit_grid(scene, bands)
    return own.crs == grid.crs and same_grid(own, grid)


def _grid(period: Period, bands: tuple[Band, ...], wish: Wish) -> Grid:
    grids = [unit_grid(scene, bands) for scene in period.scenes]
    if wish.target is not None:
        return wish.target.over(grids)
    first = period.scenes[0]
    other = next((scene for scene in period.scenes if not _is_own(scene, bands, grids[0])), None)
    if other is not None:
        raise UsageError(
            f"{first.id} and {other.id} lie on different grids, and no grid is named",
            remedy=f"Name one, such as --grid {_example(grids[0])}",
        )
    return grids[0]


def _example(grid: Grid) -> str:
    return f"{grid.crs if grid.crs.startswith('EPSG:') else 'EPSG:32650'}@{grid.pixel_size:g}"


def _job(
    period: Period, product: Product, bands: tuple[Band, ...], grid: Grid, notes: tuple[str, ...]
) -> PeriodJob:  # fmt: skip
    assert product.composite is not None
    used = {scene.id: _assets(scene, bands) for scene in period.scenes}
    inputs = {f"{name}/{key}": asset.digest for name, assets in used.items() for key, asset in assets.items()}
    parameters = {
        "recipe": product.composite.name,
        "bands": {band.value: band.value for band in bands},
        "acquisitions": [[scene.id for scene in scenes] for scenes in period.acquisitions],
        "calibration": {
            name: {key: [a.index, a.scale, a.offset, [repr(n) for n in a.nodata]] for key, a in assets.items()}
            for name, assets in used.items()
        },
        "correction": period.correction,
        "code": code_digest(period.own_grid),
        "product": dict(product.parameters),
    }
    slot = slot_of_period(product.name, period, grid)
    key = key_of(product, grid, inputs, parameters)
    return PeriodJob(
        product, product.composite, period, bands, grid, slot, key, item_id_of(slot, key), inputs, parameters, notes
    )


def _assets(scene: Scene, bands: tuple[Band, ...]) -> dict[str, Asset]:
    """Files that a scene gives, by what they are."""
    found = {band.value: scene.assets[band] for band in bands}
    found |= {f"quality:{q.asset.name}": q.asset for q in scene.quality}
    found |= {f"mask:{m.asset.name}": m.asset for band in bands for m in scene.assets[band].masks}
    return dict(sorted(found.items()))


@cache
def code_digest(own_grid: bool) -> str:
    """Digest of the code between the files and a method: pixels made by other code get another key."""
    names = CODE if own_grid else (*CODE, *WARPING)
    sources = [normal_source(importlib.import_module(name)) for name in names]
    return hashlib.sha256("\n".join(sources).encode()).hexdigest()
