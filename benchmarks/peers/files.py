"""Where the bands of a scene lie, what products are called, and the second step to a COG."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rasterio.shutil import copy as raster_copy

from benchmarks import rules
from benchmarks.items import band_file

BANDS_10 = {"blue": "B02", "green": "B03", "red": "B04", "nir": "B08"}
BANDS_20 = {"nir08": "B8A", "swir16": "B11", "swir22": "B12", "scl": "SCL"}
FILES = {**BANDS_10, **BANDS_20}

NODATA: Mapping[str, int] = {
    **dict.fromkeys(("ndvi", "evi2", "ndmi", "nbr", "floating_algae"), rules.INDEX_NODATA),
    **dict.fromkeys(("turbidity", "suspended_matter"), rules.WATER_NODATA),
    "water_extent": rules.CLASS_NODATA,
}
"""No-data count by product: the eight."""

DTYPES = {"water_extent": "uint8", "turbidity": "uint16", "suspended_matter": "uint16"}
"""Types of the counts, int16 where not named."""


def band_path(scene: str, band: str) -> str:
    """Path of a band, by its common name, of a STAC item or a SAFE."""
    path, name = Path(scene), FILES[band]
    return str(band_file(path, name) if path.suffix == ".SAFE" else path.with_name(f"{name}.tif"))


def overview_of(product: str) -> str:
    """How a product is thinned."""
    return "MODE" if product == "water_extent" else "AVERAGE"


def to_cog(source: Any, target: str, product: str) -> None:
    """GDAL's COG driver with what its page advises for speed and size: all threads, DEFLATE, predictor."""
    raster_copy(
        source, target, driver="COG", COMPRESS="DEFLATE", PREDICTOR="YES", NUM_THREADS="ALL_CPUS",
        OVERVIEW_RESAMPLING=overview_of(product), BIGTIFF="IF_SAFER",
    )  # fmt: skip


Work = Callable[[str, Path], None]


def run(works: Mapping[str, Work]) -> None:
    """Run the workload that the command line names: WORKLOAD SCENE OUT."""
    name, scene, out = sys.argv[1:]
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    works[name](scene, folder)
