"""Resampling of rasters from one grid to another, of any reference systems: exact coordinates, block by block."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rs.core.grid import Block, Grid
from rs.core.jit import jitted
from rs.errors import UsageError
from rs.raster import resample_loops
from rs.raster.counts import blank_of, check_nodata, counts_of, filled, float_kind, values_of
from rs.raster.coverage_loops import average
from rs.raster.lattice import Cover, Lattice
from rs.raster.mapping import Mapping

Array = NDArray[Any]


class Method(StrEnum):
    """How values between pixels are found. Masks, classes and bit flags: NEAREST only.

    nearest: the pixel that holds the centre. bilinear: between four pixels. cubic: cubic convolution over 16 pixels
    (Keys 1981, a = -0.5: the "cubic" of GDAL), between four where one of the 16 has no value or lies outside. None of
    them looks further when the target is coarser: to a coarser grid, average: the mean over the outline of the pixel,
    weighted by exact area, of the pixels that have a value.
    """

    NEAREST = "nearest"
    BILINEAR = "bilinear"
    CUBIC = "cubic"
    AVERAGE = "average"

    @property
    def reach(self) -> float:
        """How far from a place pixels are looked at [px]."""
        return {"bilinear": 0.5, "cubic": 1.5}.get(self.value, 0.0)


_CODES = {
    Method.NEAREST: resample_loops.NEAREST,
    Method.BILINEAR: resample_loops.BILINEAR,
    Method.CUBIC: resample_loops.CUBIC,
    Method.AVERAGE: -1,
}
MOST = 16 * 2**20
"""Pixels of the source that a window should not exceed."""

_SLACK = 1e-3
"""A window is this much [px] wider than the outlines of its cells ask for."""


class Warp:
    """Resampling from one grid to another. Safe to share between threads.

    Places are PROJ's within 1e-7 px of the source (1e-4 px where PROJ itself is rougher, see `lattice`); values are
    float64, rounded to whole counts half to even. The pixels of a target do not depend on the blocks it is cut into.

    No data: bilinear and cubic give a value exactly where nearest gives one, that is where the pixel under the centre
    has a value; neighbours without value take no part, the weights of the others are scaled up. So valid areas
    neither grow nor shrink and masks by nearest fit. average gives a value where any pixel below has one. A grid ends
    at its edges, also one that goes around the world. Raises UsageError where no way between the reference systems
    is known.
    """

    def __init__(self, source: Grid, target: Grid, method: Method) -> None:
        self.source, self.target, self.method = source, target, method
        self._mapping = Mapping(source, target)
        self._lattice = Lattice(self._mapping, corners=method is Method.AVERAGE)
        scaling = self._mapping.scaling
        self._shift = None if scaling is None else scaling.shift(target)
        self._local = threading.local()

    def window(self, block: Block) -> Block | None:
        """Pixels of the source that a block of the target needs, clipped to the source; None where there are none."""
        if self._shift is not None:
            x, y = block.col + self._shift[0], block.row + self._shift[1]
            return self._clipped(x, x + block.width, y, y + block.height)
        span = self._cover(block).span()
        if span is None:
            return None
        x0, x1, y0, y1 = span.tolist()
        period = self._mapping.period
        if self.method is Method.AVERAGE and period is not None and x1 - x0 > period / 2:
            # outlines across the seam reach both ends
            x0, x1 = 0.0, float(self.source.shape.cols)
        more = self.method.reach + _SLACK
        ends = (math.floor(x0 - more), math.floor(x1 + more) + 1, math.floor(y0 - more), math.floor(y1 + more) + 1)
        return self._clipped(*ends)

    def parts(self, block: Block, most: int = MOST) -> Iterator[tuple[Block, Block | None]]:
        """A block and its window; smaller blocks where the window has more than `most` pixels.

        So it is about a pole, or where the target is much coarser: what is held at a time does not grow with that.
        """
        window = self.window(block)
        if window is None or window.height * window.width <= most or max(block.height, block.width) == 1:
            yield block, window
            return
        rows, cols = -(-block.height // 2), -(-block.width // 2)
        for row in range(0, block.height, rows):
            for col in range(0, block.width, cols):
                height, width = min(rows, block.height - row), min(cols, block.width - col)
                yield from self.parts(Block(block.row + row, block.col + col, height, width), most)

    def apply(self, counts: Array, window: Block | None, block: Block, nodata: tuple[float, ...] = ()) -> Array:
        """A block of the target in the dtype of `counts` [rows, cols], the pixels of `window`.

        nodata: counts that mean no data; what is not finite always does. Where there is no value, the result has the
        first of them, NaN where none is given. nearest takes counts as they are, NaN alone is no data. A value that
        would come out as a no-data count becomes its neighbour. window None: all is no data. Raises UsageError for
        counts that are not those of `window`, a window that lacks pixels, a dtype that is not supported, and integers
        without a no-data count where there is no value.
        """
        self._check(counts, window, nodata)
        if window is None:
            return np.full((block.height, block.width), blank_of(counts.dtype, nodata), counts.dtype)
        if self._shift is not None:
            return self._copied(counts, window, block, nodata)
        exact = self.method is Method.NEAREST
        values = counts.astype(float_kind(counts.dtype), order="C") if exact else values_of(counts, nodata)
        out = self._resampled(values, window, block, whole=counts.dtype.kind != "f")
        return filled(out, np.isnan(out), nodata, counts.dtype) if exact else counts_of(out, counts.dtype, nodata)

    def _cover(self, block: Block) -> Cover:
        """`window` and `apply` of a thread ask for the same block, one after the other."""
        held: tuple[Block, Cover] | None = getattr(self._local, "held", None)
        if held is None or held[0] != block:
            held = self._local.held = (block, self._lattice.cover(block))
        return held[1]

    def _clipped(self, x0: int, x1: int, y0: int, y1: int) -> Block | None:
        left, right = max(x0, 0), min(x1, self.source.shape.cols)
        top, bottom = max(y0, 0), min(y1, self.source.shape.rows)
        return Block(top, left, bottom - top, right - left) if bottom > top and right > left else None

    def _copied(self, counts: Array, window: Block, block: Block, nodata: tuple[float, ...]) -> Array:
        """The block where both grids are of one raster."""
        x, y = self._shift or (0, 0)
        want = self._clipped(block.col + x, block.col + x + block.width, block.row + y, block.row + y + block.height)
        if want is None:
            return np.full((block.height, block.width), blank_of(counts.dtype, nodata), counts.dtype)
        top, left = want.row - window.row, want.col - window.col
        if min(top, left) < 0 or top + want.height > window.height or left + want.width > window.width:
            raise _lacking(window, block)
        taken = counts[top : top + want.height, left : left + want.width]
        if want.height * want.width == block.height * block.width:
            out = taken.copy()
        else:
            out = np.full((block.height, block.width), blank_of(counts.dtype, nodata), counts.dtype)
            row, col = want.row - y - block.row, want.col - x - block.col
            out[row : row + want.height, col : col + want.width] = taken
        if self.method is Method.NEAREST:
            return filled(out, np.isnan(out), nodata, out.dtype) if out.dtype.kind == "f" else out
        for code in nodata[1:]:
            out[out == code] = nodata[0]
        return filled(out, ~np.isfinite(out), nodata, out.dtype) if out.dtype.kind == "f" else out

    def _resampled(self, values: Array, window: Block, block: Block, whole: bool) -> Array:
        """Numbers of a block, NaN where there is no value."""
        out = np.full((block.height, block.width), np.nan, values.dtype)
        frame = np.array([window.row, window.col, *self.source.shape, 0, 0, _CODES[self.method], whole])
        for part in self._cover(block).parts():
            frame[4:6] = part.row, part.col
            if self.method is Method.AVERAGE:
                lacking, polar = jitted(average)(values, part.places, frame, self._mapping.period or 0.0, out)
                if polar >= 0:
                    raise self._polar(block, polar)
            else:
                lacking = jitted(resample_loops.sample)(values, part.places, frame, out)
            if lacking:
                raise _lacking(window, block)
        return out

    def _polar(self, block: Block, at: int) -> UsageError:
        row, col = block.row + at // block.width, block.col + at % block.width
        return UsageError(
            f"pixel {col}, {row} of the target goes around a pole, where {self.source.crs} has no mean over it",
            remedy="Use bilinear, or bring the source to a polar grid first",
        )

    def _check(self, counts: Array, window: Block | None, nodata: tuple[float, ...]) -> None:
        check_nodata(counts.dtype, nodata)
        if window is not None and counts.shape != (window.height, window.width):
            raise UsageError(f"counts of {counts.shape} are not those of {window}", remedy="Read that window")


def _lacking(window: Block, block: Block) -> UsageError:
    return UsageError(f"{window} of the source lacks pixels that {block} of the target needs",
                      remedy="Read the block that Warp.window gives")  # fmt: skip
