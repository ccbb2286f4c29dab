"""What a raster file is to say of its pixels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rs.core.grid import Grid
from rs.core.product import Resampling


@dataclass(frozen=True, slots=True)
class RasterSpec:
    """How a single-band raster is stored: grid, dtype, no-data count, calibration, names, overviews."""

    grid: Grid
    dtype: str
    nodata: float | None
    scale: float
    offset: float
    unit: str
    description: str
    overviews: Resampling
    colours: Mapping[int, tuple[int, int, int, int]] | None = None
    tags: Mapping[str, str] | None = None

    @property
    def size(self) -> int:
        """Bytes of the pixels, uncompressed."""
        return self.grid.shape.rows * self.grid.shape.cols * np.dtype(self.dtype).itemsize
