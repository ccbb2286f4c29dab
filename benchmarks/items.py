"""Making an item: bands of a SAFE as GeoTIFF, and the JSON that describes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import rasterio
from numpy.typing import NDArray
from pyproj import Transformer
from rasterio.shutil import copy as raster_copy

from rs.core.grid import Block
from rs.testing.rasters import write_tif as write_counts
from rs.testing.safe import SATURATED
from rs.testing.spec import MSI, QUANTIFICATION, SafeSpec
from rs.testing.world import World, counts_of, places

OPTIONS = {"TILED": "YES", "BLOCKXSIZE": "1024", "BLOCKYSIZE": "1024", "COMPRESS": "DEFLATE", "PREDICTOR": "2"}


def band_file(safe: Path, name: str) -> Path:
    """The image of a band at its own pixel size in a product folder."""
    return next(safe.glob(f"GRANULE/*/IMG_DATA/R{pixel_of(name)}m/*_{name}_{pixel_of(name)}m.jp2"))


def pixel_of(name: str) -> int:
    """Pixel size of a band [m]."""
    return 20 if name == "SCL" else MSI[name].pixel


def write_tif(safe: Path, name: str, target: Path) -> None:
    """A band of a SAFE as GeoTIFF: the same counts, tiles of 1024 px, DEFLATE, predictor 2, no-data 0."""
    with rasterio.Env(GDAL_CACHEMAX=1024):
        raster_copy(str(band_file(safe, name)), str(target), driver="GTiff", NUM_THREADS="ALL_CPUS", **OPTIONS)
    with rasterio.open(target, "r+") as out:
        out.nodata = 0


def write_band(world: World, spec: SafeSpec, name: str, target: Path) -> None:
    """A band of a world as such a GeoTIFF, without a SAFE."""
    grid = spec.grid(pixel_of(name))

    def counts(block: Block) -> NDArray[Any]:
        x, y = places(grid, block)
        if name == "SCL":
            return world.classes(x, y)
        values = world.values(MSI[name].band, x, y)
        return counts_of(values, 1.0 / QUANTIFICATION, spec.counts_offset / QUANTIFICATION, SATURATED)

    profile = {"blockxsize": 1024, "blockysize": 1024, "predictor": 2, "nodata": 0}
    write_counts(str(target), grid, "uint8" if name == "SCL" else "uint16", counts, **profile)


def item_body(spec: SafeSpec, paths: dict[str, Path]) -> dict[str, Any]:
    """A STAC item of the bands at the paths, by their names on Sentinel-2."""
    ring = _ring(spec)
    lons, lats = [p[0] for p in ring], [p[1] for p in ring]
    epsg = int(spec.grid(10).crs.removeprefix("EPSG:"))
    return {
        "type": "Feature",
        "stac_version": "1.0.0",
        "stac_extensions": [
            "https://stac-extensions.github.io/eo/v1.1.0/schema.json",
            "https://stac-extensions.github.io/raster/v1.1.0/schema.json",
            "https://stac-extensions.github.io/projection/v1.1.0/schema.json",
        ],
        "id": f"{spec.ship}_{spec.tile}_{spec.sensed:%Y%m%d}_0_L2A",
        "collection": "sentinel-2-l2a",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "bbox": [min(lons), min(lats), max(lons), max(lats)],
        "properties": {
            "datetime": f"{spec.sensed:%Y-%m-%dT%H:%M:%SZ}",
            "platform": spec.platform,
            "constellation": "sentinel-2",
            "instruments": ["msi"],
            "processing:level": "L2A",
            "s2:processing_baseline": spec.baseline,
            "grid:code": f"MGRS-{spec.tile}",
            "proj:epsg": epsg,
            "proj:code": f"EPSG:{epsg}",
            "view:sun_elevation": 90.0 - spec.sun[0],
            "view:sun_azimuth": spec.sun[1],
            "view:off_nadir": spec.view[0],
            "view:azimuth": spec.view[1],
        },
        "links": [],
        "assets": {_key(name): _asset(spec, name, path) for name, path in paths.items()},
    }


def _key(name: str) -> str:
    return "scl" if name == "SCL" else MSI[name].band.value


def _asset(spec: SafeSpec, name: str, path: Path) -> dict[str, Any]:
    pixel = pixel_of(name)
    grid = spec.grid(pixel)
    asset: dict[str, Any] = {
        "href": str(path) if path.is_absolute() else f"./{path}",
        "type": "image/tiff; application=geotiff",
        "roles": ["data"],
        "proj:shape": list(grid.shape),
        "proj:transform": [*grid.transform, 0.0, 0.0, 1.0],
    }
    raster: dict[str, Any] = {"nodata": 0, "spatial_resolution": pixel, "data_type": "uint8"}
    if name != "SCL":
        band = MSI[name]
        raster |= {
            "data_type": "uint16", "scale": 1.0 / QUANTIFICATION, "offset": spec.counts_offset / QUANTIFICATION
        }  # fmt: skip
        asset["eo:bands"] = [{"name": name, "common_name": band.band.value, "center_wavelength": band.centre / 1000.0}]
    asset["raster:bands"] = [raster]
    return asset


def _ring(spec: SafeSpec) -> list[list[float]]:
    grid = spec.grid(10)
    left, bottom, right, top = grid.bounds
    turn = Transformer.from_crs(grid.crs, "EPSG:4326", always_xy=True).transform
    corners = [(left, top), (left, bottom), (right, bottom), (right, top), (left, top)]
    return [list(turn(x, y)) for x, y in corners]
