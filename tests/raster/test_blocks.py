"""Block reads: nearest neighbour against a brute-force reference, damage named, handles per thread."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from math import floor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasterio.windows import Window
from scenes import grid_of, write_tif

from rs.core.grid import Block, Grid, Shape, Transform
from rs.core.scene import Asset
from rs.errors import Contradiction, UnreadableRaster
from rs.raster.blocks import handles, read_block

SIDE = 60


def counts(rows: int, cols: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint16]]:
    """Every pixel has its own count."""
    return np.arange(rows * cols, dtype=np.uint16).reshape(rows, cols)


def asset_of(path: Path, grid: Grid) -> Asset:
    return Asset("x", str(path), 1, grid, "uint16")


@pytest.fixture(scope="module")
def big() -> Iterator[Path]:
    """One file of 60 x 60 px; a test looks at a corner of it through a smaller grid."""
    with tempfile.TemporaryDirectory() as folder:
        yield write_tif(Path(folder) / "big.tif", counts(SIDE, SIDE), grid_of(SIDE, SIDE), tiled=True,
                        blockxsize=16, blockysize=16)  # fmt: skip


def nearest(source: Grid, grid: Grid, row: int, col: int) -> tuple[int, int] | None:
    """Row and column of the source pixel that holds the centre of a pixel, in exact arithmetic."""
    half = Fraction(1, 2)
    t, s = (tuple(map(Fraction, g.transform)) for g in (grid, source))
    y, x = t[5] + t[4] * (row + half), t[2] + t[0] * (col + half)
    found = floor((y - s[5]) / s[4]), floor((x - s[2]) / s[0])
    return found if 0 <= found[0] < source.shape.rows and 0 <= found[1] < source.shape.cols else None


@st.composite
def looks(draw: st.DrawFn) -> tuple[Grid, Block]:
    """A grid whose pixels are a fraction or a multiple of 10 m, anywhere about the file, and a block of it."""
    size = draw(st.sampled_from([2.5, 5.0, 10.0, 20.0, 30.0, 60.0, 7.5, 12.5]))
    across = draw(st.sampled_from([size, 10.0, 15.0]))
    left, top = (draw(st.integers(-400, 800)) * 1.25 for _ in "xy")
    rows, cols = (draw(st.integers(1, 40)) for _ in "rc")
    grid = Grid("EPSG:32633", Transform(across, 0.0, 500_000 + left, 0.0, -size, 5_200_000 - top), Shape(rows, cols))
    row, col = draw(st.integers(0, rows - 1)), draw(st.integers(0, cols - 1))
    return grid, Block(row, col, draw(st.integers(1, rows - row)), draw(st.integers(1, cols - col)))


@given(look=looks())
def test_nearest_equals_brute_force(big: Path, look: tuple[Grid, Block]) -> None:
    grid, block = look
    source, all_counts = grid_of(SIDE, SIDE), counts(SIDE, SIDE)
    with handles() as held:
        found, inside = read_block(held, asset_of(big, source), grid, block)
    assert found.shape == (block.height, block.width)
    assert found.dtype == np.uint16
    for r, c in np.ndindex(*found.shape):
        expected = nearest(source, grid, block.row + r, block.col + c)
        assert (inside is None or bool(inside[r, c])) == (expected is not None)
        if expected is not None:
            assert found[r, c] == all_counts[expected]


@given(size=st.integers(1, 70), row=st.integers(0, 59), col=st.integers(0, 59))
def test_the_same_grid_is_read_as_it_is(big: Path, size: int, row: int, col: int) -> None:
    block = Block(row, col, min(size, SIDE - row), min(size, SIDE - col))
    with handles() as held:
        found, inside = read_block(held, asset_of(big, grid_of(SIDE, SIDE)), grid_of(SIDE, SIDE), block)
    assert inside is None
    assert (found == counts(SIDE, SIDE)[row : row + block.height, col : col + block.width]).all()


def test_another_reference_system_is_a_contradiction(big: Path) -> None:
    other = grid_of(4, 4, crs="EPSG:32632")
    with handles() as held, pytest.raises(Contradiction, match="EPSG:32633, other bands of the scene in EPSG:32632"):
        read_block(held, asset_of(big, grid_of(SIDE, SIDE)), other, other.whole)


@pytest.mark.parametrize("driver", ["GTiff", "JP2OpenJPEG"])
@pytest.mark.parametrize("share", [0.9, 0.5, 0.2])
def test_a_file_cut_short_names_file_band_and_window(tmp_path: Path, driver: str, share: float) -> None:
    pixels = np.random.default_rng(0).integers(1, 9999, (2, 256, 256)).astype(np.uint16)
    grid = grid_of(256, 256)
    options = {"tiled": True, "compress": "deflate"} if driver == "GTiff" else {"QUALITY": "100", "REVERSIBLE": "YES"}
    whole = write_tif(tmp_path / "whole.jp2", pixels, grid, driver=driver, **options).read_bytes()
    path = tmp_path / "B04.tif"
    path.write_bytes(whole[: int(len(whole) * share)])
    asset = Asset("red", str(path), 2, grid, "uint16")
    with handles() as held, pytest.raises(UnreadableRaster) as caught:
        held.read(asset, Window(0, 0, 256, 256))
    assert caught.value.where == str(path)
    assert "band 2" in caught.value.what
    assert "width=256, height=256" in caught.value.what
    assert "fetch it again" in caught.value.remedy


@pytest.mark.parametrize("name", ["B04", "SCL"])
@pytest.mark.parametrize("share", [0.001, 0.3, 0.9, 0.99999])
def test_a_real_tiled_jpeg_2000_cut_short_never_reads_as_noise(
    scenes: Path, tmp_path: Path, name: str, share: float
) -> None:
    whole = (scenes / "S2A_33TWM_20230815_0_L2A" / f"{name}.tif").read_bytes()
    path = tmp_path / "cut.tif"
    path.write_bytes(whole[: int(len(whole) * share)])
    with handles() as held, pytest.raises(UnreadableRaster, match=str(path)):
        held.read(asset_of(path, grid_of(915, 915)), Window(0, 0, 915, 915))


def test_each_thread_has_its_own_handle_and_all_are_closed(big: Path) -> None:
    meet = threading.Barrier(3, timeout=30)

    def open_it(_: int) -> int:
        dataset = held.dataset(str(big))
        assert held.dataset(str(big)) is dataset
        meet.wait()
        return id(dataset)

    with handles() as held:
        with ThreadPoolExecutor(3) as pool:
            assert len(set(pool.map(open_it, range(3)))) == 3
        mine = held.dataset(str(big))
    assert mine.closed


def test_windows_read_are_counted_per_file(big: Path) -> None:
    asset = asset_of(big, grid_of(SIDE, SIDE))
    with handles() as held:
        for block in grid_of(SIDE, SIDE).blocks(30):
            read_block(held, asset, grid_of(SIDE, SIDE), block)
        assert held.decoded == {str(big): 4}
