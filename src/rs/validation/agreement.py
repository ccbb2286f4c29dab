"""Reflectance against the raster of another processor, band by band, over the water of a scene."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rs.core.bands import Band
from rs.core.product import Product
from rs.errors import BadInput, UsageError
from rs.raster.opening import open_raster, raster_grid
from rs.validation import engine
from rs.validation.metrics import Metrics, comparable, measure
from rs.validation.windows import doubts

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class BandAgreement:
    """Agreement of a band over `of` pixels; only positive pairs have a ratio. medians: ours, theirs [1]."""

    band: Band
    of: int
    metrics: Metrics | None
    ours: float | None
    theirs: float | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement over the wet pixels of a scene (green > 1.6 um as delivered), flags ignored, and over the unflagged.

    residual_zero: share of wet pixels whose 2.2 um reflectance is not positive in the other raster [1].
    """

    scene: str
    level: str
    minus_residual: bool
    wet: int
    unflagged: int
    residual_zero: float
    over_wet: tuple[BandAgreement, ...]
    over_unflagged: tuple[BandAgreement, ...]


def agreement(scene_path: str, other: Path, product: Product, *, minus_residual: bool = False) -> Agreement:
    """Compare the reflectance that a product would be made from with a GeoTIFF of the same grid.

    The other raster's bands are paired by their descriptions with the bands of the scene's own file.
    minus_residual: take its 2.2 um band off its other bands first, as level D does to ours.
    Raises UsageError where the product can't be made of the scene, BadInput where grids or bands differ.
    """
    scene = engine.prepare(scene_path)
    made = engine.chain(scene, product)
    if isinstance(made, str):
        raise UsageError(made, where=scene_path)
    theirs = _read(other, made)
    bands = tuple(band for band in theirs if band not in (Band.SWIR16, Band.SWIR22))
    with engine.opened() as held:
        pixels = engine.read(held, made, made.grid.whole, bands)
        green, swir = (engine.raw(held, made, made.grid.whole, band) for band in (Band.GREEN, Band.SWIR16))
    with np.errstate(invalid="ignore"):
        wet = pixels.measured & (green > swir) & (green + swir > 0)
    clean = wet & pixels.allowed(product) & ((pixels.bits & np.uint16(doubts(scene))) == 0)
    residual = theirs[Band.SWIR22]
    pairs = {band: (pixels.bands[band], theirs[band] - residual if minus_residual else theirs[band]) for band in bands}
    return Agreement(
        scene.id, made.level, minus_residual, int(wet.sum()), int(clean.sum()), float((residual[wet] <= 0).mean()),
        tuple(_band(band, ours[wet], other[wet]) for band, (ours, other) in pairs.items()),
        tuple(_band(band, ours[clean], other[clean]) for band, (ours, other) in pairs.items()),
    )  # fmt: skip


def _band(band: Band, ours: Floats, theirs: Floats) -> BandAgreement:
    good = comparable(ours, theirs)
    # neighbouring pixels are no independent samples: an interval from resampling them would be too narrow
    return BandAgreement(band, int(ours.size), measure(ours[good], theirs[good], 0), _median(ours), _median(theirs))


def _median(values: Floats) -> float | None:
    return float(np.nanmedian(values)) if np.isfinite(values).any() else None


def _read(path: Path, made: engine.Chain) -> dict[Band, Floats]:
    """Bands [rows, cols] of the other raster by band, NaN where it has none."""
    with open_raster(str(path)) as dataset:
        grid = raster_grid(str(path), dataset)
        if grid is None or grid.shape != made.grid.shape or not np.allclose(grid.transform, made.grid.transform):
            raise BadInput("is not on the grid of the scene", where=str(path))
        names = {name: index for index, name in enumerate(dataset.descriptions, start=1) if name}
        found = {}
        for band, name in _described(made).items():
            if name in names:
                values = dataset.read(names[name]).astype(np.float64)
                found[band] = np.where(np.isfinite(values) & (values != dataset.nodata), values, np.nan)
    absent = {Band.SWIR16, Band.SWIR22} - set(found)
    if absent:
        raise BadInput(f"has no band described as that of {', '.join(sorted(absent))}", where=str(path))
    return found


def _described(made: engine.Chain) -> dict[Band, str]:
    """Descriptions of the bands in the scene's own files."""
    found = {}
    for band, asset in made.scene.assets.items():
        with open_raster(asset.href) as dataset:
            found[band] = dataset.descriptions[asset.index - 1] or ""
    return found
