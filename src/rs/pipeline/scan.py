"""One pass over a scene: each band read once, masks with their neighbourhood, every recipe, all sums."""

from __future__ import annotations

import os
import threading
from concurrent.futures import Executor, Future, wait
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rs.algorithms.atmosphere import Geometry
from rs.core.bands import NOT_CLEAR, Band, Quality
from rs.core.grid import Block, Grid
from rs.core.jit import jitted
from rs.core.scene import Scene
from rs.errors import RsError
from rs.pipeline.apply import Counts, Seen, bind
from rs.pipeline.buffers import Buffers
from rs.pipeline.choose import Job, needed_bands
from rs.pipeline.correct import correction_bands, geometry_on, inputs_of, needs_rayleigh
from rs.pipeline.load import sensor_flags, values_on
from rs.pipeline.loops import count_up
from rs.pipeline.making import FlagFile, Making, Tallies
from rs.pipeline.masks import deciding_bands, neighbour_bits, pixel_bits, quality_bands, quality_grid, reach_of
from rs.pipeline.stored import FLAG_NODATA, layer_spec, quality_spec
from rs.pipeline.surroundings import Loaded, Surroundings
from rs.raster.blocks import Handles, nearest, part_of, read_piece
from rs.raster.cog import RasterSink, open_sink
from rs.raster.footprint import coarse_factor

Bools = NDArray[np.bool_]
Flags = NDArray[np.uint16]
Floats = NDArray[np.float64]


@dataclass
class OnGrid:
    """A block on the grid of products: quality bits, bands as delivered, angles where a product needs them."""

    block: Block
    bits: Flags
    bands: dict[Band, Floats] = field(default_factory=dict)
    geometry: Geometry | None = None


@dataclass
class Sums:
    """Pixels of the pass: measured, clear, water, cloudy; land seen, and land with negative red."""

    measured: int = 0
    clear: int = 0
    water: int = 0
    cloudy: int = 0
    land: int = 0
    negative: int = 0

    def add(self, *numbers: int) -> None:
        """Count a block in; numbers in the order of the fields."""
        for name, number in zip(asdict(self), numbers, strict=True):
            setattr(self, name, getattr(self, name) + number)


class Scan:
    """The state of a pass over a scene. Blocks are cut from the grid of the quality bits.

    A row of blocks is loaded, then the row above it is processed: masks need their neighbours, and
    no pixel is read twice. At most three rows of blocks are held.
    """

    def __init__(self, scene: Scene, jobs: list[Job], folder: str) -> None:
        self.scene, self.folder = scene, folder
        self.grid = quality_grid(scene)
        self.bands = needed_bands(scene, [(job.product, job.recipe) for job in jobs])
        self.reach = reach_of(self.grid)
        self.sums = Sums()
        self._lock = threading.Lock()
        self._buffers = Buffers()
        self._factor = coarse_factor(self.grid)
        rows, cols = (-(-n // self._factor) for n in self.grid.shape)
        self.coarse: Bools = np.zeros((rows, cols), bool)
        self.quality = open_sink(os.path.join(folder, "quality.part"), quality_spec(self.grid))
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
        specs = {layer.name: layer_spec(job.grid, layer) for layer in layers}
        sinks: dict[str, RasterSink] = {}
        try:
            for name, spec in specs.items():
                sinks[name] = open_sink(f"{stem}.{name}.part", spec)
        except RsError:
            for sink in sinks.values():
                sink.discard()
            raise
        flags = FlagFile(f"{stem}.flags.part", job.grid)
        return Making(job, bind(job.product, job.recipe, self.scene), sinks, flags, Tallies(layers))

    def run(self, held: Handles, pool: Executor, size: int) -> None:
        """Go over all blocks of at most `size` px a side (more where the masks reach further)."""
        rows: dict[int, list[Block]] = {}
        for block in self.grid.blocks(max(size, self.reach.halo)):
            rows.setdefault(block.row, []).append(block)
        above: list[Loaded] = []
        here: list[Loaded] = []
        coming: list[Future[Loaded]] = []
        busy: list[Future[None]] = []
        try:
            for blocks in [*rows.values(), [], []]:
                # while this row is loaded, threads that are done with it go on with the one before
                below, coming = [x.result() for x in coming], [pool.submit(self._load, held, x) for x in blocks]
                for done in busy:
                    done.result()
                around = Surroundings([*above, *here, *below], self.reach.halo)
                busy = [pool.submit(self._process, held, loaded, around) for loaded in here]
                above, here = [Loaded(x.block, {}, x.bits) for x in here], below
            for done in busy:
                done.result()
        except BaseException:
            _abandon([*coming, *busy])
            raise

    def _load(self, held: Handles, block: Block) -> Loaded:
        pieces = {band: read_piece(held, self.scene.assets[band], self.grid, block) for band in self.bands}
        shared = quality_bands(self.scene)
        bands = {
            band: values_on(pieces[band], self.grid, block, self._floats(block, "shared", band))
            for band in deciding_bands(self.scene)
        }
        sensor = sensor_flags(held, self.scene, [pieces[band] for band in shared], self.grid, block)
        return Loaded(block, pieces, pixel_bits(self.scene, bands, sensor))

    def _process(self, held: Handles, loaded: Loaded, around: Surroundings) -> None:
        block = loaded.block
        bits = around.crop(neighbour_bits(around.of(block), self.reach), block)
        self.quality.write(block, bits)
        on: dict[Grid, OnGrid | None] = {self.grid: self._whole(block, bits, loaded)}
        self._count(block, bits, on[self.grid])
        for making in self.makings:
            grid = making.job.grid
            if grid not in on:
                part = part_of(grid, self.grid, block)
                on[grid] = OnGrid(part, self._bits_on(grid, part, block, bits)) if part is not None else None
            here = on[grid]
            if here is not None:
                self._fill(held, making, here, loaded)
                self._apply(making, here)

    def _whole(self, block: Block, bits: Flags, loaded: Loaded) -> OnGrid:
        """A block on the grid of the quality bits, with red, which tells an offset that was applied twice."""
        red = loaded.pieces.get(Band.RED)
        out = self._floats(block, self.grid, Band.RED)
        return OnGrid(block, bits, {} if red is None else {Band.RED: values_on(red, self.grid, block, out)})

    def _bits_on(self, grid: Grid, part: Block, block: Block, bits: Flags) -> Flags:
        """Quality bits of the pixels under the centres of a coarser grid."""
        if part == block and grid == self.grid:
            return bits
        rows, _ = nearest(self.grid, grid, part, axis=0)
        cols, _ = nearest(self.grid, grid, part, axis=1)
        return np.ascontiguousarray(bits[np.ix_(rows - block.row, cols - block.col)])

    def _fill(self, held: Handles, making: Making, here: OnGrid, loaded: Loaded) -> None:
        """Bands and angles that a product takes on its grid; products of one grid share them."""
        job = making.job
        for band in (*job.recipe.bands, *correction_bands(self.scene, job.product)):
            if band not in here.bands:
                out = self._floats(here.block, job.grid, band)
                here.bands[band] = values_on(loaded.pieces[band], job.grid, here.block, out)
        if here.geometry is None and needs_rayleigh(self.scene, job.product):
            here.geometry = geometry_on(held, self.scene, job.grid, here.block)

    def _floats(self, block: Block, *name: object) -> Floats:
        return self._buffers.get(name, (block.height, block.width), np.float64)

    def _apply(self, making: Making, here: OnGrid) -> None:
        product, block = making.job.product, here.block
        shape = (block.height, block.width)
        inputs, residual = inputs_of(product, self.scene, here.bands, making.job.recipe.bands, here.geometry)
        layers = [self._buffers.get(("layer", k), shape, layer.dtype) for k, layer in enumerate(product.layers)]
        counts = Counts(layers, self._buffers.get("flags", shape, np.uint8), list(making.tallies.mine().values()))
        seen = Seen(here.bits, int(product.require), int(product.reject), FLAG_NODATA)
        making.bound.fill(seen, inputs, counts, residual)
        for layer, values in zip(product.layers, counts.layers, strict=True):
            making.sinks[layer.name].write(block, values)
        with self._lock:
            making.allowed += counts.allowed
            making.flagged += counts.flagged
        making.flags.write(block, counts.flags, counts.flagged > 0)

    def _count(self, block: Block, bits: Flags, here: OnGrid | None) -> None:
        red = here.bands.get(Band.RED) if here is not None else None
        sums = np.zeros(6, np.int64)
        at = np.array([block.row, block.col, self._factor])
        nothing = np.empty((0, 0))
        jitted(count_up)(bits, nothing if red is None else red, COUNTED, at, self.coarse, sums)
        with self._lock:
            self.sums.add(*(int(n) for n in sums))

    def discard(self) -> None:
        """Drop every working copy."""
        self.quality.discard()
        for making in self.makings:
            making.discard()


def _abandon(tasks: list[Future[Any]]) -> None:
    """Begin nothing new and wait for what goes on: nobody may write into files that are dropped next."""
    for task in tasks:
        task.cancel()
    wait(tasks)


COUNTED = np.array([Quality.NODATA, NOT_CLEAR, Quality.WATER, Quality.CLOUD | Quality.CIRRUS, Quality.LAND], np.uint16)
"""Bits as `count_up` takes them."""
