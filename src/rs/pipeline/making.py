"""A product in the making: what is written of it block by block, and counted."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rs.core.grid import Block, Grid
from rs.core.product import Layer
from rs.pipeline.apply import Bound, Tally
from rs.pipeline.choose import Job
from rs.pipeline.stored import FLAG_NODATA, flags_spec
from rs.raster.cog import RasterSink, open_sink


class Tallies:
    """Tallies of layers by name: each thread counts into its own, `whole` puts them together when all are done."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        self._layers = layers
        self._parts: list[dict[str, Tally]] = []
        self._local = threading.local()

    def mine(self) -> dict[str, Tally]:
        """The tallies of this thread, in the order of the layers."""
        if not hasattr(self._local, "tallies"):
            self._local.tallies = {layer.name: Tally(layer) for layer in self._layers}
            self._parts.append(self._local.tallies)
        found: dict[str, Tally] = self._local.tallies
        return found

    @cached_property
    def whole(self) -> dict[str, Tally]:
        """The tallies of all threads together; to be asked for when the pass is over."""
        made = {layer.name: Tally(layer) for layer in self._layers}
        for part in self._parts:
            for name, tally in part.items():
                made[name].merge(tally)
        return made


class FlagFile:
    """The flag bits of a product on their way to a file, which is begun with the first flag: most products have none.

    Until then only masked pixels are kept, a bit each.
    """

    def __init__(self, path: str, grid: Grid) -> None:
        self._path, self._grid = path, grid
        self._sink: RasterSink | None = None
        self._masks: list[tuple[Block, NDArray[np.uint8]]] = []
        self._lock = threading.Lock()
        self.digest = ""

    def write(self, block: Block, counts: NDArray[Any], flagged: bool = True) -> None:
        """Store a block; one that is not `flagged` holds nothing but 0 and the mask. Raises OutputError."""
        with self._lock:
            if self._sink is None and not flagged:
                # what is not zero becomes a set bit
                self._masks.append((block, np.packbits(counts)))
                return
            if self._sink is None:
                self._sink = open_sink(self._path, flags_spec(self._grid))
            sink, before, self._masks = self._sink, self._masks, []
        for at, packed in before:
            size = at.height * at.width
            sink.write(at, np.unpackbits(packed, count=size).reshape(at.height, at.width) * np.uint8(FLAG_NODATA))
        sink.write(block, counts)

    def finish(self, target: str, statistics: Mapping[str, float] | None = None) -> str:
        """Write the file to `target`; gives its content digest. Raises ValueError where nothing was flagged."""
        if self._sink is None:
            raise ValueError(f"{target}: no pixel is flagged")
        content = self._sink.finish(target, statistics)
        self.digest = self._sink.digest
        return content

    def discard(self) -> None:
        """Drop what was written."""
        if self._sink is not None:
            self._sink.discard()


@dataclass
class Making:
    """A product in the making: its bound recipe, one sink and one tally a layer, its flag file.

    allowed: pixels that the formula saw; flagged: those of them that bear a flag.
    """

    job: Job
    bound: Bound
    sinks: dict[str, RasterSink]
    flags: FlagFile
    tallies: Tallies
    allowed: int = 0
    flagged: int = 0

    def discard(self) -> None:
        """Drop every working copy."""
        self.flags.discard()
        for sink in self.sinks.values():
            sink.discard()
