"""rioxarray + dask: all products in one graph to temporary GeoTIFFs, then copies by GDAL's COG driver.

As the page "Dask I/O example" of rioxarray has it: `chunks`, `lock=False` for reading, a lock a file for
writing, tiled files. A COG can't be written by pieces, so the COG driver comes second; temporary files are not
compressed. Chunks are 2048 px, 2 x 2 tiles of the files: 1024 px takes the same processor time, 4096 px a tenth more
and twice the memory. From JPEG 2000 the bands of 20 m are read whole, since their tiles of 640 px fit no chunk of
the bands of 10 m.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import dask
import rioxarray
import xarray as xr

from benchmarks.peers import dask_products
from benchmarks.peers.files import BANDS_20, FILES, NODATA, band_path, run, to_cog
from benchmarks.rules import INDEX_NODATA

CHUNK = 2048


def _open(scene: str, band: str) -> xr.DataArray:
    chunk = CHUNK // 2 if band in BANDS_20 else CHUNK
    whole = scene.endswith(".SAFE") and band in BANDS_20
    side = -1 if whole else chunk
    opened = rioxarray.open_rasterio(band_path(scene, band), chunks={"x": side, "y": side}, lock=False)
    assert isinstance(opened, xr.DataArray)
    return opened.squeeze("band", drop=True).chunk({"x": chunk, "y": chunk})


def write(products: dict[str, Any], bands: dict[str, xr.DataArray], out: Path) -> None:
    """Products to temporary files in one graph, then to COGs. bands: DataArrays that bear the grids."""
    jobs = []
    for name, array in products.items():
        like = bands["red"] if array.shape == bands["red"].shape else bands["nir08"]
        data = xr.DataArray(array, coords=like.coords, dims=("y", "x")).rio.write_crs(like.rio.crs)
        data = data.rio.write_nodata(NODATA.get(name, INDEX_NODATA))
        jobs.append(
            data.rio.to_raster(
                out / f"{name}.tmp.tif", tiled=True, blockxsize=512, blockysize=512, lock=threading.Lock(),
                compute=False,
            )
        )  # fmt: skip
    dask.compute(*jobs)
    for name in products:
        to_cog(str(out / f"{name}.tmp.tif"), str(out / f"{name}.tif"), name)
        (out / f"{name}.tmp.tif").unlink()


def ndvi(scene: str, out: Path) -> None:
    """W1."""
    bands = {name: _open(scene, name) for name in ("red", "nir", "scl")}
    write(dask_products.ndvi({name: band.data for name, band in bands.items()}), bands, out)


def eight(scene: str, out: Path) -> None:
    """W4 and W5."""
    bands = {name: _open(scene, name) for name in FILES}
    write(dask_products.eight({name: band.data for name, band in bands.items()}), bands, out)


def ndvi_simple(scene: str, out: Path) -> None:
    """W1 with clouds as classified."""
    bands = {name: _open(scene, name) for name in ("red", "nir", "scl")}
    write(dask_products.ndvi({name: band.data for name, band in bands.items()}, simple=True), bands, out)


def eight_simple(scene: str, out: Path) -> None:
    """W4 with clouds as classified and water by class alone."""
    bands = {name: _open(scene, name) for name in FILES if name != "blue"}
    write(dask_products.eight({name: band.data for name, band in bands.items()}, simple=True), bands, out)


if __name__ == "__main__":
    run({"W1": ndvi, "W4": eight, "W5": eight, "W1-simple": ndvi_simple, "W4-simple": eight_simple})
