"""A file of more than 4 GiB through the writer, checked by others: python -m tests.raster.big [--folder DIR].

By hand, not in `make test`: it takes about 14 GiB of disk and some minutes. Noise of 16 bits, which no codec makes
smaller, comes block by block; each block can be made again from its place, so that nothing is held in memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import tifffile
from numpy.typing import NDArray
from rasterio.windows import Window
from rio_cogeo.cogeo import cog_validate

from rs.core.grid import Block, Grid, Shape, Transform
from rs.core.product import Resampling
from rs.core.slot import sha256_of
from rs.raster.cog import RasterSpec, open_sink
from rs.raster.env import prepare

Array = NDArray[Any]
SIDE, BLOCK, TILE = 50_000, 2048, 512
NODATA = 0
GDAL_CHECK = "osgeo_utils.samples.validate_cloud_optimized_geotiff"


def grid_of(side: int) -> Grid:
    """A square grid of 10 m."""
    return Grid("EPSG:32633", Transform(10.0, 0.0, 300_000.0, 0.0, -10.0, 5_500_000.0), Shape(side, side))


def counts_of(block: Block) -> Array:
    """Noise that depends on the place of a block alone; its upper left corner is no data."""
    counts = np.random.default_rng((block.row, block.col)).integers(1, 2**16, (block.height, block.width), np.uint16)
    counts[:100, :100] = NODATA
    return counts


def written(path: Path, spec: RasterSpec, threads: int) -> tuple[str, str]:
    """Content and file digest of a file to which threads bring blocks."""
    sink = open_sink(f"{path}.part", spec)
    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(lambda block: sink.write(block, counts_of(block)), spec.grid.blocks(BLOCK)):
            pass
    content = sink.finish(str(path), {"minimum": 1.0})
    return content, sink.digest


def half_of(level: Array) -> Array:
    """The overview of a level of an even shape, by floats: noise holds no two pixels that a half would tie."""
    four = np.stack([level[i::2, j::2] for i in (0, 1) for j in (0, 1)]).astype(np.float64)
    valid = four != NODATA
    number = valid.sum(axis=0)
    mean = np.floor(np.where(valid, four, 0).sum(axis=0) / np.maximum(number, 1) + 0.5)
    return np.where(number, mean, NODATA).astype(level.dtype)


def check_pixels(path: Path, spec: RasterSpec) -> int:
    """Blocks at the corners, in the middle and over the 4 GiB line, and their overviews. Gives blocks compared."""
    blocks = list(spec.grid.blocks(BLOCK))
    chosen = [blocks[0], blocks[len(blocks) // 3], blocks[len(blocks) // 2], blocks[-1]]
    with rasterio.open(path) as full, rasterio.open(path, overview_level=0) as first:
        for block in chosen:
            counts = counts_of(block)
            assert (full.read(1, window=Window(block.col, block.row, block.width, block.height)) == counts).all()
            window = Window(block.col // 2, block.row // 2, block.width // 2, block.height // 2)
            assert (first.read(1, window=window) == half_of(counts)).all()
        levels = len(full.overviews(1))
    check_small_levels(path, levels)
    return len(chosen)


def check_small_levels(path: Path, levels: int) -> None:
    """The levels that fit into memory, each of the one below."""
    below: Array | None = None
    for number in range(3, levels):
        with rasterio.open(path, overview_level=number) as dataset:
            level = dataset.read(1)
        if below is not None:
            even = below[: below.shape[0] // 2 * 2, : below.shape[1] // 2 * 2]
            assert (level[: even.shape[0] // 2, : even.shape[1] // 2] == half_of(even)).all()
        below = level


def check_tifffile(path: Path) -> tuple[int, int]:
    """First and last tile of the full level, and the whole of the smallest. Gives the offsets of the first two."""
    with tifffile.TiffFile(path) as file:
        assert file.is_bigtiff == (path.stat().st_size > 2**32)
        page = file.pages[0]
        offsets, sizes = page.dataoffsets, page.databytecounts
        for index in (0, len(offsets) - 1):
            file.filehandle.seek(offsets[index])
            tile, place, _ = page.decode(file.filehandle.read(sizes[index]), index)
            row, col = place[2], place[3]
            corner = row // BLOCK * BLOCK, col // BLOCK * BLOCK
            whole = next(b for b in grid_of(page.shape[0]).blocks(BLOCK) if (b.row, b.col) == corner)
            counts = counts_of(whole)[row - whole.row :, col - whole.col :][:TILE, :TILE]
            assert (tile[0, : counts.shape[0], : counts.shape[1], 0] == counts).all()
        smallest = file.pages[-1].asarray()
        with rasterio.open(path, overview_level=len(file.pages) - 2) as dataset:
            assert (dataset.read(1) == smallest).all()
        return offsets[0], offsets[-1]


def gdal_check(path: Path) -> str:
    """Words of GDAL's own full check, in Debian's Python."""
    words = ["/usr/bin/python3", "-m", GDAL_CHECK, "--full-check=yes", str(path)]
    done = subprocess.run(words, capture_output=True, text=True)
    return f"code {done.returncode}: {' '.join((done.stdout + done.stderr).split()[-40:])}"


def peak() -> float:
    """Most memory that this process held so far [GiB]."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def main() -> int:
    """Write, check, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.raster.big", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, default=None, help="where to work; default: for temporary files")
    parser.add_argument("--side", type=int, default=SIDE, help="rows and columns")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    prepare()
    spec = RasterSpec(grid_of(options.side), "uint16", NODATA, 0.0001, 0.0, "1", "Noise", Resampling.AVERAGE)
    with tempfile.TemporaryDirectory(prefix="rs-big-", dir=options.folder) as base:
        path = Path(base) / "big.tif"
        begun, worked = time.monotonic(), time.process_time()
        content, digest = written(path, spec, options.threads)
        told: dict[str, object] = {
            "pixels": f"{options.side} x {options.side}, {spec.size / 2**30:.2f} GiB", "bytes": path.stat().st_size,
            "seconds": round(time.monotonic() - begun, 1), "cpu_seconds": round(time.process_time() - worked, 1),
            "peak_gib_writing": round(peak(), 2), "header": path.open("rb").read(4).hex(), "content": content,
        }  # fmt: skip
        assert sha256_of(str(path)) == digest
        told["rio_cogeo_strict"] = cog_validate(str(path), strict=True, quiet=True)
        told["gdal_full_check"] = gdal_check(path)
        told["blocks_compared"] = check_pixels(path, spec)
        told["tile_offsets"] = check_tifffile(path)
        with rasterio.open(path) as dataset:
            told["overviews"] = dataset.overviews(1)
    print(json.dumps(told, indent=1))
    return 0 if told["rio_cogeo_strict"] == (True, [], []) and str(told["gdal_full_check"]).startswith("code 0") else 1


if __name__ == "__main__":
    sys.exit(main())
