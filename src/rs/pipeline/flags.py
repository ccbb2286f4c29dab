"""Flag files: what the sensor says of pixels as quality bits, for the scene and for single bands."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rs.core.bands import Quality
from rs.core.grid import Block, Grid
from rs.core.jit import jitted
from rs.core.scene import FlagRule, QualitySource
from rs.pipeline.loops import look_up
from rs.raster.blocks import Piece

Flags = NDArray[np.uint16]


def translate(source: QualitySource, counts: NDArray[np.generic]) -> Flags:
    """Sensor flags to quality bits by the rules of the source."""
    return _translated(source.rules, source.asset.nodata, counts)


def _translated(rules: tuple[FlagRule, ...], nodata: tuple[float, ...], counts: NDArray[np.generic]) -> Flags:
    whole = np.where(np.isfinite(counts), counts, 0).astype(np.int64)
    flags = np.zeros(whole.shape, np.uint16)
    for rule in rules:
        flags[(whole & rule.mask) == rule.value] |= np.uint16(rule.bits)
    for blank in nodata:
        flags[counts == blank] = Quality.NODATA
    return flags


def flags_on(source: QualitySource, piece: Piece, grid: Grid, block: Block, outside: Quality) -> Flags:
    """Quality bits of a piece of a flag file on a block; `outside` where it does not reach."""
    dtype = piece.counts.dtype
    if dtype.kind != "u" or dtype.itemsize > 2:
        counts, inside = piece.on(grid, block)
        found = translate(source, counts)
        return found if inside is None else np.where(inside, found, np.uint16(outside))
    table = _table(source.rules, source.asset.nodata, dtype.str)
    out = np.empty((block.height, block.width), np.uint16)
    jitted(look_up)(
        np.ascontiguousarray(piece.counts), *piece.index(grid, block), np.append(table, np.uint16(outside)), out
    )
    return out


@lru_cache(maxsize=64)
def _table(rules: tuple[FlagRule, ...], nodata: tuple[float, ...], dtype: str) -> Flags:
    """Quality bits of every count of a type."""
    kind = np.dtype(dtype)
    return _translated(rules, nodata, np.arange(2 ** (8 * kind.itemsize)).astype(kind))


def flaws_on(piece: Piece, grid: Grid, block: Block) -> Flags:
    """Quality bits that the masks of a band set on a block; 0 where a mask does not reach."""
    flags = np.zeros((block.height, block.width), np.uint16)
    for source, part in piece.masks:
        if part.counts.any():
            flags |= flags_on(source, part, grid, block, Quality(0))
    return flags
