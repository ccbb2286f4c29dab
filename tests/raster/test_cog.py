"""COGs: valid, complete, the same whatever the order of blocks, and with all that a reader needs inside."""

from __future__ import annotations

import random
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from rio_cogeo.cogeo import cog_validate
from scenes import grid_of

from rs.core.grid import Grid
from rs.core.product import Resampling
from rs.core.slot import sha256_of
from rs.errors import OutputError
from rs.raster.cog import RasterSpec, content_digest, open_sink

GRID = grid_of(700, 1100)
SPEC = RasterSpec(GRID, "int16", -32768, 0.0001, 0.5, "FNU", "Turbidity of water", Resampling.AVERAGE)
COUNTS = np.random.default_rng(0).integers(-9000, 9000, GRID.shape).astype(np.int16)
COUNTS[:40, :90] = -32768


def store(path: Path, spec: RasterSpec, counts: NDArray[Any], *, size: int = 512, seed: int | None = None,
          statistics: dict[str, float] | None = None) -> str:  # fmt: skip
    """Write counts block by block, shuffled by a seed; gives the content digest."""
    blocks = list(spec.grid.blocks(size))
    if seed is not None:
        random.Random(seed).shuffle(blocks)
    sink = open_sink(str(path) + ".part", spec)
    for b in blocks:
        sink.write(b, counts[b.row : b.row + b.height, b.col : b.col + b.width])
    return sink.finish(str(path), statistics)


def test_pixels_calibration_and_names_read_back(tmp_path: Path) -> None:
    path = tmp_path / "x.tif"
    statistics = {"minimum": -9000.0, "maximum": 8999.0, "mean": 1.5, "stddev": 12.25}
    store(path, replace(SPEC, tags={"RS_KEY": "abc"}), COUNTS, statistics=statistics)
    with rasterio.open(path) as dataset:
        assert (dataset.read(1) == COUNTS).all()
        assert (dataset.dtypes, dataset.nodata) == (("int16",), -32768)
        assert (dataset.scales, dataset.offsets, dataset.units) == ((0.0001,), (0.5,), ("FNU",))
        assert dataset.descriptions == ("Turbidity of water",)
        assert (dataset.crs.to_epsg(), dataset.transform[:6]) == (32633, tuple(GRID.transform))
        assert dataset.tags()["RS_KEY"] == "abc"
        assert {k: float(v) for k, v in dataset.tags(1).items()} == {
            f"STATISTICS_{k.upper()}": v for k, v in statistics.items()
        }
    assert not Path(str(path) + ".part").exists()


@pytest.mark.parametrize("shape", [(1, 1), (3, 700), (512, 512), (513, 513), (1300, 40)])
def test_every_size_is_a_valid_cog(tmp_path: Path, shape: tuple[int, int]) -> None:
    path = tmp_path / "x.tif"
    store(path, replace(SPEC, grid=grid_of(*shape)), np.ones(shape, np.int16))
    assert cog_validate(str(path), strict=True, quiet=True) == (True, [], [])


def test_a_large_one_has_overviews_and_blocks(tmp_path: Path) -> None:
    store(tmp_path / "x.tif", SPEC, COUNTS)
    with rasterio.open(tmp_path / "x.tif") as dataset:
        assert dataset.block_shapes == [(512, 512)]
        assert dataset.overviews(1) == [2, 4]
        assert dataset.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"


@pytest.mark.parametrize("method", [Resampling.NEAREST, Resampling.MODE])
def test_overviews_of_classes_invent_none(tmp_path: Path, method: Resampling) -> None:
    spec = replace(SPEC, dtype="uint8", nodata=255, scale=1.0, offset=0.0, overviews=method)
    store(tmp_path / "x.tif", spec, np.random.default_rng(1).choice([0, 7, 200, 255], GRID.shape).astype(np.uint8))
    for level in range(2):
        with rasterio.open(tmp_path / "x.tif", overview_level=level) as dataset:
            assert set(np.unique(dataset.read(1))) <= {0, 7, 200, 255}


def test_overviews_of_values_average_without_the_empty_ones(tmp_path: Path) -> None:
    counts = np.tile(np.array([[100, 300], [200, -32768]], np.int16), (350, 550))
    store(tmp_path / "x.tif", SPEC, counts)
    with rasterio.open(tmp_path / "x.tif", overview_level=0) as dataset:
        assert set(np.unique(dataset.read(1))) == {200}


@given(size=st.sampled_from([64, 100, 256, 512, 2048]), seed=st.integers(0, 99))
@settings(max_examples=8)
def test_bytes_do_not_depend_on_the_order_of_blocks(size: int, seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        straight, mixed = Path(folder, "a.tif"), Path(folder, "b.tif")
        one = store(straight, SPEC, COUNTS, statistics={"mean": 1.0})
        assert store(mixed, SPEC, COUNTS, size=size, seed=seed, statistics={"mean": 1.0}) == one
        assert sha256_of(str(straight)) == sha256_of(str(mixed))


@pytest.mark.parametrize(
    "change",
    [{"scale": 0.0002}, {"offset": 0.0}, {"unit": "1"}, {"description": "y"}, {"nodata": 0}, {"tags": {"A": "b"}},
     {"grid": grid_of(700, 1100, left=0.0)}],
)  # fmt: skip
def test_content_counts_what_the_pixels_mean(tmp_path: Path, change: dict[str, Any]) -> None:
    assert store(tmp_path / "a.tif", SPEC, COUNTS) != store(tmp_path / "b.tif", replace(SPEC, **change), COUNTS)


def test_content_does_not_count_codec_and_layout(tmp_path: Path) -> None:
    one = store(tmp_path / "a.tif", SPEC, COUNTS)
    with rasterio.open(tmp_path / "a.tif") as dataset:
        profile = {**dataset.profile, "driver": "GTiff", "compress": "lzw", "blockxsize": 128, "blockysize": 128}
        with rasterio.open(tmp_path / "b.tif", "w", **profile) as other:
            other.write(dataset.read())
            other.scales, other.offsets, other.units = dataset.scales, dataset.offsets, dataset.units
            other.set_band_description(1, dataset.descriptions[0])
    assert content_digest(str(tmp_path / "b.tif")) == one
    assert sha256_of(str(tmp_path / "b.tif")) != sha256_of(str(tmp_path / "a.tif"))


def test_colours_of_classes_are_inside(tmp_path: Path) -> None:
    colours = {0: (1, 2, 3, 255), 1: (4, 5, 6, 255)}
    grid: Grid = grid_of(4, 4)
    spec = replace(SPEC, grid=grid, dtype="uint8", nodata=255, colours=colours, overviews=Resampling.MODE)
    store(tmp_path / "x.tif", spec, np.ones((4, 4), np.uint8))
    with rasterio.open(tmp_path / "x.tif") as dataset:
        assert {k: dataset.colormap(1)[k] for k in colours} == colours


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written") as caught:
        open_sink(str(tmp_path / "no" / "x.part"), SPEC)
    assert caught.value.where == str(tmp_path / "no" / "x.part")


def test_discard_leaves_nothing(tmp_path: Path) -> None:
    open_sink(str(tmp_path / "x.part"), replace(SPEC, grid=grid_of(4, 4))).discard()
    assert list(tmp_path.iterdir()) == []
