"""The streaming writer against readers and formulas of others: GDAL, tifffile, overviews pixel by pixel."""

from __future__ import annotations

import random
import struct
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import tifffile
from cogs import complaints
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from rasterio.enums import MaskFlags
from rio_cogeo.cogeo import cog_validate
from scenes import grid_of

from rs.core.grid import Block
from rs.core.product import Resampling
from rs.core.slot import sha256_of
from rs.errors import CheckFailed
from rs.raster import codec, layout
from rs.raster.cog import RasterSpec, Writer, content_digest, open_sink
from rs.raster.overviews import halved
from rs.raster.template import template
from rs.raster.tiff import Tag

Array = NDArray[Any]
METHODS = (Resampling.AVERAGE, Resampling.MODE, Resampling.NEAREST)
DTYPES = st.sampled_from(["uint8", "int16", "uint16"])
SEEDS = st.integers(0, 10**6)
SIDES = st.integers(1, 1500)
BASE = RasterSpec(grid_of(8, 8), "int16", -32768, 0.0001, 0.0, "1", "A layer", Resampling.AVERAGE)


def written(path: Path, spec: RasterSpec, counts: Array, size: int = 512, seed: int | None = None,
            writer: Writer = Writer.STREAM) -> tuple[str, str]:  # fmt: skip
    """Content and file digest of counts that came block by block, shuffled by a seed."""
    blocks = list(spec.grid.blocks(size))
    if seed is not None:
        random.Random(seed).shuffle(blocks)
    sink = open_sink(f"{path}.part", spec, writer)
    for b in blocks:
        sink.write(b, counts[b.row : b.row + b.height, b.col : b.col + b.width])
    content = sink.finish(str(path), {"minimum": 1.0})
    assert sink.digest == sha256_of(str(path)) and not Path(f"{path}.part").exists()
    return content, sink.digest


def plainly_halved(values: Array, method: Resampling, nodata: float | None) -> Array:
    """The level above, one pixel at a time."""
    rows, cols = values.shape
    out = np.zeros((-(-rows // 2), -(-cols // 2)), values.dtype)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            below = [values[y, x] for y in (2 * i, 2 * i + 1) for x in (2 * j, 2 * j + 1) if y < rows and x < cols]
            valid = [int(v) for v in below if nodata is None or v != nodata]
            if method is Resampling.NEAREST:
                out[i, j] = below[0]
            elif not valid:
                out[i, j] = nodata
            elif method is Resampling.MODE:
                most = Counter(valid)
                out[i, j] = max(valid, key=lambda v: most[v])
            else:
                out[i, j] = (2 * sum(valid) + len(valid)) // (2 * len(valid))
    return out


SHAPES = st.tuples(st.integers(1, 9), st.integers(1, 9))


@given(shape=SHAPES, seed=SEEDS, method=st.sampled_from(METHODS), dtype=DTYPES, has_nodata=st.booleans())
@settings(max_examples=150)
def test_overviews_equal_a_reference(
    shape: tuple[int, int], seed: int, method: Resampling, dtype: str, has_nodata: bool
) -> None:
    info = np.iinfo(dtype)
    pool = np.array([info.min, info.min + 1, 5, 6, info.max], dtype)
    values = np.random.default_rng(seed).choice(pool, shape)
    nodata = int(info.min) if has_nodata else None
    np.testing.assert_array_equal(halved(values, method, nodata), plainly_halved(values, method, nodata))


@given(SIDES, SIDES, st.sampled_from([100, 512, 700, 2048]), SEEDS, st.sampled_from(METHODS), DTYPES)
@example(513, 1, 100, 0, Resampling.AVERAGE, "uint8")
@example(3, 1500, 512, 0, Resampling.MODE, "int16")
@settings(max_examples=12)
def test_any_shape_is_valid_whole_and_the_same_in_any_order(
    rows: int, cols: int, size: int, seed: int, method: Resampling, dtype: str
) -> None:
    low = int(np.iinfo(dtype).min)
    counts = np.random.default_rng(seed).integers(low, low + 60, (rows, cols)).astype(dtype)
    counts[: rows // 2] = low
    spec = replace(BASE, grid=grid_of(rows, cols), dtype=dtype, nodata=low, overviews=method)
    with tempfile.TemporaryDirectory() as folder:
        path, other = Path(folder, "a.tif"), Path(folder, "b.tif")
        first = written(path, spec, counts)
        assert written(other, spec, counts, size, seed) == first
        assert content_digest(str(path)) == first[0]
        expected = counts
        with rasterio.open(path) as dataset:
            np.testing.assert_array_equal(dataset.read(1), counts)
            factors = dataset.overviews(1)
        assert complaints(path) == []
        for level in range(len(factors)):
            expected = halved(expected, method, low)
            with rasterio.open(path, overview_level=level) as dataset:
                np.testing.assert_array_equal(dataset.read(1), expected)
        with tifffile.TiffFile(path) as file:
            np.testing.assert_array_equal(file.pages[0].asarray(), counts)
            assert len(file.pages) == 1 + len(factors)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_floats_go_through_predictor_3(tmp_path: Path, dtype: str) -> None:
    counts = np.random.default_rng(1).normal(size=(700, 600)).astype(dtype)
    counts[:100, :100] = np.nan
    spec = replace(BASE, grid=grid_of(700, 600), dtype=dtype, nodata=None)
    written(tmp_path / "x.tif", spec, counts)
    with rasterio.open(tmp_path / "x.tif") as dataset:
        np.testing.assert_array_equal(dataset.read(1), counts)
    tile = counts[:512, :512]
    np.testing.assert_array_equal(codec.decompress(codec.compress(tile), (512, 512), tile.dtype), tile)


def test_both_writers_say_the_same(tmp_path: Path) -> None:
    """Pixels, georeference, calibration, names, tags, colours; only layout and codec differ."""
    counts = np.random.default_rng(2).choice([0, 1, 2, 255], (900, 1300)).astype(np.uint8)
    colours = {0: (1, 2, 3, 255), 1: (4, 5, 6, 255), 2: (7, 8, 9, 255), 255: (0, 0, 0, 0)}
    for colour in (None, colours):
        spec = replace(
            BASE, grid=grid_of(900, 1300), dtype="uint8", nodata=255, overviews=Resampling.MODE, colours=colour,
            tags={"RS_KEY": "abc"}, scale=0.5, offset=2.0, unit="m",
        )  # fmt: skip
        ours, theirs = (tmp_path / f"{writer}.tif" for writer in Writer)
        assert written(ours, spec, counts)[0] == written(theirs, spec, counts, writer=Writer.GDAL)[0]
        with rasterio.open(ours) as a, rasterio.open(theirs) as b:
            assert a.profile == b.profile
            assert a.overviews(1) == b.overviews(1)
            for space in ("IMAGE_STRUCTURE", None):
                left, right = (x.tags(ns=space) if space else x.tags() for x in (a, b))
                assert left == right
            assert (a.colorinterp, a.mask_flag_enums) == (b.colorinterp, b.mask_flag_enums)
            assert a.mask_flag_enums == ([MaskFlags.nodata],)
            if colour:
                assert a.colormap(1) == b.colormap(1)


def test_a_pixel_that_never_came_is_missed(tmp_path: Path) -> None:
    sink = open_sink(str(tmp_path / "x.part"), replace(BASE, grid=grid_of(600, 600)))
    sink.write(Block(0, 0, 600, 599), np.zeros((600, 599), np.int16))
    with pytest.raises(CheckFailed, match="3 of 5 tiles did not get all their pixels"):
        sink.finish(str(tmp_path / "x.tif"))
    sink.discard()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_does_not_hold_what_came_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rs.raster.stream.compress", lambda tile: codec.compress(tile + 1))
    with pytest.raises(CheckFailed, match="does not hold what was computed"):
        written(
            tmp_path / "x.tif",
            replace(BASE, grid=grid_of(300, 300)),
            np.arange(90000).reshape(300, 300).astype(np.int16),
        )


def test_big_files_are_bigtiff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same pixels in a file that counts as large: 64-bit offsets, read by GDAL and tifffile."""
    monkeypatch.setattr(layout, "CLASSIC_LIMIT", 1000)
    counts = np.random.default_rng(3).integers(0, 99, (1100, 700)).astype(np.int16)
    spec = replace(BASE, grid=grid_of(1100, 700))
    content, _ = written(tmp_path / "big.tif", spec, counts)
    assert (tmp_path / "big.tif").read_bytes()[:4] == b"II+\0"
    assert cog_validate(str(tmp_path / "big.tif"), strict=True, quiet=True) == (True, [], [])
    with tifffile.TiffFile(tmp_path / "big.tif") as file:
        np.testing.assert_array_equal(file.pages[0].asarray(), counts)
    monkeypatch.undo()
    assert written(tmp_path / "small.tif", spec, counts)[0] == content


def test_tags_of_a_raster_of_many_gigabytes_are_those_of_a_small_one() -> None:
    """GDAL makes no classic TIFF of as many pixels, not even an empty one."""
    small = template(BASE, {"minimum": 1.0})
    assert template(replace(BASE, grid=grid_of(200_000, 200_000)), {"minimum": 1.0}) == small
    assert {tag.value for tag in (Tag.WIDTH, Tag.HEIGHT)} <= set(small)


def test_a_file_is_bigtiff_where_offsets_need_it() -> None:
    """By the sizes of its tiles: 64-bit offsets from 4 GiB on, each where the tile before it ends."""
    tags = template(BASE, {})
    for size, magic in ((2**20, b"II*"), (2**30, b"II+")):
        head = layout.head(tags, [layout.Level(1000, 1000, [size] * 4), layout.Level(500, 500, [7])], 512, (8, 2))
        assert head[:3] == magic
        wanted = [len(head) + 4 + 7 + 4 + 4 + k * (size + 8) for k in range(4)]
        assert struct.pack(f"<4{'Q' if magic == b'II+' else 'I'}", *wanted) in head


def test_both_zeros_of_floats_come_back(tmp_path: Path) -> None:
    """They are equal, and a tile of both is not one of a single value."""
    counts = np.full((1024, 512), -0.0, np.float32)
    counts[1:512:2] = 0.0
    spec = replace(BASE, grid=grid_of(1024, 512), dtype="float32", nodata=None, scale=1.0)
    written(tmp_path / "zeros.tif", spec, counts)
    with rasterio.open(tmp_path / "zeros.tif") as dataset:
        np.testing.assert_array_equal(np.signbit(dataset.read(1)), np.signbit(counts))
