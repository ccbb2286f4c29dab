"""A resampled raster against exact coordinates: PROJ for every pixel looked at, bilinear in float64."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio
from pyproj import Transformer

SAMPLE = 300_000


def share_off(source: Path, made: Path, shift: int, allowed: float = 1.0) -> tuple[float, float]:
    """Share [1] of pixels off by more than `allowed` counts, and the greatest difference [counts].

    Pixels are drawn (seeded) among those of `made` whose four neighbours in the source all bear values. shift:
    added to the counts of `made`.
    """
    with rasterio.open(source) as a, rasterio.open(made) as b:
        pixels, target = a.read(1), b.read(1)
        way = Transformer.from_crs(b.crs, a.crs, always_xy=True)
        rng = np.random.default_rng(20241105)
        rows, cols = rng.integers(0, b.height, SAMPLE), rng.integers(0, b.width, SAMPLE)
        x, y = b.transform @ (cols + 0.5, rows + 0.5)
        col, row = ~a.transform @ way.transform(x, y)
        blank, nodata = a.nodata or 0, b.nodata
    col, row = np.asarray(col) - 0.5, np.asarray(row) - 0.5
    left, top = np.floor(col).astype(np.int64), np.floor(row).astype(np.int64)
    inside = (left >= 0) & (top >= 0) & (left < pixels.shape[1] - 1) & (top < pixels.shape[0] - 1)
    rows, cols, col, row, left, top = (v[inside] for v in (rows, cols, col, row, left, top))
    four = np.stack([pixels[top + j, left + i] for j in (0, 1) for i in (0, 1)]).astype(np.float64)
    u, v = col - left, row - top
    exact = (four[0] * (1 - u) + four[1] * u) * (1 - v) + (four[2] * (1 - u) + four[3] * u) * v
    found = target[rows, cols].astype(np.float64)
    told = (four != blank).all(axis=0) & (found != nodata)
    off = np.abs(found[told] + shift - exact[told])
    return float((off > allowed).mean()), float(off.max())
