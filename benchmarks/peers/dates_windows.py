"""Several dates with rasterio windows: one thread, windows of 1024 px of all dates, bottleneck, COG copy."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import bottleneck
import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.windows import Window

from benchmarks import rules
from benchmarks.peers.dates_rioxarray import BANDS
from benchmarks.peers.files import band_path, run, to_cog

SIDE = 1024


def _date(files: dict[str, Any], window: Window) -> NDArray[np.float32]:
    """Masked counts of a date [bands, rows, cols]."""
    rows, cols = files["red"].shape
    top, left = max(0, window.row_off - rules.REACH), max(0, window.col_off - rules.REACH)
    bottom = min(rows, window.row_off + window.height + rules.REACH)
    right = min(cols, window.col_off + window.width + rules.REACH)
    coarse = Window(left // 2, top // 2, (right - left) // 2, (bottom - top) // 2)
    scl = rules.widened(files["scl"].read(1, window=coarse), (bottom - top, right - left))
    row, col = window.row_off - top, window.col_off - left
    ok = rules.clear_of(scl)[row : row + window.height, col : col + window.width]
    bands = [files[name].read(1, window=window) for name in BANDS]
    return np.stack(rules.masked(bands, ok))


def median(scenes: str, out: Path) -> None:
    """W2."""
    with ExitStack() as stack:
        dates = [
            {name: stack.enter_context(rasterio.open(band_path(scene, name))) for name in (*BANDS, "scl")}
            for scene in scenes.split(os.pathsep)
        ]
        like = dates[0]["red"]
        profile: dict[str, Any] = {
            "driver": "GTiff", "width": like.width, "height": like.height, "count": 1, "dtype": "int16",
            "crs": like.crs, "transform": like.transform, "nodata": rules.INDEX_NODATA,
            "tiled": True, "blockxsize": 512, "blockysize": 512,
        }  # fmt: skip
        outs = [stack.enter_context(rasterio.open(out / f"{name}.tmp.tif", "w", **profile)) for name in BANDS]
        for row in range(0, like.height, SIDE):
            for col in range(0, like.width, SIDE):
                window = Window(col, row, min(SIDE, like.width - col), min(SIDE, like.height - row))
                cube = np.stack([_date(files, window) for files in dates])
                for target, pixels in zip(outs, bottleneck.nanmedian(cube, axis=0), strict=True):
                    target.write(rules.reflectance_counts(pixels), 1, window=window)
    for name in BANDS:
        to_cog(str(out / f"{name}.tmp.tif"), str(out / f"{name}.tif"), name)
        (out / f"{name}.tmp.tif").unlink()


if __name__ == "__main__":
    run({"median": median})
