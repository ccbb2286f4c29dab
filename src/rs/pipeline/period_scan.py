"""One pass over the grid of a period: of each block all dates, composed, written and counted."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from concurrent.futures import Executor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rs.algorithms.observations import count_up, fill, quantise, settle
from rs.core.composite import BLANK, Composed
from rs.core.grid import Block
from rs.core.jit import jitted
from rs.core.product import Flag, Layer
from rs.core.scene import Scene
from rs.errors import DeclarationError, RsError
from rs.pipeline.buffers import Buffers
from rs.pipeline.kernel import TALLIES
from rs.pipeline.making import FlagFile, Tallies
from rs.pipeline.period_choose import PeriodJob
from rs.pipeline.period_source import SceneOnGrid
from rs.pipeline.period_tiles import AROUND, Tiles
from rs.pipeline.stored import FLAG_NODATA, layer_spec
from rs.raster.blocks import Handles
from rs.raster.cog import RasterSink, open_sink
from rs.raster.footprint import coarse_factor

HELD = 100 * 10**6
"""Most bytes of observations of a block: dates x bands x pixels x 2."""

LEAST = 64
"""Side of a block [px] that is not undercut."""


def block_side(rasters: int, wanted: int) -> int:
    """Side of a block [px] of so many rasters, dates x bands: at most `wanted`, halved until they fit."""
    side = wanted
    while 2 * rasters * side * side > HELD and side // 2 >= LEAST:
        side //= 2
    return side


class PeriodScan:
    """The state of a pass over the grid of a period. clear: pixels that count, by scene."""

    def __init__(self, job: PeriodJob, folder: str) -> None:
        self.job, self.folder = job, folder
        self.clear = {scene.id: 0 for scene in job.period.scenes}
        self.flagged = 0
        self._factor = coarse_factor(job.grid)
        rows, cols = (-(-n // self._factor) for n in job.grid.shape)
        self.coarse: NDArray[np.bool_] = np.zeros((rows, cols), bool)
        self.tallies, self._buffers = Tallies(job.product.layers), Buffers()
        self._lock = threading.Lock()
        self.sinks: dict[str, RasterSink] = {}
        stem = os.path.join(folder, job.product.name)
        self.flags = FlagFile(f"{stem}.flags.part", job.grid)
        try:
            for layer in job.product.layers:
                self.sinks[layer.name] = open_sink(f"{stem}.{layer.name}.part", layer_spec(job.grid, layer))
        except RsError:
            self.discard()
            raise

    def run(self, held: Handles, pool: Executor, wanted: int) -> None:
        """Go over all blocks of at most `wanted` px a side, fewer where dates and bands are many."""
        job, scenes = self.job, self.job.period.scenes
        bands, flags = Tiles(held, len(scenes) * len(job.bands)), Tiles(held, len(scenes), AROUND)
        self._sources = {scene.id: SceneOnGrid(scene, job.product, job.grid, bands, flags) for scene in scenes}
        side = block_side(len(job.bands) * len(job.period.acquisitions), wanted)
        for _ in pool.map(self._process, job.grid.blocks(side)):
            pass

    def _process(self, block: Block) -> None:
        dates, bands = self.job.period.acquisitions, self.job.bands
        cube = self._buffers.get("cube", (len(bands), len(dates), block.height * block.width), np.int16)
        clear = {}
        for date, scenes in enumerate(dates):
            clear[scenes[0].id] = self._observe(scenes[0], block, cube, date)
            for scene in scenes[1:]:
                beside = np.empty((len(bands), 1, cube.shape[2]), np.int16)
                clear[scene.id] = self._observe(scene, block, beside, 0)
                jitted(fill)(cube, date, beside, np.int16(BLANK))
        made = self.job.composite.method(cube)
        self._write(block, made)
        with self._lock:
            for name, pixels in clear.items():
                self.clear[name] += pixels

    def _observe(self, scene: Scene, block: Block, cube: NDArray[np.int16], date: int) -> int:
        """Read a scene into a date of a cube; how many pixels count."""
        self._sources[scene.id].fill(self.job.bands, block, cube, date)
        return int(jitted(settle)(cube, date, np.int16(BLANK)))

    def _write(self, block: Block, made: Composed) -> None:
        flags = np.zeros(block.height * block.width, np.uint8)
        bands = {band.value: made.counts[k] for k, band in enumerate(self.job.bands)}
        counts: dict[str, tuple[NDArray[Any], NDArray[np.int64]]] = {}
        for layer in self.job.product.layers:
            counts[layer.name] = _counts(layer, bands, made.others, flags)
        empty = bands[self.job.bands[0].value] == BLANK
        flagged = int((flags != 0).sum())
        flags[empty] = FLAG_NODATA
        shape = (block.height, block.width)
        for name, (layer_counts, _) in counts.items():
            self.sinks[name].write(block, layer_counts.reshape(shape))
        self.flags.write(block, flags.reshape(shape), bool((flags[~empty] != 0).any()))
        seen, part = self._cells(block, ~empty.reshape(shape)), self.tallies.mine()
        for name, (layer_counts, refused) in counts.items():
            lowest = int(np.iinfo(layer_counts.dtype).min)
            jitted(count_up)(layer_counts, lowest, part[name].histogram)
            part[name].refused += refused
        with self._lock:
            self.coarse[seen[0][:, None], seen[1]] |= seen[2]
            self.flagged += flagged

    def _cells(self, block: Block, held: NDArray[np.bool_]) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.bool_]]:
        """Rows and columns of the cells of the coarse mask under a block, and which of them hold a pixel."""
        rows, first = np.unique((np.arange(block.height) + block.row) // self._factor, return_index=True)
        cols, left = np.unique((np.arange(block.width) + block.col) // self._factor, return_index=True)
        return rows, cols, np.logical_or.reduceat(np.logical_or.reduceat(held, left, axis=1), first, axis=0)

    def discard(self) -> None:
        """Drop every working copy."""
        self.flags.discard()
        for sink in self.sinks.values():
            sink.discard()


def _counts(
    layer: Layer, bands: Mapping[str, NDArray[np.int16]], others: Mapping[str, NDArray[Any]], flags: NDArray[np.uint8]
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Counts of a layer [pixels], and how many values it refused."""
    refused = np.zeros(TALLIES, np.int64)
    if layer.name in bands:
        return bands[layer.name], refused
    found = others.get(layer.name)
    if found is None or found.shape != flags.shape:
        raise DeclarationError(f"the method gives no layer {layer.name} of {flags.shape}", where="composite")
    if found.dtype.kind in "iu":
        return found.astype(layer.dtype), refused
    out = np.empty(found.shape, layer.dtype)
    line = np.array([1 / layer.scale, -layer.offset / layer.scale, *layer.valid, layer.nodata])
    jitted(quantise)(found, line, np.uint8(Flag.OUT_OF_RANGE.bit), out, flags, refused)
    return out, refused
