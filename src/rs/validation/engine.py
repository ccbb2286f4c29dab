"""The one place that touches the engine: validation runs the code that makes the products.

Reading, quality bits, correction and the compiled recipe are the engine's own, quantisation included.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from rs.core.bands import Band, Quality
from rs.core.grid import Block, Grid
from rs.core.product import Flag, Product, Recipe
from rs.core.result import Skipped
from rs.core.scene import Angles, Correction, Platform, Reflectance, Scene, TimeSpan
from rs.pipeline.apply import Bound, bind, coefficients, scalar
from rs.pipeline.choose import choose
from rs.pipeline.correct import (
    brought_to,
    correction_bands,
    correction_level,
    correction_note,
    geometry_on,
    needs_rayleigh,
)
from rs.pipeline.load import read_band, sensor_flags, values_on
from rs.pipeline.masks import neighbour_bits, pixel_bits, quality_bands, quality_grid, reach_of
from rs.pipeline.prepare import prepare
from rs.raster.blocks import Handles, handles, nearest, read_piece
from rs.readers import open_scene, reader_of, readers

__all__ = ["Handles", "open_scene", "prepare", "reader_of"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

NO_NUMBER = "the formula gives no number"
OUT_OF_RANGE = "outside of the product's valid range"


@dataclass(frozen=True, slots=True)
class Chain:
    """A product of a scene, chosen and bound as the engine would make it."""

    scene: Scene
    product: Product
    recipe: Recipe
    grid: Grid
    bound: Bound

    @property
    def level(self) -> str:
        """Level of the correction that reaches the product's reflectance."""
        return correction_level(self.scene, self.product).value

    @property
    def note(self) -> str:
        """What the correction does; "" where the pixels are used as delivered."""
        return correction_note(self.scene, self.product)


@dataclass(frozen=True, slots=True)
class Pixels:
    """A window of a scene: quality bits [rows, cols] and bands [rows, cols] in the product's reflectance [1]."""

    bits: NDArray[np.uint16]
    bands: Mapping[Band, Floats]

    @property
    def measured(self) -> Bools:
        """Pixels [rows, cols] whose bands are all numbers."""
        where: Bools = (self.bits & np.uint16(Quality.NODATA)) == 0
        for band in self.bands.values():
            where = where & np.isfinite(band)
        return where

    def allowed(self, product: Product) -> Bools:
        """Measured pixels [rows, cols] that the product does not mask."""
        require, reject = np.uint16(product.require), np.uint16(product.reject)
        passed: Bools = ((self.bits & require) == require) & ((self.bits & reject) == 0)
        return self.measured & passed

    def bearing(self, bits: Quality, where: Bools) -> int:
        """Number of pixels of `where` that bear any of the bits."""
        return int(((self.bits & np.uint16(bits) != 0) & where).sum())


def extent(scene: Scene) -> Grid:
    """The grid that covers the scene."""
    return quality_grid(scene)


def chain(scene: Scene, product: Product) -> Chain | str:
    """The chain from a prepared scene to a product, or why there is none."""
    job = choose(scene, product)
    if isinstance(job, Skipped):
        return job.reason
    return Chain(scene, product, job.recipe, job.grid, bind(product, job.recipe, scene))


def opened() -> AbstractContextManager[Handles]:
    """Datasets that are closed at the end."""
    return handles()


def read(held: Handles, made: Chain, block: Block, wanted: Sequence[Band] = ()) -> Pixels:
    """A block of a scene after correction: the recipe's bands, or the wanted ones."""
    bands = tuple(wanted) or made.recipe.bands
    used = dict.fromkeys([*bands, *correction_bands(made.scene, made.product)])
    values = {band: raw(held, made, block, band) for band in used}
    rayleigh = needs_rayleigh(made.scene, made.product)
    geometry = geometry_on(held, made.scene, made.grid, block) if rayleigh else None
    corrected = brought_to(made.product, made.scene, values, bands, geometry)
    return Pixels(_bits(held, made, block), dict(zip(bands, corrected, strict=True)))


def _bits(held: Handles, made: Chain, block: Block) -> NDArray[np.uint16]:
    """Quality bits [rows, cols] under the pixel centres of a block: made on their own grid, with the halo of masks."""
    scene, grid = made.scene, quality_grid(made.scene)
    rows, _ = nearest(grid, made.grid, block, axis=0)
    cols, _ = nearest(grid, made.grid, block, axis=1)
    reach = reach_of(grid)
    top, left = max(0, int(rows.min()) - reach.halo), max(0, int(cols.min()) - reach.halo)
    bottom = min(grid.shape.rows, int(rows.max()) + 1 + reach.halo)
    right = min(grid.shape.cols, int(cols.max()) + 1 + reach.halo)
    wide = Block(top, left, bottom - top, right - left)
    pieces = {band: read_piece(held, scene.assets[band], grid, wide) for band in quality_bands(scene)}
    bands = {band: values_on(piece, grid, wide) for band, piece in pieces.items()}
    flags = sensor_flags(held, scene, pieces.values(), grid, wide)
    bits = neighbour_bits(pixel_bits(scene, bands, flags), reach)
    cut: NDArray[np.uint16] = bits[np.ix_(rows - top, cols - left)]
    return cut


def raw(held: Handles, made: Chain, block: Block, band: Band) -> Floats:
    """A band [rows, cols] of a block as delivered [1], NaN where there is none."""
    return read_band(held, made.scene.assets[band], made.grid, block)


@dataclass(frozen=True, slots=True)
class Estimates:
    """What a recipe gives for n spectra: main layer [unit], NaN where there is none, and the product's flag bits."""

    values: Floats
    flags: NDArray[np.uint8]

    def reason(self, k: int) -> str:
        """Why spectrum k has no value; "" where it has one."""
        if np.isfinite(self.values[k]):
            return ""
        return OUT_OF_RANGE if self.flags[k] & Flag.OUT_OF_RANGE.bit else NO_NUMBER

    def flag_names(self, k: int) -> tuple[str, ...]:
        """Names of the product's flags that spectrum k bears."""
        return tuple(flag.value for flag in Flag if self.flags[k] & flag.bit)


def estimate(bound: Bound, bands: Sequence[Floats]) -> Estimates:
    """Run the compiled recipe on spectra: one array [n] a band, in the recipe's order."""
    rows = [np.atleast_2d(np.asarray(band, np.float64)) for band in bands]
    counts = bound.counts(np.ones(rows[0].shape, bool), rows)
    layer = bound.product.layers[0]
    held = counts.layers[0][0]
    values = np.where(held == layer.nodata, np.nan, held * layer.scale + layer.offset)
    return Estimates(values, counts.flags[0])


def known_platforms() -> dict[str, Platform]:
    """Every platform that a reader knows, by name."""
    return {name: platform for reader in readers() for name, platform in reader.platforms.items()}


def as_given(product: Product, platform: Platform, bands: frozenset[Band], sun_zenith: float | None) -> Bound | str:
    """The first recipe that runs on spectra of these bands and this platform, bound, or why none does.

    sun_zenith [degrees], None where the table does not have it.
    """
    scene = _stand_in(product, platform, sun_zenith)
    reasons = [_lacking(scene, product, recipe, bands) for recipe in product.candidates]
    for recipe, reason in zip(product.candidates, reasons, strict=True):
        if not reason:
            return bind(product, recipe, scene)
    return "; or ".join(dict.fromkeys(reasons))


def _lacking(scene: Scene, product: Product, recipe: Recipe, bands: frozenset[Band]) -> str:
    absent = [band.value for band in recipe.bands if band not in bands]
    if absent:
        return f"{recipe.name} needs {', '.join(absent)}"
    if "day_of_year" in recipe.scalars:
        return f"{recipe.name} needs the day of a scene"
    try:
        coefficients(product, recipe, scene.platform)
    except KeyError:
        return f"{recipe.name} has no coefficients for {scene.platform.name}"
    for name in recipe.scalars:
        try:
            scalar(scene, name)
        except KeyError:
            return f"{recipe.name} needs {name}"
    return ""


def _stand_in(product: Product, platform: Platform, sun_zenith: float | None) -> Scene:
    never = TimeSpan.at(datetime(1970, 1, 1, tzinfo=UTC))
    return Scene(
        "table", "", platform, never, {}, product.reflectance, Correction.AS_DELIVERED, {},
        angles=Angles(sun_zenith=sun_zenith),
    )  # fmt: skip


def takes_spectra(product: Product) -> bool:
    """Whether the product is made from water-leaving reflectance, which is what tables of spectra hold."""
    return product.reflectance is Reflectance.WATER_LEAVING
