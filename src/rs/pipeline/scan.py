"""One pass over the blocks of a scene: read once, correct once, every recipe, all sums."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rs.core.bands import NOT_CLEAR, Band, Quality
from rs.core.grid import Block, Grid
from rs.core.product import Layer, Resampling
from rs.core.scene import Scene
from rs.errors import RsError
from rs.pipeline.apply import Bound, Tally, bind
from rs.pipeline.choose import Job, needed_bands
from rs.pipeline.correct import brought_to, quality_bits
from rs.pipeline.load import read_band, read_flags
from rs.pipeline.picture import rgb
from rs.raster.blocks import Handles
from rs.raster.cog import RasterSink, RasterSpec
from rs.raster.footprint import coarse_factor

Bools = NDArray[np.bool_]

FLAG_NODATA = 255


@dataclass
class Making:
    """A product in the making: its bound recipe, one sink and one tally a layer, its flag file."""

    job: Job
    bound: Bound
    sinks: dict[str, RasterSink]
    tallies: dict[str, Tally]
    allowed: int = 0
    flagged: int = 0


@dataclass
class Sums:
    """Pixels of the pass: measured, clear, water, cloudy; land seen, and land with negative red."""

    measured: int = 0
    clear: int = 0
    water: int = 0
    cloudy: int = 0
    land: int = 0
    negative: int = 0


class Scan:
    """The state of a pass over a scene on one grid. `block` may be called from any thread."""

    def __init__(self, scene: Scene, grid: Grid, jobs: list[Job], folder: str) -> None:
        self.scene, self.grid, self.folder = scene, grid, folder
        self.bands = needed_bands(scene, [(job.product, job.recipe) for job in jobs])
        self.sums = Sums()
        self._lock = threading.Lock()
        self._factor = coarse_factor(grid)
        rows, cols = (-(-n // self._factor) for n in grid.shape)
        self.coarse: Bools = np.zeros((rows, cols), bool)
        self.quality = RasterSink(os.path.join(folder, "quality.part"), quality_spec(grid))
        self.makings: list[Making] = []
        try:
            for job in jobs:
                self.makings.append(self._making(job))
        except RsError:
            self.discard()
            raise

    def _making(self, job: Job) -> Making:
        stem = os.path.join(self.folder, job.product.name)
        layers = job.product.layers
        specs = {layer.name: layer_spec(self.grid, layer) for layer in layers} | {"flags": flags_spec(self.grid)}
        sinks: dict[str, RasterSink] = {}
        try:
            for name, spec in specs.items():
                sinks[name] = RasterSink(f"{stem}.{name}.part", spec)
        except RsError:
            for sink in sinks.values():
                sink.discard()
            raise
        return Making(job, bind(job.product, job.recipe, self.scene), sinks, {x.name: Tally(x) for x in layers})

    def block(self, held: Handles, block: Block) -> None:
        """Read, correct, compute and store one block."""
        bands = {band: read_band(held, self.scene.assets[band], self.grid, block) for band in self.bands}
        sensor = [read_flags(held, source, self.grid, block) for source in self.scene.quality]
        bits = quality_bits(self.scene, bands, sensor)
        self.quality.write(block, bits)
        self._count(block, bits, bands)
        for making in self.makings:
            self._apply(making, block, bits, bands)

    def _apply(
        self, making: Making, block: Block, bits: NDArray[np.uint16], bands: Mapping[Band, NDArray[np.float64]]
    ) -> None:
        product = making.job.product
        ok = allowed(bits, product.require, product.reject)
        inputs = brought_to(product, self.scene, bands, making.job.recipe.bands)
        counts = making.bound.counts(ok, inputs)
        partial = [Tally(layer) for layer in product.layers]
        for k, (layer, tally) in enumerate(zip(product.layers, partial, strict=True)):
            making.sinks[layer.name].write(block, counts.layers[k])
            tally.add(counts.layers[k], counts.tally[k])
        counts.flags[~ok] = FLAG_NODATA
        making.sinks["flags"].write(block, counts.flags)
        with self._lock:
            for layer, tally in zip(product.layers, partial, strict=True):
                making.tallies[layer.name].merge(tally)
            making.allowed += int(ok.sum())
            making.flagged += int(((counts.flags != 0) & ok).sum())

    def _count(self, block: Block, bits: NDArray[np.uint16], bands: Mapping[Band, NDArray[np.float64]]) -> None:
        measured = (bits & np.uint16(Quality.NODATA)) == 0
        clear = (bits & np.uint16(NOT_CLEAR)) == 0
        land = clear & ((bits & np.uint16(Quality.LAND)) != 0)
        red = bands.get(Band.RED)
        rows, cols = np.nonzero(measured)
        with self._lock:
            self.coarse[(rows + block.row) // self._factor, (cols + block.col) // self._factor] = True
            self.sums.measured += int(measured.sum())
            self.sums.clear += int(clear.sum())
            self.sums.water += int((clear & ((bits & np.uint16(Quality.WATER)) != 0)).sum())
            self.sums.cloudy += int(((bits & np.uint16(Quality.CLOUD | Quality.CIRRUS)) != 0).sum())
            if red is not None:
                self.sums.land += int((land & np.isfinite(red)).sum())
                self.sums.negative += int((land & (red < 0)).sum())

    def discard(self) -> None:
        """Drop every working copy."""
        for sink in [self.quality, *(s for m in self.makings for s in m.sinks.values())]:
            sink.discard()


def allowed(bits: NDArray[np.uint16], require: Quality, reject: Quality) -> Bools:
    """Pixels that bear all required bits and no rejected one."""
    wanted, unwanted = np.uint16(require), np.uint16(reject)
    passes: Bools = ((bits & wanted) == wanted) & ((bits & unwanted) == 0)
    return passes


def layer_spec(grid: Grid, layer: Layer) -> RasterSpec:
    """How a product layer is stored."""
    colours = {c.value: (*rgb(c.colour), 255) for c in layer.classes} or None
    return RasterSpec(
        grid, layer.dtype, layer.nodata, layer.scale, layer.offset, layer.unit, layer.title,
        layer.overviews, colours if layer.dtype == "uint8" else None,
    )  # fmt: skip


def quality_spec(grid: Grid) -> RasterSpec:
    """How the shared quality bits are stored; no count means no data, the bits say it."""
    return RasterSpec(grid, "uint16", None, 1.0, 0.0, "", "quality bits", Resampling.NEAREST)


def flags_spec(grid: Grid) -> RasterSpec:
    """How the flag bits of a product are stored."""
    return RasterSpec(grid, "uint8", FLAG_NODATA, 1.0, 0.0, "", "flag bits", Resampling.NEAREST)
