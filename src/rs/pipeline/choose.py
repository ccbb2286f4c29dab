"""Choosing what a scene can give: recipe, grid, inputs and key of each product, or why not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from rs.algorithms import atmosphere, neighbourhood
from rs.core.bands import Band, Quality
from rs.core.grid import Grid
from rs.core.pixel import normal_source
from rs.core.product import Product, Recipe, Takes
from rs.core.result import SkipClass, Skipped
from rs.core.scene import Asset, Scene
from rs.core.slot import item_id_of, key_of, slot_of
from rs.pipeline import angles, correct, flags, loops, masks
from rs.pipeline.apply import coefficients, scalar
from rs.pipeline.load import unit_grid


@dataclass(frozen=True, slots=True)
class Job:
    """One product of one scene, fully decided: what will be made, from what, under which name."""

    product: Product
    recipe: Recipe
    grid: Grid
    slot: str
    key: str
    item_id: str
    inputs: Mapping[str, str]
    parameters: Mapping[str, Any]


def choose(scene: Scene, product: Product) -> Job | Skipped:
    """The job that makes a product of a scene, or Skipped with the reason; no other recipe than a chosen one."""
    slot = slot_of(product.name, scene)
    reason = _unusable(scene, product)
    if reason:
        return Skipped(product.name, scene.id, slot, reason, SkipClass.UNSUPPORTED)
    reasons = []
    for recipe in product.candidates:
        reason = _lacking(scene, product, recipe)
        if not reason:
            return _job(scene, product, recipe, slot)
        reasons.append(reason)
    text = f"{product.name}: {'; or '.join(dict.fromkeys(reasons))}"
    return Skipped(product.name, scene.id, slot, text, SkipClass.UNSUPPORTED)


def _unusable(scene: Scene, product: Product) -> str:
    if product.takes is not Takes.SCENE:
        return f"{product.name}: it is made from a {product.takes.value}, not from one scene"
    test = masks.water_test(scene)
    if product.reject & Quality.LAND and test.other is None and not test.classes:
        return f"{product.name}: it leaves out land, and nothing tells: no classification, nor green, blue and infrared"
    reason = correct.correctable(scene, product)
    return f"{product.name}: {reason}" if reason else ""


def _lacking(scene: Scene, product: Product, recipe: Recipe) -> str:
    needed = dict.fromkeys((*recipe.bands, *correct.correction_bands(scene, product)))
    absent = [band for band in needed if band not in scene.assets]
    if absent:
        return f"recipe {recipe.name} needs {_absence(scene, absent)}"
    try:
        coefficients(product, recipe, scene.platform)
    except KeyError:
        return f"recipe {recipe.name} has no coefficients for {scene.platform.name}"
    for name in recipe.scalars:
        try:
            scalar(scene, name)
        except KeyError:
            return f"recipe {recipe.name} needs {name}, which the scene does not state"
    return ""


def _absence(scene: Scene, absent: Iterable[Band]) -> str:
    """The absent bands, those with the same cause together."""
    causes: dict[str, list[str]] = {}
    for band in absent:
        causes.setdefault(scene.missing.get(band, "the scene has none"), []).append(band.value)
    return ", ".join(f"{', '.join(names)} ({why})" for why, names in causes.items())


def _job(scene: Scene, product: Product, recipe: Recipe, slot: str) -> Job:
    grid = unit_grid(scene, recipe.bands)
    used = needed_bands(scene, [(product, recipe)])
    assets: dict[str, Asset] = {band.value: scene.assets[band] for band in used}
    assets.update({f"quality:{q.asset.name}": q.asset for q in scene.quality})
    assets.update({f"mask:{m.asset.name}": m.asset for band in used for m in scene.assets[band].masks})
    inputs = {name: asset.digest for name, asset in sorted(assets.items())}
    constants = coefficients(product, recipe, scene.platform)
    parameters = {
        "recipe": recipe.name,
        "bands": {name: band.value for name, band in recipe.bound.items()},
        "calibration": {name: _calibration(asset) for name, asset in sorted(assets.items())},
        "correction": correct.correction_level(scene, product).value,
        "correction_code": correction_digest(),
        **({"angles": angles.angles_digest(scene)} if correct.needs_rayleigh(scene, product) else {}),
        "coefficients": dict(constants._asdict()) if constants is not None else {},  # type: ignore[attr-defined]
        "scalars": {name: scalar(scene, name) for name in recipe.scalars},
        "product": dict(product.parameters),
    }
    key = key_of(product, grid, inputs, parameters)
    return Job(product, recipe, grid, slot, key, item_id_of(slot, key), inputs, parameters)


def _calibration(asset: Asset) -> list[Any]:
    stated = [asset.index, asset.scale, asset.offset, [repr(n) for n in asset.nodata]]
    stated += [list(asset.planes)] if asset.planes else []
    return [*stated, list(asset.kelvin)] if asset.kelvin else stated


def needed_bands(scene: Scene, chosen: Iterable[tuple[Product, Recipe]]) -> tuple[Band, ...]:
    """All bands that a pass over the scene reads, each once."""
    bands = list(masks.quality_bands(scene))
    for product, recipe in chosen:
        bands += [*recipe.bands, *correct.correction_bands(scene, product)]
    return tuple(dict.fromkeys(bands))


DECIDING = (angles, flags, loops, masks, correct, atmosphere, neighbourhood)
"""Modules of masks and correction: they decide pixels beside the formulas."""


@cache
def correction_digest() -> str:
    """Digest of the code of masks and correction: pixels made by other code get another key."""
    import hashlib

    sources = [normal_source(module) for module in DECIDING]
    return hashlib.sha256("\n".join(sources).encode()).hexdigest()
