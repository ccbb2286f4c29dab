"""Small scenes for tests: GeoTIFFs and STAC items of given reflectances, written into a folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.transform import Affine

from rs.core.bands import Band
from rs.core.grid import Grid, Shape, Transform
from rs.raster.footprint import bbox_of, grid_footprint

Array = NDArray[Any]
Change = Callable[[dict[str, Any]], object]

SCALE = 0.0001
WHEN = "2023-08-15T09:57:57Z"


def grid_of(
    rows: int,
    cols: int,
    pixel: float = 10.0,
    *,
    crs: str = "EPSG:32633",
    left: float = 500_000.0,
    top: float = 5_200_000.0,
) -> Grid:
    """A north-up grid of square pixels."""
    return Grid(crs, Transform(pixel, 0.0, left, 0.0, -pixel, top), Shape(rows, cols))


def write_tif(path: Path, pixels: Array, grid: Grid | None, **profile: Any) -> Path:
    """A GeoTIFF of [rows, cols] or [bands, rows, cols] pixels; no georeference where grid is None."""
    stack = pixels if pixels.ndim == 3 else pixels[None]
    place = {} if grid is None else {"crs": grid.crs, "transform": Affine(*grid.transform)}
    count, rows, cols = stack.shape
    driver = profile.pop("driver", "GTiff")
    with rasterio.open(
        path, "w", driver=driver, width=cols, height=rows, count=count, dtype=stack.dtype, **place, **profile
    ) as out:
        out.write(stack)
    return path


def counts_of(reflectance: Array, offset: float = 0.0) -> NDArray[np.uint16]:
    """16-bit counts of reflectance [1] at 1e-4 a count; 0, the no-data count, where it is NaN."""
    counts = np.rint((np.asarray(reflectance, float) - offset) / SCALE)
    return np.where(np.isfinite(counts), np.clip(counts, 1, 65535), 0).astype(np.uint16)


def item_of(grid: Grid, assets: Mapping[str, Any], *, name: str = "made_scene", **properties: Any) -> dict[str, Any]:
    """A STAC 1.1 item on a grid; a property that is None is left out."""
    footprint = grid_footprint(grid)
    stated = {
        "datetime": WHEN, "platform": "sentinel-2a", "constellation": "sentinel-2", "processing:level": "L2A",
        "license": "other", "proj:code": grid.crs, "proj:shape": list(grid.shape),
        "proj:transform": list(grid.transform), **properties,
    }  # fmt: skip
    return {
        "type": "Feature", "stac_version": "1.1.0", "stac_extensions": [], "id": name, "geometry": footprint,
        "bbox": bbox_of(footprint), "properties": {k: v for k, v in stated.items() if v is not None},
        "links": [], "assets": dict(assets),
    }  # fmt: skip


def band_asset(href: str, band: str, *, scale: float | None = SCALE, offset: float | None = 0.0) -> dict[str, Any]:
    """An asset with one band; scale and offset are left out where None."""
    stated = {"raster:scale": scale, "raster:offset": offset, "nodata": 0}
    kept = {k: v for k, v in stated.items() if v is not None}
    return {"href": href, "roles": ["data"], "bands": [{"name": band, "eo:common_name": band, **kept}]}


def save_item(folder: Path, item: Mapping[str, Any], name: str = "item.json") -> Path:
    """Write an item into a folder; gives the folder."""
    (folder / name).write_text(json.dumps(item), encoding="utf-8")
    return folder


def read_item(folder: Path, name: str = "item.json") -> dict[str, Any]:
    """The item of a folder."""
    item: dict[str, Any] = json.loads((folder / name).read_text(encoding="utf-8"))
    return item


def write_item(
    folder: Path,
    reflectance: Mapping[Band, Array],
    *,
    scl: Array | None = None,
    grid: Grid | None = None,
    claimed: float = 0.0,
    applied: float | None = None,
    **properties: Any,
) -> Path:
    """A folder with one GeoTIFF a band, SCL if given, and a STAC 1.1 item. Gives the folder.

    claimed: offset that the item states. applied: offset that the counts really bear, the same
    unless given. NaN becomes the no-data count.
    """
    folder.mkdir(parents=True, exist_ok=True)
    first = next(iter(reflectance.values()))
    grid = grid or grid_of(*np.shape(first))
    assets = {}
    for band, values in reflectance.items():
        counts = counts_of(values, claimed if applied is None else applied)
        write_tif(folder / f"{band.value}.tif", counts, grid, nodata=0)
        assets[band.value] = band_asset(f"{band.value}.tif", band.value, offset=claimed)
    if scl is not None:
        write_tif(folder / "SCL.tif", np.asarray(scl, np.uint8), grid, nodata=0)
        assets["scl"] = {"href": "SCL.tif", "roles": ["data"]}
    return save_item(folder, item_of(grid, assets, **properties))


def stated(**properties: Any) -> Change:
    """A change of an item's properties, colons written as two underscores; None removes one."""

    def change(item: dict[str, Any]) -> None:
        merged = {**item["properties"], **{k.replace("__", ":"): v for k, v in properties.items()}}
        item["properties"] = {k: v for k, v in merged.items() if v is not None}

    return change
