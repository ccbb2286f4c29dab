"""Windows of a scene around points, read and corrected as the engine does it.

The recipe runs on the mean reflectance of the window's pixels, not on each pixel: recipes are not
linear, so the mean of the values of noisy pixels is not the value of the water, and pixels that leave
the valid range would drop out and pull the mean. The mean over pixels is kept beside, to compare.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from pyproj import Transformer

from rs.core.bands import Quality
from rs.core.grid import Block, Grid
from rs.core.scene import Scene, TimeSpan
from rs.validation import engine
from rs.validation.matchups import Observation
from rs.validation.rows import Row, Sampling, Window

DOUBTS = Quality.HIGH_SWIR | Quality.ADJACENT | Quality.GLINT | Quality.LOW_SUN
"""Bits that a user may reject; `unsure` joins them where the scene has a classification to be unsure about."""

OUTSIDE = "outside of the scenes of that time"


def gap(one: TimeSpan, other: TimeSpan) -> tuple[float, float]:
    """Least and most possible time [h] between two moments of which only the spans are known."""
    ahead = (other.end - one.start).total_seconds() / 3600
    behind = (one.end - other.start).total_seconds() / 3600
    return max(0.0, -ahead, -behind), max(ahead, behind)


def cells(grid: Grid, observations: Iterable[Observation]) -> list[tuple[int, int]]:
    """Row and column of the pixel under the point of each observation; may lie outside of the grid."""
    places = [(o.lon, o.lat) for o in observations]
    turn = Transformer.from_crs("EPSG:4326", grid.crs, always_xy=True)
    xs, ys = turn.transform([lon for lon, _ in places], [lat for _, lat in places])
    t = grid.transform
    rows, cols = (np.asarray(ys) - t.f) / t.e, (np.asarray(xs) - t.c) / t.a
    return [
        (int(np.floor(r)), int(np.floor(c))) if np.isfinite(r) and np.isfinite(c) else (-1, -1)
        for r, c in zip(rows, cols, strict=True)
    ]


def on(grid: Grid, cell: tuple[int, int]) -> bool:
    """Whether a row and column lie on the grid."""
    return 0 <= cell[0] < grid.shape.rows and 0 <= cell[1] < grid.shape.cols


def window_block(grid: Grid, cell: tuple[int, int], size: int) -> Block | None:
    """The window around a pixel, cut at the edge of the grid; None where the pixel lies outside."""
    row, col = cell
    if not on(grid, cell):
        return None
    half = size // 2
    top, left = max(0, row - half), max(0, col - half)
    bottom, right = min(grid.shape.rows, row + half + 1), min(grid.shape.cols, col + half + 1)
    return Block(top, left, bottom - top, right - left)


def row_at(held: engine.Handles, made: engine.Chain, one: Observation, cell: tuple[int, int], how: Sampling) -> Row:
    """The row of an observation whose point lies on a pixel (row, column) of a scene."""
    block = window_block(made.grid, cell, how.size)
    if block is None or one.time is None:
        return Row(one, None, OUTSIDE)
    pixels = engine.read(held, made, block)
    allowed = pixels.allowed(made.product)
    use = pixels.measured if how.every_pixel else allowed
    spectra = [band[use] for band in pixels.bands.values()]
    window = Window(
        made.scene.id, made.level, int(use.sum()), how.size**2, variation(spectra),
        gap(one.time, made.scene.time), _present(pixels, use),
        pixels.bearing(doubts(made.scene), use) > 0 or not allowed[use].all(), _by_pixel(made, spectra),
    )  # fmt: skip
    if not window.pixels:
        return Row(one, None, _refused(pixels), made.recipe.name, platform=made.scene.platform.name, window=window)
    result = engine.estimate(made.bound, [np.array([band.mean()]) for band in spectra])
    value = float(result.values[0]) if np.isfinite(result.values[0]) else None
    return Row(one, value, result.reason(0), made.recipe.name, result.flag_names(0), made.scene.platform.name, window)


def variation(spectra: Sequence[engine.Floats]) -> float | None:
    """Median over bands of standard deviation over mean [1] of n pixels; None below two pixels."""
    if spectra[0].size < 2:
        return None
    each = [float(band.std(ddof=1) / abs(band.mean())) for band in spectra if band.mean()]
    return float(np.median(each)) if each else None


def _by_pixel(made: engine.Chain, spectra: Sequence[engine.Floats]) -> float | None:
    if not spectra[0].size:
        return None
    values = engine.estimate(made.bound, list(spectra)).values
    return float(np.nanmean(values)) if np.isfinite(values).any() else None


def doubts(scene: Scene) -> Quality:
    """Bits that make a pixel of a scene doubtful."""
    return DOUBTS | Quality.UNSURE if scene.cloud_state_known else DOUBTS


def _present(pixels: engine.Pixels, where: engine.Bools) -> dict[str, int]:
    counts = {str(bit.name).lower(): pixels.bearing(bit, where) for bit in Quality}
    return {name: count for name, count in counts.items() if count}


def _refused(pixels: engine.Pixels) -> str:
    bits = _present(pixels, np.ones(pixels.bits.shape, bool))
    return "no pixel that the product keeps (" + ", ".join(f"{name} {n}" for name, n in bits.items()) + ")"
