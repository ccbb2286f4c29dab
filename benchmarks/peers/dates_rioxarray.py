"""Several dates with rioxarray + dask: median of masked float32 over a stack, one graph, tmp GTiff, COG copy.

Opened as in `rioxarray_dask`, in chunks of 1024 px (the tiles of the files), so that all dates of a chunk stay
small. `median` is `dask.array.nanmedian`, which is what `DataArray.median(skipna=True)` calls; `median-bottleneck`
the same with bottleneck's, which xarray recommends to install.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bottleneck
import dask.array as da
import numpy as np
import rioxarray
import xarray as xr

from benchmarks import rules
from benchmarks.peers import dask_products
from benchmarks.peers.files import band_path, run
from benchmarks.peers.rioxarray_dask import write

CHUNK = 1024
BANDS = ("green", "red", "nir")


def _open(scene: str, band: str) -> xr.DataArray:
    side = CHUNK // 2 if band == "scl" else CHUNK
    opened = rioxarray.open_rasterio(band_path(scene, band), chunks={"x": side, "y": side}, lock=False)
    assert isinstance(opened, xr.DataArray)
    return opened.squeeze("band", drop=True)


def _date(scene: str) -> tuple[dict[str, Any], xr.DataArray]:
    """Masked counts of a date as float32, NaN where a pixel does not count; the grid."""
    bands = {name: _open(scene, name) for name in BANDS}
    ok = dask_products.clear(dask_products.wide(_open(scene, "scl").data, bands["red"].data))
    return dask_products.masked({name: band.data for name, band in bands.items()}, ok), bands["red"]


def _median(scenes: str, out: Path, reduce: Callable[[Any], Any]) -> None:
    dates = [_date(scene) for scene in scenes.split(os.pathsep)]
    made = {name: rules_counts(reduce(da.stack([bands[name] for bands, _ in dates]))) for name in BANDS}
    write(made, {"red": dates[0][1]}, out)


def rules_counts(medians: Any) -> Any:
    """Medians of counts of files as counts of 1e-4."""
    return da.map_blocks(rules.reflectance_counts, medians, dtype=np.int16)


def median(scenes: str, out: Path) -> None:
    """W2."""
    _median(scenes, out, lambda stack: da.nanmedian(stack, axis=0))


def median_bottleneck(scenes: str, out: Path) -> None:
    """W2 with bottleneck."""

    def reduce(stack: Any) -> Any:
        whole = stack.rechunk({0: -1})
        return da.map_blocks(bottleneck.nanmedian, whole, axis=0, drop_axis=0, dtype=np.float32)

    _median(scenes, out, reduce)


if __name__ == "__main__":
    run({"median": median, "median-bottleneck": median_bottleneck})
