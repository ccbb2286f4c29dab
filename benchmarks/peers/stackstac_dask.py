"""stackstac + dask: `stackstac.stack` of integers without rescaling, then rioxarray to files and COG copies.

As its "Basic example" has it, with `dtype`, `fill_value` and `rescale=False` for integers, `chunksize` of 2048
and bounds of the item's grid. It has no writer: its documentation hands on to rioxarray, so the files are made
as by the rioxarray peer. One array has one grid, so bands of 20 m are stacked once at 10 m (nearest neighbour)
and once at their own pixel size.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import stackstac
import xarray as xr
from pystac import Item

from benchmarks.peers import dask_products
from benchmarks.peers.catalogued import item_of
from benchmarks.peers.files import BANDS_10, BANDS_20, run
from benchmarks.peers.rioxarray_dask import write

CHUNK = 2048


def _stack(item: Item, bands: list[str], like: str, chunk: int) -> dict[str, xr.DataArray]:
    asset = item.assets[like].extra_fields
    (rows, cols), (step, _, left, _, _, top) = asset["proj:shape"], asset["proj:transform"][:6]
    bounds = (left, top - rows * step, left + cols * step, top)
    epsg = int(item.properties["proj:code"].removeprefix("EPSG:"))
    stacked = stackstac.stack(
        [item.to_dict()], assets=bands, epsg=epsg, resolution=step, bounds=bounds, snap_bounds=False,
        dtype=np.dtype("uint16"), fill_value=np.uint16(0), rescale=False, chunksize=chunk, xy_coords="center",
        properties=False, band_coords=False,
    ).isel(time=0)  # fmt: skip
    return {band: stacked.sel(band=band, drop=True).rio.write_crs(epsg) for band in bands}


def ndvi(scene: str, out: Path) -> None:
    """W1."""
    bands = _stack(item_of(scene), ["red", "nir", "scl"], "red", CHUNK)
    write(dask_products.ndvi({name: band.data for name, band in bands.items()}), bands, out)


def eight(scene: str, out: Path) -> None:
    """W4 and W5."""
    item = item_of(scene)
    coarse = [name for name in BANDS_20 if name != "scl"]
    fine = _stack(item, [*BANDS_10, *BANDS_20], "red", CHUNK)
    bands = {name: fine[name] for name in (*BANDS_10, "scl")} | {f"{name}@10": fine[name] for name in coarse}
    bands |= _stack(item, coarse, "nir08", CHUNK // 2)
    write(dask_products.eight({name: band.data for name, band in bands.items()}), bands, out)


if __name__ == "__main__":
    run({"W1": ndvi, "W4": eight, "W5": eight})
