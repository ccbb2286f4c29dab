"""Arithmetic alone: python -m benchmarks.floors.arithmetic W1|W4 SCENE

Masks with their neighbourhood, formulas, and the means of the first overview, block by block of 1024 px from
memory into buffers that threads keep. `grow` and `mostly` are the loops of `rs.algorithms.neighbourhood`.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
import rasterio
from numpy.typing import NDArray

from benchmarks import rules
from benchmarks.floors import loops
from benchmarks.floors.timing import spread, timed
from benchmarks.peers.files import BANDS_20, FILES, NODATA, band_path
from rs.algorithms import neighbourhood
from rs.readers import _sentinel2_coefficients

SIDE, REACH = 1024, rules.REACH
Arrays = dict[str, NDArray[Any]]
DISK = neighbourhood.disk(REACH)
TABLES = np.stack([rules.SETTLED, rules.LAND_CLASSES]).astype(np.uint8)
UNCLEAR, GROWING = rules.UNCLEAR.astype(np.uint8), rules.GROWING.astype(np.uint8)


def _jit(function: Callable[..., None]) -> Any:
    return numba.njit(nogil=True, error_model="numpy")(function)


widen, lookup, kinds, allow, ratio, evi2, extent, matter, algae, mean2 = (
    _jit(f) for f in (loops.widen, loops.lookup, loops.kinds, loops.allow, loops.ratio, loops.evi2, loops.extent,
                      loops.matter, loops.algae, loops.mean2)
)  # fmt: skip
BIT = np.uint8(1)
grow, mostly = _jit(neighbourhood.grow), _jit(neighbourhood.mostly)


class Buffers(threading.local):
    """Arrays that a thread keeps, by name and shape."""

    def __init__(self) -> None:
        self.held: dict[Any, NDArray[Any]] = {}

    def of(self, name: str, shape: tuple[int, ...], dtype: Any) -> NDArray[Any]:
        """An array with whatever it held before."""
        key = (name, shape)
        if key not in self.held:
            self.held[key] = np.empty(shape, dtype)
        return self.held[key]


def read(scene: str, bands: tuple[str, ...]) -> list[Arrays]:
    """Blocks of all bands, those of the masks with a margin, in the pixels of the files."""
    whole = {}
    for name in bands:
        with rasterio.open(band_path(scene, name)) as source:
            whole[name] = source.read(1)
    rows, cols = whole["red"].shape
    blocks = []
    for row in range(0, rows, SIDE):
        for col in range(0, cols, SIDE):
            block = {}
            for name, band in whole.items():
                step = 2 if name in BANDS_20 else 1
                margin = REACH if name in ("scl", "green", "blue", "swir16") else 0
                top, left = max(0, row - margin) // step, max(0, col - margin) // step
                bottom, right = (row + SIDE + margin) // step, (col + SIDE + margin) // step
                block[name] = np.ascontiguousarray(band[top:bottom, left:right])
            block["place"] = np.array([min(row, REACH), min(col, REACH)])
            blocks.append(block)
    return blocks


def _mask(block: Arrays, buffers: Buffers, full: bool) -> NDArray[np.uint8]:
    """Bits of what may see a pixel, on the block without its margin."""
    coarse = block["scl"]
    shape = (coarse.shape[0] * 2, coarse.shape[1] * 2)

    def u8(name: str) -> NDArray[Any]:
        return buffers.of(name, shape, np.uint8)

    scl, growing, near, unclear = map(u8, ("scl", "growing", "near", "unclear"))
    water, land, amid, ok = map(u8, ("water", "land", "amid", "ok"))
    widen(coarse, scl)
    lookup(scl, GROWING, growing)
    lookup(scl, UNCLEAR, unclear)
    if growing.any():
        grow(growing, BIT, DISK, near)
    else:
        near[:] = 0
    if full:
        swir16 = buffers.of("swir16+", shape, np.uint16)
        widen(block["swir16"], swir16)
        kinds(scl, block["green"], block["blue"], swir16, TABLES, water, land)
        mostly(water, BIT, REACH, amid)
    else:
        water[:] = land[:] = amid[:] = 0
    allow(near, unclear, water, land, amid, ok)
    return _inner(ok, block, block["red"].shape, buffers)


def _inner(wide: NDArray[Any], block: Arrays, shape: tuple[int, ...], buffers: Buffers) -> NDArray[Any]:
    top, left = block["place"]
    out = buffers.of(f"inner{id(wide)}", shape, wide.dtype)
    out[:] = wide[top : top + shape[0], left : left + shape[1]]
    return out


def _overview(name: str, pixels: NDArray[Any], buffers: Buffers) -> None:
    shape = (-(-pixels.shape[0] // 2), -(-pixels.shape[1] // 2))
    mean2(pixels, NODATA[name], buffers.of(f"{name}/2", shape, pixels.dtype))


def _ndvi(block: Arrays, buffers: Buffers) -> None:
    ok = _mask(block, buffers, full=False)
    out = buffers.of("ndvi", ok.shape, np.int16)
    ratio(block["nir"], block["red"], ok, 1, out)
    _overview("ndvi", out, buffers)


def eight(block: Arrays, buffers: Buffers) -> Arrays:
    """The eight products of a block, in buffers of the thread, and the first overview of each."""
    ok, red, nir = _mask(block, buffers, full=True), block["red"], block["nir"]
    fine, half = ok.shape, block["nir08"].shape
    out = {name: buffers.of(name, half if name in ("ndmi", "nbr") else fine, _dtype(name)) for name in NODATA}
    wide = {name: buffers.of(f"{name}*", fine, np.uint16) for name in ("nir08", "swir22")}
    for name, array in wide.items():
        widen(block[name], array)
    swir16 = _inner(buffers.of("swir16+", (block["scl"].shape[0] * 2, block["scl"].shape[1] * 2), np.uint16),
                    block, fine, buffers)  # fmt: skip
    green = _inner(block["green"], block, fine, buffers)
    inner20 = block["swir16"][block["place"][0] // 2 :, block["place"][1] // 2 :][: half[0], : half[1]]
    ratio(nir, red, ok, 1, out["ndvi"])
    evi2(red, nir, ok, out["evi2"])
    ratio(block["nir08"], np.ascontiguousarray(inner20), ok, 2, out["ndmi"])
    ratio(block["nir08"], block["swir22"], ok, 2, out["nbr"])
    extent(green, swir16, ok, out["water_extent"])
    c = _sentinel2_coefficients.COEFFICIENTS["sentinel-2b"]
    for name, low, high, top in (("turbidity", 0.05, 0.07, 1000.0), ("suspended_matter", 0.08, 0.12, 3000.0)):
        numbers = [*(c[name][key] for key in ("red_a", "red_c", "nir_a", "nir_c")), low, high, top]
        table = np.array(numbers, np.float32)
        matter(red, wide["nir08"], wide["swir22"], ok, table, name == "suspended_matter", out[name])
    line = c["floating_algae"]
    slope = (line["nir_nm"] - line["red_nm"]) / (line["swir_nm"] - line["red_nm"])
    algae(red, wide["nir08"], swir16, ok, slope, out["floating_algae"])
    for name, pixels in out.items():
        _overview(name, pixels, buffers)
    return out


def _dtype(name: str) -> str:
    from benchmarks.peers.files import DTYPES

    return DTYPES.get(name, "int16")


def main(work: str, scene: str) -> None:
    """Time the arithmetic of a workload."""
    recipe, bands = (_ndvi, ("red", "nir", "scl")) if work == "W1" else (eight, tuple(FILES))
    blocks, buffers = read(scene, bands), Buffers()
    recipe(blocks[0], buffers)
    timed(lambda: spread(lambda block: recipe(block, buffers), blocks))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
