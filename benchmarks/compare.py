"""Pixels of two products held against each other, window by window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from rasterio.windows import Window

STRIP = 1024
EQUAL = 1e-5
"""Largest share of pixels that may differ between equal products: rounding at a limit of the valid range."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Shares [1] of pixels: off by more than the allowed counts among those valid in both; valid in one alone."""

    off: float
    validity: float
    shape_differs: bool = False

    @property
    def equal(self) -> bool:
        """Whether both are the same product but for rounding."""
        return not self.shape_differs and max(self.off, self.validity) <= EQUAL

    def __str__(self) -> str:
        return "another shape" if self.shape_differs else f"{100 * self.off:.4f} / {100 * self.validity:.4f}"


def difference(one: Path, other: Path, allowed: int = 1, shift: int = 0) -> Difference:
    """How two rasters of counts differ; no-data counts are each file's own. shift: added to counts of the first."""
    with rasterio.open(one) as a, rasterio.open(other) as b:
        if a.shape != b.shape or not a.transform.almost_equals(b.transform, 1e-6):
            return Difference(1.0, 1.0, shape_differs=True)
        both = off = single = total = 0
        for window in _strips(*a.shape):
            x, y = a.read(1, window=window), b.read(1, window=window)
            valid_x, valid_y = x != a.nodata, y != b.nodata
            common = valid_x & valid_y
            far = np.abs(x.astype(np.int32) + shift - y.astype(np.int32)) > allowed
            both, off = both + int(common.sum()), off + int((far & common).sum())
            single, total = single + int((valid_x ^ valid_y).sum()), total + x.size
    return Difference(off / max(1, both), single / total)


def worst(found: list[Difference]) -> Difference:
    """The largest shares among several products."""
    return Difference(
        max(d.off for d in found), max(d.validity for d in found), any(d.shape_differs for d in found)
    )  # fmt: skip


def _strips(rows: int, cols: int) -> Iterator[Window]:
    for row in range(0, rows, STRIP):
        yield Window(0, row, cols, min(STRIP, rows - row))
