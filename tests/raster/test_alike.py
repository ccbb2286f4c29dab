"""Tiles of JPEG 2000 whose bytes are alike: what is called empty is empty, and little is decoded to know it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from rasterio.windows import Window

from rs.core.grid import Block, Grid, Shape, Transform
from rs.core.scene import Asset
from rs.raster.alike import EmptyTiles, Layout, read_layout
from rs.raster.blocks import handles

SIDE, TILE = 700, 256
GRID = Grid("EPSG:32650", Transform(10.0, 0.0, 600000.0, 0.0, -10.0, 2500000.0), Shape(SIDE, SIDE))


def write(path: Path, pixels: NDArray[np.generic], tile: int = TILE) -> Path:
    """Planes [n, rows, cols] as a lossless JPEG 2000."""
    profile = {"driver": "GTiff", "count": len(pixels), "height": SIDE, "width": SIDE, "dtype": pixels.dtype}
    profile |= {"crs": "EPSG:32650", "transform": rasterio.Affine(*GRID.transform)}
    source = path.with_suffix(".tif")
    with rasterio.open(source, "w", **profile) as file:
        file.write(pixels)
    options = {
        "QUALITY": "100",
        "REVERSIBLE": "YES",
        "BLOCKXSIZE": str(tile),
        "BLOCKYSIZE": str(tile),
        "YCBCR420": "NO",
    }
    with rasterio.open(source) as file:
        rasterio.shutil.copy(file, path, driver="JP2OpenJPEG", **options)
    return path


def masks(*points: tuple[int, int, int]) -> NDArray[np.uint8]:
    """Eight planes of nothing but some pixels."""
    pixels = np.zeros((8, SIDE, SIDE), np.uint8)
    for plane, row, col in points:
        pixels[plane, row, col] = 1
    return pixels


def asset(path: Path, planes: tuple[int, ...] = (), dtype: str = "uint8") -> Asset:
    """A band or flag file."""
    return Asset("file", str(path), 1, GRID, dtype, planes=planes)


points = st.tuples(st.integers(0, 7), st.integers(0, SIDE - 1), st.integers(0, SIDE - 1))


@settings(max_examples=15)
@given(st.lists(points, max_size=4), st.integers(0, SIDE - 1), st.integers(0, SIDE - 1))
def test_what_is_called_empty_is_empty_and_windows_are_those_of_gdal(
    tmp_path_factory: pytest.TempPathFactory, flawed: list[tuple[int, int, int]], row: int, col: int
) -> None:
    pixels = masks(*flawed)
    path = write(tmp_path_factory.mktemp("jp2") / "mask.jp2", pixels)
    whole = np.bitwise_or.reduce([plane.astype(np.uint8) << k for k, plane in enumerate(pixels)])
    block = Block(row, col, min(300, SIDE - row), min(300, SIDE - col))
    with handles() as held:
        found = held.read(asset(path, tuple(range(1, 9))), Window(col, row, block.width, block.height))
    np.testing.assert_array_equal(found, whole[row : row + block.height, col : col + block.width])
    assert found.dtype == np.uint8


def layout_of(path: Path) -> Layout:
    """The layout of a file that has one."""
    found = read_layout(str(path))
    assert found is not None
    return found


def test_tiles_that_are_alike_are_decoded_once(tmp_path: Path) -> None:
    path = write(tmp_path / "mask.jp2", masks((3, 300, 300)))
    layout, calls = layout_of(path), []

    def decode(block: Block) -> NDArray[np.uint8]:
        calls.append(block)
        with rasterio.open(path) as file:
            return np.asarray(file.read(window=Window(block.col, block.row, block.width, block.height)))

    empty = EmptyTiles(layout, decode)
    assert [empty.covers(layout.tile(index)) for index in range(9)] == [True] * 4 + [False] + [True] * 4
    # whole tiles, those of the right and of the lower edge, the corner, and the one with the flaw
    assert len(calls) == 5
    assert not empty.covers(Block(0, 0, SIDE, SIDE)) and empty.covers(Block(0, 0, TILE, SIDE))
    assert len(calls) == 5


def test_a_file_that_is_cut_or_another_is_decoded_as_ever(tmp_path: Path) -> None:
    path = write(tmp_path / "mask.jp2", masks((3, 300, 300)))
    body = path.read_bytes()
    for length in (0, 1, 11, 40, 90, 150, len(body) // 2, len(body) - 1):
        path.write_bytes(body[:length])
        assert read_layout(str(path)) is None, length
    assert read_layout(str(tmp_path / "mask.tif")) is None
    assert read_layout(str(tmp_path / "nothing.jp2")) is None


@settings(max_examples=300)
@given(st.integers(0, 10**6), st.integers(0, 255))
def test_changed_bytes_never_crash_it(tmp_path_factory: pytest.TempPathFactory, place: int, value: int) -> None:
    folder = tmp_path_factory.getbasetemp() / "alike"
    path = folder / "mask.jp2"
    if not path.exists():
        folder.mkdir()
        write(path, masks((3, 300, 300)))
    body = bytearray(path.read_bytes())
    body[place % min(len(body), 400)] = value
    changed = folder / "changed.jp2"
    changed.write_bytes(body)
    found = read_layout(str(changed))
    assert found is None or len(found.digests) <= -(-found.rows // found.height) * -(-found.cols // found.width)


def test_a_tile_that_blocks_cut_is_decoded_once(tmp_path: Path) -> None:
    pixels = np.random.default_rng(1).integers(0, 4000, (1, SIDE, SIDE), np.uint16)
    band = asset(write(tmp_path / "band.jp2", pixels, tile=320), dtype="uint16")
    with handles() as held:
        for row in range(0, SIDE, TILE):
            for col in range(0, SIDE, TILE):
                height, width = min(TILE, SIDE - row), min(TILE, SIDE - col)
                found = held.read(band, Window(col, row, width, height))
                np.testing.assert_array_equal(found, pixels[0, row : row + height, col : col + width])
        assert held.decoded == {band.href: 9}
