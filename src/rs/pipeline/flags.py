"""Flag files: what the sensor says of pixels as quality bits, for the scene and for single bands."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rs.core.bands import Quality
from rs.core.grid import Block, Grid
from rs.core.scene import QualitySource
from rs.raster.blocks import Piece

Flags = NDArray[np.uint16]


def translate(source: QualitySource, counts: NDArray[np.generic]) -> Flags:
    """Sensor flags to quality bits by the rules of the source."""
    whole = np.where(np.isfinite(counts), counts, 0).astype(np.int64)
    flags = np.zeros(whole.shape, np.uint16)
    for rule in source.rules:
        flags[(whole & rule.mask) == rule.value] |= np.uint16(rule.bits)
    for nodata in source.asset.nodata:
        flags[counts == nodata] = Quality.NODATA
    return flags


def flaws_on(piece: Piece, grid: Grid, block: Block) -> Flags:
    """Quality bits that the masks of a band set on a block; 0 where a mask does not reach."""
    flags = np.zeros((block.height, block.width), np.uint16)
    for source, part in piece.masks:
        if not part.counts.any():
            continue
        counts, inside = part.on(grid, block)
        found = translate(source, counts)
        flags |= found if inside is None else np.where(inside, found, np.uint16(0))
    return flags
