"""Reprojection from Python: rasterio, rioxarray, odc-geo, WarpedVRT; bilinear, all threads, as their pages show it.

A WarpedVRT with a tolerance of 0.0001 px makes equal pixels. The others have no way to: `rasterio.warp.reproject`
takes XSCALE and YSCALE, but its `tolerance` has no effect, and rioxarray and odc-geo go through it.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import rasterio
import rioxarray
import xarray as xr
from odc.geo.cog import write_cog
from odc.geo.geobox import GeoBox
from odc.geo.xr import xr_reproject
from rasterio.enums import Resampling
from rasterio.vrt import WarpedVRT
from rasterio.warp import reproject

from benchmarks.peers.files import run, to_cog
from benchmarks.peers.grids import Wanted

THREADS = os.cpu_count() or 1


def by_rasterio(words: str, out: Path) -> None:
    """In memory, scale of the kernel fixed."""
    wanted = Wanted.of(words)
    target = np.zeros(wanted.shape, np.uint16)
    with rasterio.open(wanted.source) as source:
        reproject(
            rasterio.band(source, 1), target, dst_transform=wanted.transform, dst_crs=wanted.crs, dst_nodata=0,
            resampling=Resampling.bilinear, num_threads=THREADS, XSCALE=1, YSCALE=1,
        )  # fmt: skip
    temporary = out / "red.tmp.tif"
    with rasterio.open(
        temporary, "w", driver="GTiff", width=wanted.shape[1], height=wanted.shape[0], count=1, dtype="uint16",
        crs=wanted.crs, transform=wanted.transform, nodata=0, tiled=True, blockxsize=512, blockysize=512,
    ) as file:  # fmt: skip
        file.write(target, 1)
    to_cog(str(temporary), str(out / "red.tif"), "red")
    temporary.unlink()


def by_rioxarray(words: str, out: Path) -> None:
    """`rio.reproject`, written by the COG driver."""
    wanted = Wanted.of(words)
    source = rioxarray.open_rasterio(wanted.source)
    assert isinstance(source, xr.DataArray)
    made = source.rio.reproject(
        wanted.crs, transform=wanted.transform, shape=wanted.shape, resampling=Resampling.bilinear,
        num_threads=THREADS, XSCALE=1, YSCALE=1,
    )  # fmt: skip
    made.rio.to_raster(out / "red.tif", driver="COG", compress="DEFLATE", predictor="YES", num_threads="ALL_CPUS")


def by_odc(words: str, out: Path) -> None:
    """`xr_reproject` over dask, then `write_cog`."""
    wanted = Wanted.of(words)
    source = rioxarray.open_rasterio(wanted.source, chunks={"x": 2048, "y": 2048}, lock=False)
    assert isinstance(source, xr.DataArray)
    grid = GeoBox(wanted.shape, wanted.transform, wanted.crs)
    made = xr_reproject(source.squeeze("band", drop=True), grid, resampling="bilinear", dst_nodata=0)
    write_cog(made.compute(), out / "red.tif", overview_resampling="average", nodata=0, num_threads="ALL_CPUS")


def by_vrt(words: str, out: Path) -> None:
    """A WarpedVRT that the COG driver copies."""
    wanted = Wanted.of(words)
    with rasterio.open(wanted.source) as source, WarpedVRT(
        source, crs=wanted.crs, transform=wanted.transform, height=wanted.shape[0], width=wanted.shape[1],
        resampling=Resampling.bilinear, tolerance=1e-4, XSCALE=1, YSCALE=1,
    ) as warped:  # fmt: skip
        to_cog(warped, str(out / "red.tif"), "red")


if __name__ == "__main__":
    run({"rasterio": by_rasterio, "rioxarray": by_rioxarray, "odc": by_odc, "vrt": by_vrt})
