"""Writing Landsat folders: Collection 2 Level 1 and 2, and Level 1 as it was before, from known values."""

from __future__ import annotations

import math
import os
import tarfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rs.core.bands import Band
from rs.core.grid import Block, Grid
from rs.testing.landsat_flags import bqa_of, qa_pixel_of, radsat_of
from rs.testing.landsat_mtl import write_mtl
from rs.testing.landsat_spec import (
    RADIANCE,
    SR_OFFSET,
    SR_SCALE,
    ST_OFFSET,
    ST_QA_FILL,
    ST_QA_SCALE,
    ST_SCALE,
    LandsatSpec,
)
from rs.testing.rasters import Make, write_tif
from rs.testing.world import Floats, World, counts_of, places

File = tuple[str, Grid, str, Make]
"""End of the name, grid, dtype, and what makes the counts."""

EPOCH = 1_435_017_600
"""Time of the members of archives [s]: the same product gives the same bytes."""


def write_landsat(folder: str | os.PathLike[str], world: World, spec: LandsatSpec) -> Path:
    """Write a folder with its MTL below `folder`; gives its path. The same input gives the same bytes.

    Level 1: reflectance at the top of the atmosphere = (M * count + A) / sin(sun elevation). Counts are
    the nearest ones.
    """
    root = Path(folder) / spec.product
    root.mkdir(parents=True, exist_ok=True)
    files: dict[str, str] = {}
    for key, (suffix, grid, dtype, make) in _layers(world, spec).items():
        files[key] = f"{spec.product}_{suffix}.TIF"
        nodata = ST_QA_FILL if suffix == "ST_QA" else 0 if suffix.startswith(("SR_", "ST_", "B")) else None
        write_tif(str(root / files[key]), grid, dtype, make, nodata=nodata)
    write_mtl(root, spec, files)
    return root


def _layers(world: World, spec: LandsatSpec) -> dict[str, File]:
    """Files by their MTL tag."""
    found: dict[str, File] = {}
    dtype = "uint8" if spec.level == "L1" and spec.satellite.highest == 255 else "uint16"
    for number, band in spec.satellite.bands.items():
        if spec.level == "L1":
            found[f"FILE_NAME_BAND_{number}"] = (f"B{number}", spec.grid(band), dtype, _level_1(world, spec, number))
        elif band not in (Band.PAN, Band.CIRRUS, Band.THERMAL):
            make = partial(_values, world, spec, band, SR_SCALE, SR_OFFSET)
            found[f"FILE_NAME_BAND_{number}"] = (f"SR_B{number}", spec.grid(band), dtype, make)
    found.update(_temperature(world, spec) if spec.level == "L2" else {})
    found.update(_flags(world, spec))
    if spec.level == "L1" and spec.collection == 2:
        found.update(_angles(spec))
    return found


def _level_1(world: World, spec: LandsatSpec, number: str) -> Make:
    satellite, band = spec.satellite, spec.satellite.bands[number]
    if band is not Band.THERMAL:
        sine = math.sin(math.radians(spec.sun[0]))
        return partial(_values, world, spec, band, satellite.mult / sine, satellite.add / sine)
    k1, k2 = satellite.constants[number]
    scale, offset = RADIANCE[satellite.highest]

    def radiance(block: Block) -> NDArray[np.uint16]:
        kelvin = world.values(band, *places(spec.grid(band), block))
        return counts_of(k1 / np.expm1(k2 / kelvin), scale, offset, satellite.highest)

    return radiance


def _values(
    world: World, spec: LandsatSpec, band: Band, scale: float, offset: float, block: Block
) -> NDArray[np.uint16]:
    highest = spec.satellite.highest if spec.level == "L1" else 65_535
    return counts_of(world.values(band, *places(spec.grid(band), block)), scale, offset, highest)


def _temperature(world: World, spec: LandsatSpec) -> Iterator[tuple[str, File]]:
    thermal, grid = spec.satellite.thermal, spec.grid(Band.RED)
    make = partial(_values, world, spec, Band.THERMAL, ST_SCALE, ST_OFFSET)
    yield f"FILE_NAME_BAND_{thermal}", (thermal, grid, "uint16", make)

    def uncertainty(block: Block) -> NDArray[np.int16]:
        kelvin = world.values(Band.THERMAL_UNCERTAINTY, *places(grid, block))
        return np.where(np.isnan(kelvin), ST_QA_FILL, np.rint(np.nan_to_num(kelvin) / ST_QA_SCALE)).astype(np.int16)

    yield "FILE_NAME_QUALITY_L2_SURFACE_TEMPERATURE", ("ST_QA", grid, "int16", uncertainty)


def _flags(world: World, spec: LandsatSpec) -> Iterator[tuple[str, File]]:
    grid = spec.grid(Band.RED)

    def classes(block: Block) -> NDArray[np.uint8]:
        return world.classes(*places(grid, block))

    if spec.collection < 2:
        yield "FILE_NAME_BAND_QUALITY", ("BQA", grid, "uint16", lambda b: bqa_of(classes(b), spec.collection))
        return

    def saturated(block: Block) -> NDArray[np.uint16]:
        x, y = places(grid, block)
        bands = {number: band for number, band in spec.satellite.bands.items() if number.isdigit() and int(number) < 8}
        values: dict[int, Floats] = {int(n): world.values(band, x, y) for n, band in bands.items()}
        return radsat_of(values)

    yield "FILE_NAME_QUALITY_L1_PIXEL", ("QA_PIXEL", grid, "uint16", lambda b: qa_pixel_of(classes(b)))
    yield "FILE_NAME_QUALITY_L1_RADIOMETRIC_SATURATION", ("QA_RADSAT", grid, "uint16", saturated)


def _angles(spec: LandsatSpec) -> Iterator[tuple[str, File]]:
    """Angles by pixel [0.01 degree]."""
    grid = spec.grid(Band.RED)
    stated = {
        "SOLAR_ZENITH": ("SZA", 90.0 - spec.sun[0]), "SOLAR_AZIMUTH": ("SAA", spec.sun[1]),
        "SENSOR_ZENITH": ("VZA", 3.5), "SENSOR_AZIMUTH": ("VAA", -76.0),
    }  # fmt: skip
    for name, (suffix, degrees) in stated.items():

        def make(block: Block, degrees: float = degrees) -> NDArray[np.int16]:
            return np.full((block.height, block.width), round(degrees * 100), np.int16)

        yield f"FILE_NAME_ANGLE_{name}_BAND_4", (suffix, grid, "int16", make)


def tar_product(product: str | os.PathLike[str], target: str | os.PathLike[str]) -> Path:
    """A product folder as the tar that USGS delivers: not compressed, names without folder, equal for equal input."""
    with tarfile.open(target, "w", format=tarfile.GNU_FORMAT) as archive:
        for path in sorted(Path(product).iterdir()):
            info = tarfile.TarInfo(path.name)
            info.size, info.mtime = path.stat().st_size, EPOCH
            with path.open("rb") as source:
                archive.addfile(info, source)
    return Path(target)
