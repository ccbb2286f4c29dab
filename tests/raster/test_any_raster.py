"""Rasters of 1 to 3000 px a side, every data type, every pattern of no data: one file, whatever the way to it."""

from __future__ import annotations

import random
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import tifffile
from cogs import complaints, shapes_of
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pyramids import PATTERNS, Made, cut, level_above, made
from scenes import grid_of

from rs.core.grid import Block
from rs.core.product import Resampling
from rs.core.slot import sha256_of
from rs.raster.cog import RasterSpec, content_digest, open_sink

Array = NDArray[Any]
LONGEST, MOST = 3000, 2**21
"""Longest side and most pixels of a drawn raster: long ones are narrow; two large ones are examples."""
DTYPES = ("uint8", "int16", "uint16", "int32", "float32")
METHODS = st.sampled_from([Resampling.AVERAGE, Resampling.MODE, Resampling.NEAREST])
SPANS = st.sampled_from([None, 1, 2, 9])
SEEDS = st.integers(0, 10**6)
BASE = RasterSpec(grid_of(8, 8), "int16", -32768, 0.0001, 0.0, "1", "A layer", Resampling.AVERAGE)


@st.composite
def shapes(draw: st.DrawFn) -> tuple[int, int]:
    """Rows and columns, near the sides of tiles more often than not."""
    sides = st.one_of(st.integers(1, LONGEST), st.sampled_from([1, 2, 511, 512, 513, 1023, 1025, 1537, 2049, LONGEST]))
    long = draw(sides)
    short = min(draw(sides), max(1, MOST // long))
    return draw(st.sampled_from([(long, short), (short, long)]))


def spec_of(raster: Made, method: Resampling) -> RasterSpec:
    """What is said of a made raster."""
    counts = raster.counts
    return replace(
        BASE, grid=grid_of(*counts.shape), dtype=counts.dtype.name, nodata=raster.nodata, overviews=method
    )  # fmt: skip


def store(path: Path, spec: RasterSpec, counts: Array, blocks: list[Block], threads: int) -> tuple[str, str]:
    """Content and file digest. A block's buffer belongs to the caller: it is overwritten as soon as it is stored."""
    sink = open_sink(f"{path}.part", spec)

    def bring(block: Block) -> None:
        buffer = np.array(counts[block.row : block.row + block.height, block.col : block.col + block.width])
        sink.write(block, buffer)
        buffer.fill(77)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(bring, blocks))
    content = sink.finish(str(path), {"minimum": 1.0})
    assert sink.digest == sha256_of(str(path))
    return content, sink.digest


def levels(path: Path) -> list[Array]:
    """All levels, the full one first, as GDAL decodes them; tifffile decodes the same.

    Of floats tifffile needs a library of codecs more.
    """
    found = []
    for level in range(len(shapes_of(path))):
        with rasterio.open(path, **({"overview_level": level - 1} if level else {})) as dataset:
            found.append(dataset.read(1))
    is_float = found[0].dtype.kind == "f"
    with tifffile.TiffFile(path) as file:
        assert [page.shape for page in file.pages] == [level.shape for level in found]
        for page, level in [] if is_float else zip(file.pages, found, strict=True):
            np.testing.assert_array_equal(page.asarray(), level, strict=True)
    return found


def assert_levels(path: Path, raster: Made, method: Resampling) -> None:
    """Every level is the reference made from the one below, down to one tile."""
    found, expected = levels(path), raster.counts
    np.testing.assert_array_equal(found[0], expected, strict=True)
    for level in found[1:]:
        assert max(expected.shape) > 512
        expected = level_above(expected, method, raster.nodata)
        np.testing.assert_array_equal(level, expected, strict=True)
    assert max(expected.shape) <= 512


@given(shapes(), st.sampled_from(DTYPES), st.sampled_from(list(PATTERNS)), SPANS, METHODS, SEEDS)
@example((2999, 2047), "int16", "wedge", None, Resampling.AVERAGE, 2)
@example((2049, 3000), "uint8", "speckle", 2, Resampling.MODE, 1)
@example((1, 1), "uint8", "all", None, Resampling.AVERAGE, 0)
@example((1, 3000), "uint16", "board", None, Resampling.AVERAGE, 0)
@example((3000, 1), "int32", "quads", 2, Resampling.MODE, 1)
@example((1025, 1537), "uint16", "tiles", 9, Resampling.AVERAGE, 1)
@example((1100, 1537), "int16", "tiles", 1, Resampling.MODE, 0)
@example((1025, 513), "float32", "quads", None, Resampling.AVERAGE, 0)
@settings(max_examples=18)
def test_one_file_whatever_the_way_and_overviews_equal_the_reference(
    shape: tuple[int, int], dtype: str, pattern: str, span: int | None, method: Resampling, seed: int
) -> None:
    """Cut into uneven blocks that four threads bring in a drawn order, or in one piece."""
    raster = made(shape, dtype, pattern, span, seed)
    spec = spec_of(raster, method)
    with tempfile.TemporaryDirectory() as folder:
        path, other = Path(folder, "a.tif"), Path(folder, "b.tif")
        first = store(path, spec, raster.counts, [spec.grid.whole], 1)
        assert store(other, spec, raster.counts, cut(shape, random.Random(seed)), 4) == first
        assert content_digest(str(path)) == first[0]
        assert path.read_bytes() == other.read_bytes()
        assert_levels(path, raster, method)
        assert complaints(path) == []


@given(SEEDS, st.sampled_from([1, 2, 3, 8]), st.sampled_from([96, 512, 1024]))
@settings(max_examples=8)
def test_threads_that_meet_in_one_tile(seed: int, threads: int, size: int) -> None:
    """Small blocks from many threads: parents are finished by whoever comes last, each time another."""
    raster = made((1300, 1100), "int16", "speckle", None, seed % 3)
    spec = spec_of(raster, Resampling.AVERAGE)
    blocks = list(spec.grid.blocks(size))
    random.Random(seed).shuffle(blocks)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.tif")
        store(path, spec, raster.counts, blocks, threads)
        assert_levels(path, raster, Resampling.AVERAGE)


@pytest.mark.parametrize("layout", ["fortran", "every second", "backwards", "read only"])
def test_the_layout_of_a_block_in_memory_does_not_matter(tmp_path: Path, layout: str) -> None:
    raster = made((700, 600), "int16", "wedge", None, 0)
    spec = spec_of(raster, Resampling.AVERAGE)
    views = {
        "fortran": np.asfortranarray(raster.counts),
        "every second": np.repeat(raster.counts, 2, axis=1)[:, ::2],
        "backwards": np.ascontiguousarray(raster.counts[::-1, ::-1])[::-1, ::-1],
        "read only": raster.counts.copy(),
    }
    views["read only"].setflags(write=False)
    sink = open_sink(str(tmp_path / "x.part"), spec)
    sink.write(spec.grid.whole, views[layout])
    sink.finish(str(tmp_path / "x.tif"))
    assert_levels(tmp_path / "x.tif", raster, Resampling.AVERAGE)
