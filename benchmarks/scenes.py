"""Scenes of the benchmarks: made once by a deterministic script, kept in a folder named by what made them.

All show the coast of `rs.testing` (land, river, turbid and clear sea, clouds with shadows, cirrus, a wedge
without data) under texture. The SAFE has the provider's JPEG 2000 tiling (lossless; 10 m: 1024 px, 20 m:
640 px) and the masks of every band. The STAC item has the same counts as GeoTIFF in tiles of 1024 px,
DEFLATE with predictor 2, without overviews: as public archives serve Sentinel-2, less the overviews.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import rasterio
from pyproj import Transformer
from rasterio.shutil import copy as raster_copy

from benchmarks import texture
from rs import testing
from rs.testing.spec import MSI, QUANTIFICATION, SafeSpec

FULL, HALF, QUICK, TINY = 10_980, 4_092, 2_046, 516
"""Sides of scenes [px of 10 m]: the tile of the provider, a middling one, one for a quick look, one to warm up."""

BANDS = ("B02", "B03", "B04", "B08", "B8A", "B11", "B12", "SCL")
"""Bands of the item with everything that the eight products and their masks need."""

NDVI_BANDS = ("B04", "B08", "SCL")
"""Bands of an item as one fetches it for one index."""


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of scenes. Names hold a digest of what made them: changed code makes new scenes."""

    root: Path

    def _kept(self, name: str, make: Callable[[Path], None]) -> Path:
        folder = self.root / f"{name}-{_digest()}"
        if not folder.exists():
            part = folder.with_name(f"{folder.name}.part{os.getpid()}")
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir(parents=True)
            make(part)
            part.rename(folder)
        return folder

    def safe(self, size: int) -> Path:
        """A Sentinel-2 L2A product folder (.SAFE) of `size` px a side."""
        spec = SafeSpec(size=size)

        def make(folder: Path) -> None:
            testing.write_safe(folder, texture.textured(testing.coast(spec.extent)), spec)

        return next(self._kept(f"safe{size}", make).glob("*.SAFE"))

    def item(self, size: int, bands: tuple[str, ...] = BANDS) -> Path:
        """A STAC item beside GeoTIFFs of the bands of the SAFE of that size: the path of its JSON file."""
        source = self.safe(size)
        names = "all" if bands == BANDS else "-".join(bands)

        def make(folder: Path) -> None:
            paths = {name: _tif(source, name, folder) for name in bands}
            item = _item(SafeSpec(size=size), paths)
            (folder / "item.json").write_text(json.dumps(item, indent=1), encoding="utf-8")

        return self._kept(f"item{size}-{names}", make) / "item.json"


def _digest() -> str:
    folder = Path(testing.__file__).parent
    sources = [*sorted(folder.glob("*.py")), Path(texture.__file__), Path(__file__)]
    parts = [path.read_bytes() for path in sources]
    parts += [f"{name} {version(name)}".encode() for name in ("numpy", "rasterio")]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:10]


def band_file(safe: Path, name: str) -> Path:
    """The image of a band at its own pixel size in a product folder."""
    pixel = 20 if name == "SCL" else MSI[name].pixel
    return next(safe.glob(f"GRANULE/*/IMG_DATA/R{pixel}m/*_{name}_{pixel}m.jp2"))


def _tif(safe: Path, name: str, folder: Path) -> Path:
    target = folder / f"{name}.tif"
    options = {"TILED": "YES", "BLOCKXSIZE": "1024", "BLOCKYSIZE": "1024", "COMPRESS": "DEFLATE", "PREDICTOR": "2"}
    with rasterio.Env(GDAL_CACHEMAX=1024):
        raster_copy(str(band_file(safe, name)), str(target), driver="GTiff", NUM_THREADS="ALL_CPUS", **options)
    with rasterio.open(target, "r+") as out:
        out.nodata = 0
    return target


def _item(spec: SafeSpec, paths: dict[str, Path]) -> dict[str, Any]:
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
    pixel = 20 if name == "SCL" else MSI[name].pixel
    grid = spec.grid(pixel)
    asset: dict[str, Any] = {
        "href": f"./{path.name}",
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
