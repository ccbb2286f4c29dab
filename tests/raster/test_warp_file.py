"""Whole files: the same pixels as one block, the same bytes whatever the threads, squares decoded once, failures."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from numpy.typing import NDArray
from rio_cogeo.cogeo import cog_validate
from scenes import write_tif
from warping import grid_at, warped

from rs.core.grid import Block, Grid, Shape, Transform
from rs.core.slot import sha256_of
from rs.errors import OutputError, UnreadableRaster, UsageError
from rs.raster.tiles import SharedTiles
from rs.raster.warp import Method, Warp
from rs.raster.warp_file import warp_raster

Array = NDArray[Any]
SOURCE = grid_at(114.2, 30.4, "EPSG:32649", (1500, 1400), 10.0, (0, 0))
TARGET = grid_at(114.2, 30.4, "EPSG:4547", (1300, 1450), 10.0, (0.1, 0.1))
TILED = {"tiled": True, "blockxsize": 256, "blockysize": 256, "compress": "deflate"}


@pytest.fixture(scope="module")
def counts() -> Array:
    random = np.random.default_rng(0)
    made = random.integers(1, 9999, SOURCE.shape).astype(np.uint16)
    made[random.random(SOURCE.shape) < 0.01] = 0
    return made


@pytest.fixture(scope="module")
def red(counts: Array, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("warp") / "red.tif"
    return write_tif(path, np.stack((counts // 2, counts)), SOURCE, nodata=0, **TILED)


@pytest.mark.parametrize("method", [Method.BILINEAR, Method.NEAREST])
def test_a_file_holds_the_pixels_of_one_block(method: Method, red: Path, counts: Array, tmp_path: Path) -> None:
    digests = set()
    for threads in (1, 3):
        path = tmp_path / f"{threads}.tif"
        warp_raster(str(red), str(path), TARGET, method, band=2, threads=threads)
        digests.add(sha256_of(str(path)))
    assert len(digests) == 1
    assert cog_validate(path, strict=True)[0]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["1.tif", "3.tif"]
    with rasterio.open(path) as dataset:
        assert dataset.crs.to_epsg() == 4547 and dataset.nodata == 0
        assert tuple(dataset.transform)[:6] == pytest.approx(tuple(TARGET.transform), rel=1e-12)
        np.testing.assert_array_equal(dataset.read(1), warped(Warp(SOURCE, TARGET, method), counts, (0.0,)))


def test_calibration_goes_along(red: Path, tmp_path: Path) -> None:
    path = write_tif(
        tmp_path / "here.tif",
        np.ones((40, 50), np.float32),
        grid_at(114.2, 30.4, "EPSG:32649", (40, 50), 10.0, (0, 0)),
        nodata=np.nan,
    )
    with rasterio.open(path, "r+") as dataset:
        dataset.scales, dataset.offsets, dataset.units = (0.5,), (-3.0,), ("m",)
        dataset.set_band_description(1, "depth")
    warp_raster(str(path), str(tmp_path / "there.tif"), TARGET, Method.AVERAGE)
    with rasterio.open(tmp_path / "there.tif") as dataset:
        assert (dataset.scales, dataset.offsets, dataset.units) == ((0.5,), (-3.0,), ("m",))
        assert dataset.descriptions == ("depth",) and np.isnan(dataset.nodata)
        made = dataset.read(1)
    assert made[np.isfinite(made)] == pytest.approx(1.0, rel=1e-6)
    assert 1500 < np.isfinite(made).sum() < 2500


def test_a_large_window_is_cut(tmp_path: Path) -> None:
    source = Grid("EPSG:32649", Transform(10.0, 0.0, 500_000.0, 0.0, -10.0, 3_400_000.0), Shape(4300, 4300))
    counts = np.add.outer(np.arange(4300) // 100, np.arange(4300) // 100).astype(np.uint8)
    path = write_tif(tmp_path / "fine.tif", counts, source, **TILED)
    target = Grid(source.crs, Transform(1000.0, 0.0, 500_000.0, 0.0, -1000.0, 3_400_000.0), Shape(43, 43))
    warp_raster(str(path), str(tmp_path / "coarse.tif"), target, Method.AVERAGE)
    with rasterio.open(tmp_path / "coarse.tif") as dataset:
        np.testing.assert_array_equal(dataset.read(1), np.add.outer(np.arange(43), np.arange(43)))


def test_failures_name_the_file_and_leave_nothing(red: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.tif"
    damaged.write_bytes(red.read_bytes()[: red.stat().st_size // 2])
    plain = write_tif(tmp_path / "plain.tif", np.ones((30, 30), np.uint8), SOURCE)
    out = tmp_path / "out.tif"
    with pytest.raises(UnreadableRaster, match=f"{damaged}: band 1"):
        warp_raster(str(damaged), str(out), TARGET, Method.BILINEAR)
    with pytest.raises(UsageError, match=f"{plain}: pixels without value"):
        warp_raster(str(plain), str(out), TARGET, Method.BILINEAR)
    with pytest.raises(UsageError, match="has no band 3"):
        warp_raster(str(red), str(out), TARGET, Method.BILINEAR, band=3)
    with pytest.raises(OutputError):
        warp_raster(str(red), str(tmp_path / "no" / "out.tif"), TARGET, Method.BILINEAR)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["damaged.tif", "plain.tif"]


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_a_raster_without_place_is_refused(tmp_path: Path) -> None:
    path = write_tif(tmp_path / "nowhere.tif", np.ones((9, 9), np.uint8), None)
    with pytest.raises(UnreadableRaster, match="not georeferenced"):
        warp_raster(str(path), str(tmp_path / "out.tif"), TARGET, Method.BILINEAR)


@pytest.mark.parametrize("strips", [True, False])
def test_squares_are_decoded_once_by_many_threads(strips: bool) -> None:
    pixels = np.arange(2100 * 2200, dtype=np.uint32).reshape(2100, 2200)
    seen: list[Block] = []
    lock = threading.Lock()

    def read(block: Block) -> Array:
        with lock:
            seen.append(block)
        return pixels[block.row : block.row + block.height, block.col : block.col + block.width]

    tiles = SharedTiles(read, Shape(2100, 2200), "uint32", strips=strips, limit=10**9)
    windows = [Block(r, c, 500, 700) for r in range(0, 1600, 400) for c in range(0, 1500, 300)]
    with ThreadPoolExecutor(6) as pool:
        for window, made in zip(windows, pool.map(tiles.window, windows), strict=True):
            np.testing.assert_array_equal(made, pixels[window.row : window.row + 500, window.col : window.col + 700])
    assert len(seen) == len(set(seen)) == (2 if strips else 4)


def test_squares_that_do_not_fit_are_read_again_and_errors_reach_all() -> None:
    reads: list[Block] = []

    def read(block: Block) -> Array:
        reads.append(block)
        if block.row:
            raise UnreadableRaster("cut short", where="x.tif")
        return np.zeros((block.height, block.width), np.uint8)

    tiles = SharedTiles(read, Shape(3000, 3000), "uint8", strips=False, limit=1)
    for _ in range(2):
        tiles.window(Block(0, 0, 10, 2000))
    assert [block.col for block in reads] == [0, 1024, 0, 1024]
    for _ in range(2):
        with pytest.raises(UnreadableRaster, match="cut short"):
            tiles.window(Block(2000, 0, 10, 10))
