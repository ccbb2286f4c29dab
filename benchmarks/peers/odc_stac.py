"""odc-stac + dask: `odc.stac.load` with chunks, one `dask.compute` for all products, then `write_cog` of odc-geo.

As its "Load from Sentinel-2 STAC" and "Benchmarking" pages have it: `chunks`, native grid, integer pixels kept.
`write_cog` works from memory, which is its own design; it builds overviews and writes the copy. Bands of 20 m
are loaded on the grid of 10 m by nearest neighbour, and once more on their own for the products of 20 m.
A SAFE has no item: one is made in memory that points at the JPEG 2000 files.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dask
import odc.stac
import xarray as xr
from odc.geo.cog import write_cog
from pystac import Item

from benchmarks.peers import dask_products
from benchmarks.peers.catalogued import item_of
from benchmarks.peers.files import BANDS_10, BANDS_20, FILES, NODATA, overview_of, run

CHUNK = 2048


def _load(item: Item, bands: list[str], resolution: int, chunk: int) -> xr.Dataset:
    loaded = odc.stac.load([item], bands=bands, resolution=resolution, chunks={"x": chunk, "y": chunk})
    return loaded.isel(time=0)


def _write(products: dict[str, Any], like: dict[int, xr.DataArray], out: Path) -> None:
    names = list(products)
    for name, pixels in zip(names, dask.compute(*products.values()), strict=True):
        grid = next(a for a in like.values() if a.shape == pixels.shape)
        data = xr.DataArray(pixels, coords=grid.coords, dims=grid.dims, attrs={"nodata": NODATA[name]})
        write_cog(
            data, out / f"{name}.tif", overview_resampling=overview_of(name).lower(), num_threads="ALL_CPUS"
        )  # fmt: skip


def ndvi(scene: str, out: Path) -> None:
    """W1."""
    fine = _load(item_of(scene), ["red", "nir", "scl"], 10, CHUNK)
    _write(dask_products.ndvi({name: fine[name].data for name in ("red", "nir", "scl")}), {10: fine["red"]}, out)


def eight(scene: str, out: Path) -> None:
    """W4 and W5."""
    item = item_of(scene)
    fine = _load(item, [*FILES], 10, CHUNK)
    coarse = _load(item, [name for name in BANDS_20 if name != "scl"], 20, CHUNK // 2)
    bands = {name: fine[name].data for name in (*BANDS_10, "scl")}
    bands |= {f"{name}@10": fine[name].data for name in coarse.data_vars}
    bands |= {name: coarse[name].data for name in coarse.data_vars}
    _write(dask_products.eight(bands), {10: fine["red"], 20: coarse["nir08"]}, out)


if __name__ == "__main__":
    run({"W1": ndvi, "W4": eight, "W5": eight})
