"""Masks of the bands of a Sentinel-2 granule: flaws and detectors, rasters since baseline 04.00, polygons before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rasterio.transform import Affine

from rs.core.grid import Block, Grid
from rs.testing.rasters import BLOCK, Layer, write_jp2
from rs.testing.safe_masks import Mask, feature, features_of, mask_gml
from rs.testing.safe_names import Names
from rs.testing.spec import MSI, TILES, SafeSpec
from rs.testing.world import Classes, World, places

POLYGONS = {
    "DEFECT": {"QT_DEFECTIVE_PIXELS": 16},
    "NODATA": {"QT_NODATA_PIXELS": 32, "QT_PARTIALLY_CORRECTED_PIXELS": 64},
    "SATURA": {"QT_SATURATED_PIXELS_L1A": 128},
    "TECQUA": {"ANC_LOST": 1, "ANC_DEG": 2, "MSI_LOST": 4, "MSI_DEG": 8},
}
"""Masks before baseline 04.00: kinds of areas with the bit that MSK_QUALIT has for them since."""

DETECTORS = (7, 8)
"""Detectors that see the left and the right half of a tile."""

Bits = Callable[[Block], Classes]


def write_flaws(root: Path, world: World, spec: SafeSpec) -> Iterator[Mask]:
    """Write the masks of every band, B10 included in Level 2A too, as the provider does."""
    write = _rasters if spec.states_offset else _polygons
    for pixel in TILES:
        yield from write(root, world, spec, pixel)


def _bits(world: World, grid: Grid, name: str, block: Block) -> Classes:
    return world.flaws_of(MSI[name].band, *places(grid, block))


def _rasters(root: Path, world: World, spec: SafeSpec, pixel: int) -> Iterator[Mask]:
    names, grid = Names(spec), spec.grid(pixel)
    layers = []
    for name in (name for name, band in MSI.items() if band.pixel == pixel):
        flaws = partial(_planes, partial(_bits, world, grid, name))
        for kind, make, count in (("DETFOO", partial(_detector, grid), 1), ("QUALIT", flaws, 8)):
            path = f"{names.mask(kind, name)}.jp2"
            layers.append(Layer(str(root / path), "uint8", make, count))
            yield Mask(f"MSK_{kind}", path, str(MSI[name].number))
    write_jp2(layers, grid, tile=TILES[pixel])


def _planes(bits: Bits, block: Block) -> NDArray[np.uint8]:
    """Bands of MSK_QUALIT [8, rows, cols], one a bit."""
    return np.stack([(bits(block) >> k) & 1 for k in range(8)]).astype(np.uint8)


def _detector(grid: Grid, block: Block) -> Classes:
    left = np.arange(block.col, block.col + block.width) < grid.shape.cols // 2
    return np.tile(np.where(left, *DETECTORS).astype(np.uint8), (block.height, 1))


def _polygons(root: Path, world: World, spec: SafeSpec, pixel: int) -> Iterator[Mask]:
    names, grid = Names(spec), spec.grid(pixel)
    for name in (name for name, band in MSI.items() if band.pixel == pixel):
        areas = _areas(partial(_bits, world, grid, name), grid)
        for kind, features in {**areas, "DETFOO": _footprints(grid, name)}.items():
            path = f"{names.mask(kind, name)}.gml"
            (root / path).write_text(mask_gml(features, grid, Path(path).stem), encoding="utf-8")
            yield Mask(f"MSK_{kind}", path, str(MSI[name].number))


def _areas(bits: Bits, grid: Grid) -> dict[str, list[str]]:
    """Areas by mask; they end at the edges of blocks, so that memory holds one block."""
    found: dict[str, list[str]] = {kind: [] for kind in POLYGONS}
    place = Affine(*grid.transform)
    for block in grid.blocks(BLOCK):
        flaws, corner = bits(block), place * Affine.translation(block.col, block.row)
        for mask, kinds in POLYGONS.items():
            for kind, bit in kinds.items():
                if (flaws & bit).any():
                    found[mask] += features_of((flaws & bit) != 0, corner, kind, len(found[mask]))
    return found


def _footprints(grid: Grid, name: str) -> list[str]:
    left, bottom, right, top = grid.bounds
    middle = left + grid.transform.a * (grid.shape.cols // 2)
    found = []
    for k, (detector, west, east) in enumerate(zip(DETECTORS, (left, middle), (middle, right), strict=True)):
        ring = [(west, top), (east, top), (east, bottom), (west, bottom), (west, top)]
        found.append(feature(f"detector_footprint-{name}-{detector:02d}-{k}", "DETECTOR_FOOTPRINT", [ring]))
    return found
