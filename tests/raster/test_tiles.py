"""Squares of a raster that threads share: decoded once, read again where they do not fit, failures for all."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from rs.core.grid import Block, Shape
from rs.errors import UnreadableRaster
from rs.raster.tiles import SIDE, SharedTiles

Array = NDArray[Any]


@pytest.mark.parametrize("strips", [True, False])
def test_squares_are_decoded_once_by_many_threads(strips: bool) -> None:
    pixels = np.arange(2100 * 2200, dtype=np.uint32).reshape(2100, 2200)
    seen: list[Block] = []
    lock = threading.Lock()

    def read(block: Block) -> Array:
        with lock:
            seen.append(block)
        return pixels[block.row : block.row + block.height, block.col : block.col + block.width]

    tiles = SharedTiles(read, Shape(2100, 2200), "uint32", limit=10**9, size=(SIDE, 2200 if strips else SIDE))
    windows = [Block(r, c, 500, 700) for r in range(0, 1600, 400) for c in range(0, 1500, 300)]
    with ThreadPoolExecutor(6) as pool:
        for window, made in zip(windows, pool.map(tiles.window, windows), strict=True):
            np.testing.assert_array_equal(made, pixels[window.row : window.row + 500, window.col : window.col + 700])
    assert len(seen) == len(set(seen)) == (2 if strips else 4)


def test_squares_that_do_not_fit_are_read_again_and_errors_reach_all() -> None:
    reads: list[Block] = []

    def read(block: Block) -> Array:
        reads.append(block)
        if block.row:
            raise UnreadableRaster("cut short", where="x.tif")
        return np.zeros((block.height, block.width), np.uint8)

    tiles = SharedTiles(read, Shape(3000, 3000), "uint8", limit=1, size=(SIDE, SIDE))
    for _ in range(2):
        tiles.window(Block(0, 0, 10, 2000))
    assert [block.col for block in reads] == [0, 1024, 0, 1024]
    for _ in range(2):
        with pytest.raises(UnreadableRaster, match="cut short"):
            tiles.window(Block(2000, 0, 10, 10))
