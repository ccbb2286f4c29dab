"""Decoding alone: python -m benchmarks.floors.decode SCENE[:SCENE...] BAND...

mask:BAND is the file of a SAFE that says which pixels of a band are flawed, eight planes of bits.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from rasterio.windows import Window

from benchmarks.floors.timing import spread, timed
from benchmarks.peers.files import FILES, band_path

Part = tuple[str, Window]


def main(scenes: str, bands: list[str]) -> None:
    """Read every tile of the bands once."""
    parts: list[Part] = []
    for path in (_path(scene, name) for scene in scenes.split(os.pathsep) for name in bands):
        with rasterio.open(path) as source:
            height, width = source.block_shapes[0]
            for row in range(0, source.height, height):
                for col in range(0, source.width, width):
                    parts.append(
                        (path, Window(col, row, min(width, source.width - col), min(height, source.height - row)))
                    )
    own = threading.local()

    def read(part: Part) -> None:
        path, window = part
        files: dict[str, Any] = own.__dict__.setdefault("files", {})
        if path not in files:
            files[path] = rasterio.open(path)
        source = files[path]
        buffers: dict[Any, Any] = own.__dict__.setdefault("buffers", {})
        key = (source.dtypes[0], source.count, window.height, window.width)
        if key not in buffers:
            buffers[key] = np.empty(key[1:], source.dtypes[0])
        source.read(window=window, out=buffers[key])

    # one thread a tile: the JPEG 2000 driver would start threads of its own in each of ours
    with rasterio.Env(GDAL_NUM_THREADS=1, GDAL_CACHEMAX=64):
        timed(lambda: spread(read, parts))


def _path(scene: str, name: str) -> str:
    if name.startswith("mask:"):
        return str(next(Path(scene).glob(f"GRANULE/*/QI_DATA/MSK_QUALIT_{FILES[name.removeprefix('mask:')]}.jp2")))
    return band_path(scene, name)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
