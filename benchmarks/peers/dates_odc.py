"""Several dates with odc-stac: `odc.stac.load` of all items, median by xarray or geomedian by odc-algo, `write_cog`.

`geomedian` is `int_geomedian` with the stopping rule of `rs` (a step below 1e-3 counts, at most 1000 steps), on
integers with no-data 0, as its docstring asks. `geomedian-mads` is `geomedian_with_mads`, which makes the three
deviations too, as `rs` does; it is given floats with NaN, since it takes the no-data of integers for values where
they are not scaled. Masks as everywhere; one `dask.compute` for all bands.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import dask
import dask.array as da
import numpy as np
import odc.stac
import xarray as xr
from odc.algo import geomedian_with_mads, int_geomedian
from odc.geo.cog import write_cog

from benchmarks import rules
from benchmarks.peers import dask_products
from benchmarks.peers.catalogued import item_of
from benchmarks.peers.dates_rioxarray import BANDS, rules_counts
from benchmarks.peers.files import run

CHUNK = 1024
EPS, STEPS = 1e-3, 1000
DEVIATIONS = {"emad": 1.0, "smad": 1e5, "bcmad": 5e4}
"""Counts of a unit: of counts for `emad`."""


def _load(scenes: str) -> tuple[xr.Dataset, list[Any]]:
    items = [item_of(scene) for scene in scenes.split(os.pathsep)]
    loaded = odc.stac.load(items, bands=[*BANDS, "scl"], resolution=10, chunks={"x": CHUNK, "y": CHUNK})
    return loaded, [dask_products.clear(loaded["scl"].data[k]) for k in range(loaded.sizes["time"])]


def _stacked(loaded: xr.Dataset, clear: list[Any], dtype: str) -> xr.Dataset:
    """Bands over time, NaN or 0 where a date does not count."""
    made = {}
    parts = [dask_products.masked({n: loaded[n].data[k] for n in BANDS}, ok, dtype) for k, ok in enumerate(clear)]
    for name in BANDS:
        data = da.stack([part[name] for part in parts])
        made[name] = loaded[name].copy(data=data).assign_attrs(nodata=0 if dtype == "uint16" else np.nan)
    return xr.Dataset(made)


def _write(arrays: dict[str, Any], nodata: dict[str, int], like: xr.DataArray, out: Path) -> None:
    for name, pixels in zip(arrays, dask.compute(*arrays.values()), strict=True):
        data = xr.DataArray(pixels, coords=like.coords, dims=like.dims, attrs={"nodata": nodata[name]})
        write_cog(data, out / f"{name}.tif", overview_resampling="average", num_threads="ALL_CPUS")


def median(scenes: str, out: Path) -> None:
    """W2."""
    loaded, clear = _load(scenes)
    stack = _stacked(loaded, clear, "float32")
    made = {name: rules_counts(stack[name].chunk({"time": -1}).median("time", skipna=True).data) for name in BANDS}
    _write(made, dict.fromkeys(BANDS, rules.INDEX_NODATA), loaded["red"].isel(time=0, drop=True), out)


def geomedian(scenes: str, out: Path) -> None:
    """W2."""
    loaded, clear = _load(scenes)
    found = int_geomedian(_stacked(loaded, clear, "uint16"), eps=EPS, maxiters=STEPS)
    made = {name: da.map_blocks(rules.reflectance_of, found[name].data, dtype=np.int16) for name in BANDS}
    _write(made, dict.fromkeys(BANDS, rules.INDEX_NODATA), loaded["red"].isel(time=0, drop=True), out)


def geomedian_mads(scenes: str, out: Path) -> None:
    """W2 with the deviations."""
    loaded, clear = _load(scenes)
    stack = _stacked(loaded, clear, "float32").map(lambda band: band - np.float32(1000.0), keep_attrs=True)
    found = geomedian_with_mads(
        stack, eps=EPS, maxiters=STEPS, reshape_strategy="yxbt", work_chunks=(CHUNK, CHUNK)
    )  # fmt: skip
    made = {name: da.map_blocks(rules.whole_counts, found[name].data, dtype=np.int16) for name in BANDS}
    for name, scale in DEVIATIONS.items():
        made[name] = da.map_blocks(rules.deviation_counts, found[name].data, scale, dtype=np.uint16)
    made["count"] = found["count"].data
    nodata = {**dict.fromkeys(made, rules.WATER_NODATA), **dict.fromkeys(BANDS, rules.INDEX_NODATA)}
    _write(made, nodata, loaded["red"].isel(time=0, drop=True), out)


if __name__ == "__main__":
    run({"median": median, "geomedian": geomedian, "geomedian-mads": geomedian_mads})
