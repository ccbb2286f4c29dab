"""Encoding alone: python -m benchmarks.floors.encode TARGET FOLDER PRODUCT...

Pixels and overviews are in memory before the clock starts; the folder is one that `rs produce` made.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from isal import isal_zlib
from numpy.typing import NDArray

from benchmarks.floors.timing import spread, timed
from benchmarks.harness import raster

TILE = 512
Part = tuple[NDArray[Any], int, int]


def main(target: Path, folder: Path, products: list[str]) -> None:
    """Compress every tile of every level of the products and write the bytes to one file."""
    parts: list[Part] = []
    for product in products:
        path = raster(folder, product)
        assert path is not None, product
        parts += [part for level in _levels(path) for part in _tiles(level)]
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as stream:
        end, lock = [0], threading.Lock()

        def encode(part: Part) -> None:
            pixels, row, col = part
            body = isal_zlib.compress(_predicted(pixels[row : row + TILE, col : col + TILE]), 1)
            with lock:
                start, end[0] = end[0], end[0] + len(body)
            os.pwrite(stream.fileno(), body, start)

        timed(lambda: spread(encode, parts))
    target.unlink()


def _levels(path: Path) -> list[NDArray[Any]]:
    with rasterio.open(path) as source:
        factors = [1, *source.overviews(1)]
        return [
            source.read(1, out_shape=(-(-source.height // factor), -(-source.width // factor))) for factor in factors
        ]  # fmt: skip


def _tiles(level: NDArray[Any]) -> list[Part]:
    rows, cols = level.shape
    return [(level, row, col) for row in range(0, rows, TILE) for col in range(0, cols, TILE)]


def _predicted(pixels: NDArray[Any]) -> bytes | memoryview:
    """Horizontal differences of a whole tile, padded."""
    tile = np.zeros((TILE, TILE), pixels.dtype)
    tile[: pixels.shape[0], : pixels.shape[1]] = pixels
    out = np.empty_like(tile)
    out[:, 0] = tile[:, 0]
    np.subtract(tile[:, 1:], tile[:, :-1], out=out[:, 1:])
    return memoryview(out).cast("B")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
