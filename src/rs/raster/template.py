"""The tags that say what pixels are - place, calibration, names, colours - as GDAL itself writes them."""

from __future__ import annotations

from collections.abc import Mapping

from rasterio.io import MemoryFile
from rasterio.transform import Affine

from rs.raster.quiet import quiet
from rs.raster.spec import RasterSpec
from rs.raster.tiff import Value, first_directory


def template(spec: RasterSpec, statistics: Mapping[str, float]) -> dict[int, Value]:
    """Tags of an empty GeoTIFF of this kind: nobody knows the keys of a coordinate system better than GDAL.

    Of one pixel, whatever the grid: none of the tags that are taken over depends on the size, and GDAL refuses a
    classic TIFF of more than 4 GiB even if it stays empty.
    """
    grid = spec.grid
    with quiet(), MemoryFile() as memory:
        with memory.open(
            driver="GTiff", width=1, height=1, count=1, dtype=spec.dtype, crs=grid.crs,
            transform=Affine(*grid.transform), nodata=spec.nodata, tiled=True, blockxsize=512, blockysize=512,
            SPARSE_OK="TRUE", BIGTIFF="NO",
        ) as dataset:  # fmt: skip
            describe(dataset, spec, statistics)
        return first_directory(memory.read())


def describe(dataset: object, spec: RasterSpec, statistics: Mapping[str, float]) -> None:
    """Write calibration, names, colours, tags and statistics into an open dataset of rasterio."""
    from rasterio.io import DatasetWriter

    assert isinstance(dataset, DatasetWriter)
    if spec.colours:
        dataset.write_colormap(1, dict(spec.colours))
    dataset.scales, dataset.offsets = (spec.scale,), (spec.offset,)
    if spec.unit:
        dataset.units = (spec.unit,)
    dataset.set_band_description(1, spec.description)
    dataset.update_tags(OVR_RESAMPLING_ALG=spec.overviews.value.upper(), **(spec.tags or {}))
    dataset.update_tags(1, **{f"STATISTICS_{name.upper()}": f"{v:.12g}" for name, v in statistics.items()})
