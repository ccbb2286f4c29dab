"""Rasters of every shape for the writer: patterns of no data, cuts into blocks, overviews in plain numpy."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rs.core.grid import Block
from rs.core.product import Resampling

Array = NDArray[Any]
Empty = Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.bool_]]

PATTERNS: dict[str, Empty] = {
    "none": lambda y, x: (y < 0) | (x < 0),
    "all": lambda y, x: (y >= 0) & (x >= 0),
    "wedge": lambda y, x: y + 2 * x < 900,
    "stripes": lambda y, x: (y % 5 == 0) | (x < 0),
    "board": lambda y, x: (y + x) % 2 == 0,
    "quads": lambda y, x: (y // 2 + x // 2) % 2 == 0,
    "tiles": lambda y, x: (y // 512 + x // 512) % 2 == 0,
    "one pixel": lambda y, x: (y > 0) | (x > 0),
    "speckle": lambda y, x: (y * 7919 + x * 104729) % 11 < 4,
}
"""Where a raster is empty, of row and column; a swath's edge, lost lines, clouds, tiles that are no data as a whole."""


@dataclass(frozen=True)
class Made:
    """A raster [rows, cols] with its no-data count."""

    counts: Array
    nodata: int | None


def made(shape: tuple[int, int], dtype: str, pattern: str, span: int | None, seed: int) -> Made:
    """Random counts; span: so many neighbouring ones at the upper end, or the whole range.

    The no-data count is the smallest, the largest or one in the middle. Floats hold thirds, no counts.
    """
    chance = np.random.default_rng(seed)
    if np.dtype(dtype).kind == "f":
        counts = (chance.integers(-30_000, 30_000, shape) / 3).astype(dtype)
        nodata = -9999
    else:
        info = np.iinfo(dtype)
        low = info.min if span is None else info.max - span + 1
        counts = chance.integers(low, info.max, shape, dtype, endpoint=True)
        nodata = int((info.min, info.max, info.max - 1)[seed % 3])
    if pattern == "none" and seed % 2:
        return Made(counts, None)
    rows, cols = np.ogrid[: shape[0], : shape[1]]
    counts[PATTERNS[pattern](rows, cols)] = nodata
    return Made(counts, nodata)


def cut(shape: tuple[int, int], chance: random.Random) -> list[Block]:
    """A raster cut at random rows and columns into up to 36 uneven blocks, shuffled."""

    def parts(length: int) -> list[tuple[int, int]]:
        places = sorted({0, length, *(chance.randint(1, length) for _ in range(chance.randint(0, 5)))})
        return list(zip(places, np.diff(places).tolist(), strict=False))

    blocks = [Block(row, col, height, width) for row, height in parts(shape[0]) for col, width in parts(shape[1])]
    chance.shuffle(blocks)
    return blocks


def level_above(values: Array, method: Resampling, nodata: int | None) -> Array:
    """Every two by two pixels as one; what is not there at an odd edge does not count.

    average: mean of the valid ones, halves up. mode: the most frequent valid one, the first of equals.
    """
    rows, cols = values.shape
    valid = np.ones(values.shape, bool) if nodata is None else values != nodata
    edge = ((0, rows % 2), (0, cols % 2))
    four, there = (_fours(np.pad(part, edge)) for part in (values, valid))
    count = there.sum(axis=-1)
    if method is Resampling.NEAREST:
        return four[..., 0]
    if method is Resampling.MODE:
        votes = ((four[..., :, None] == four[..., None, :]) & there[..., None, :]).sum(axis=-1)
        best = np.where(there, votes, -1).argmax(axis=-1)
        found = np.take_along_axis(four, best[..., None], axis=-1)[..., 0]
    else:
        mean = np.where(there, four, 0).sum(axis=-1, dtype=np.float64) / np.maximum(count, 1)
        found = mean if values.dtype.kind == "f" else np.floor(mean + 0.5)
    return np.where(count > 0, found, 0 if nodata is None else nodata).astype(values.dtype)


def _fours(values: Array) -> Array:
    rows, cols = values.shape
    return values.reshape(rows // 2, 2, cols // 2, 2).swapaxes(1, 2).reshape(rows // 2, cols // 2, 4)
