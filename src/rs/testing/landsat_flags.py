"""Flag files of Landsat from classes: QA_PIXEL, QA_RADSAT, and BQA of Collection 1 and before."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from rs.testing.world import CIRRUS, CLOUD, CLOUD_MEDIUM, NODATA, SATURATED, SHADOW, SNOW, WATER, Classes, Floats

Flags = NDArray[np.uint16]
KINDS = ("cloud", "shadow", "snow", "cirrus")


def _confidences(first: int, **high: int) -> int:
    """Two bits for each kind from bit `first` on: 1 (no) unless given otherwise."""
    return sum(high.get(kind, 1) << (first + 2 * k) for k, kind in enumerate(KINDS))


def qa_pixel_of(classes: Classes) -> Flags:
    """QA_PIXEL of Collection 2: clear land 21824, clear water 21952, cloud 22280, fill 1."""
    clear = 1 << 6
    table = {
        NODATA: 1,
        WATER: clear | 1 << 7 | _confidences(8),
        SHADOW: clear | 1 << 4 | _confidences(8, shadow=3),
        CLOUD_MEDIUM: 1 << 1 | _confidences(8, cloud=2),
        CLOUD: 1 << 3 | _confidences(8, cloud=3),
        CIRRUS: clear | 1 << 2 | _confidences(8, cirrus=3),
        SNOW: clear | 1 << 5 | _confidences(8, snow=3),
    }
    return _looked_up(classes, table, clear | _confidences(8))


def bqa_of(classes: Classes, collection: int) -> Flags:
    """BQA of Collection 1 (clear 2720, cloud 2800), or of before (clear 20480, cloud 53248)."""
    if collection == 1:
        table = {
            NODATA: 1,
            SATURATED: 1 << 2 | _confidences(5),
            SHADOW: _confidences(5, shadow=3),
            CLOUD_MEDIUM: _confidences(5, cloud=2),
            CLOUD: 1 << 4 | _confidences(5, cloud=3),
            CIRRUS: _confidences(5, cirrus=3),
            SNOW: _confidences(5, snow=3),
        }
        return _looked_up(classes, table, _confidences(5))
    clear = 1 << 12 | 1 << 14
    table = {
        NODATA: 1,
        WATER: clear | 2 << 4,
        CLOUD_MEDIUM: 1 << 12 | 2 << 14,
        CLOUD: 1 << 12 | 3 << 14,
        CIRRUS: 3 << 12 | 1 << 14,
        SNOW: clear | 3 << 10,
    }
    return _looked_up(classes, table, clear)


def _looked_up(classes: Classes, table: Mapping[int, int], otherwise: int) -> Flags:
    lookup = np.full(256, otherwise, np.uint16)
    for number, value in table.items():
        lookup[number] = value
    flags: Flags = lookup[classes]
    return flags


def radsat_of(values: Mapping[int, Floats]) -> Flags:
    """QA_RADSAT: the bit of a band (number - 1) is set where it saturates."""
    flags = np.zeros(next(iter(values.values())).shape, np.uint16)
    for number, band in values.items():
        flags[np.isposinf(band)] |= np.uint16(1 << (number - 1))
    return flags
