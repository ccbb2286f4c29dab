"""Windows of rasters that overlap are the file's own pixels, and while there is room nothing is decoded twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenes import grid_of, write_tif

from rs.core.grid import Block
from rs.core.scene import Asset
from rs.pipeline import period_tiles
from rs.pipeline.period_tiles import Tiles
from rs.raster.blocks import handles

ROWS, COLS = 1500, 2100
PIXELS = np.random.default_rng(0).integers(0, 60_000, (ROWS, COLS)).astype(np.uint16)


@pytest.fixture(scope="module")
def asset(tmp_path_factory: pytest.TempPathFactory) -> Asset:
    """A raster of six squares, four of which the windows below touch."""
    grid = grid_of(ROWS, COLS)
    path = write_tif(tmp_path_factory.mktemp("tiles") / "band.tif", PIXELS, grid, tiled=True, blockxsize=256,
                     blockysize=256)  # fmt: skip
    return Asset("band", str(path), 1, grid, "uint16")


@settings(max_examples=20)
@given(st.lists(st.tuples(st.integers(0, ROWS - 1), st.integers(0, COLS - 1), st.integers(1, 900)), max_size=6))
def test_windows_are_the_files_pixels(asset: Asset, places: list[tuple[int, int, int]]) -> None:
    windows = [Block(r, c, min(s, ROWS - r), min(s, COLS - c)) for r, c, s in places]
    with handles() as held, ThreadPoolExecutor(3) as pool:
        for found, w in zip(pool.map(lambda w: Tiles(held, 1).read(asset, w), windows), windows, strict=True):
            np.testing.assert_array_equal(found, PIXELS[w.row : w.row + w.height, w.col : w.col + w.width])


def test_each_square_is_decoded_once_by_all_threads(asset: Asset) -> None:
    windows = [Block(r, c, 300, 300) for r in range(0, 1200, 100) for c in range(0, 1800, 100)]
    with handles() as held, ThreadPoolExecutor(4) as pool:
        tiles = Tiles(held, 1)
        list(pool.map(lambda window: tiles.read(asset, window), windows))
        assert held.decoded[asset.href] == 4


def test_without_room_windows_are_read_as_they_are_asked_for(asset: Asset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(period_tiles, "KEPT", 4 * 2**20)
    with handles() as held:
        many, flags = Tiles(held, 10), Tiles(held, 10, least=4)
        for tiles, reads in ((many, 2), (flags, 1)):
            before = held.decoded.get(asset.href, 0)
            for col in (0, 10):
                tiles.read(asset, Block(0, col, 50, 50))
            assert held.decoded[asset.href] - before == reads
