"""Masks that need the neighbourhood: growing equals brute force, and no block border shows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rs.algorithms.neighbourhood import disk, grow, mostly
from rs.core.bands import Quality
from rs.core.grid import Block, Grid, Shape, Transform
from rs.core.jit import jitted
from rs.pipeline.masks import Reach, neighbour_bits, reach_of
from rs.pipeline.surroundings import Loaded, Surroundings

MASKS = arrays(np.uint8, st.tuples(st.integers(1, 14), st.integers(1, 14)), elements=st.sampled_from([0, 0, 0, 0, 1]))


def brute(mask: np.ndarray, radius: int) -> np.ndarray:
    """Every pixel with a set one within the radius, by all pairs."""
    rows, cols = np.indices(mask.shape)
    out = np.zeros(mask.shape, np.uint8)
    for i, j in np.argwhere(mask):
        out |= ((rows - i) ** 2 + (cols - j) ** 2 <= radius * radius).astype(np.uint8)
    return out


@given(MASKS, st.integers(0, 6))
@settings(max_examples=60)
def test_growing_equals_all_pairs(mask: np.ndarray, radius: int) -> None:
    out, plain = np.empty_like(mask), np.empty_like(mask)
    jitted(grow)(mask, np.uint8(1), disk(radius), out)
    np.testing.assert_array_equal(out, brute(mask, radius))
    grow(mask, np.uint8(1), disk(radius), plain)
    np.testing.assert_array_equal(plain, out)


BITS = st.sampled_from([Quality.LAND, Quality.WATER, Quality.CLOUD, Quality.CLOUD_SHADOW, Quality.NODATA])


@given(arrays(np.uint16, (23, 19), elements=BITS.map(int)), st.integers(7, 23))
@settings(max_examples=30, deadline=None)
def test_blocks_with_their_halo_equal_the_whole(bits: np.ndarray, size: int) -> None:
    reach = Reach(5, 3, 6)
    whole = neighbour_bits(bits, reach)
    blocks = list(Grid("EPSG:32650", Transform(10, 0, 0, 0, -10, 0), Shape(23, 19)).blocks(size))
    loaded = [Loaded(b, {}, bits[b.row : b.row + b.height, b.col : b.col + b.width]) for b in blocks]
    around = Surroundings(loaded, reach.halo)
    for b in blocks:
        part = around.crop(neighbour_bits(around.of(b), reach), b)
        np.testing.assert_array_equal(part, whole[b.row : b.row + b.height, b.col : b.col + b.width])


def test_reach_is_in_metres() -> None:
    def grid(pixel: float) -> Grid:
        return Grid("EPSG:32650", Transform(pixel, 0, 0, 0, -pixel, 0), Shape(9, 9))

    assert [reach_of(grid(p)).cloud for p in (10, 20, 30, 120)] == [10, 5, 3, 0]
    assert [reach_of(grid(p)).water for p in (10, 20, 30, 120)] == [10, 5, 3, 0]
    assert reach_of(grid(0.0001)).cloud == 8


def test_clouds_grow_and_water_near_land_is_adjacent() -> None:
    bits = np.full((9, 9), Quality.WATER, np.uint16)
    bits[0, 0], bits[8, 8] = Quality.LAND, Quality.CLOUD
    out = neighbour_bits(bits, Reach(2, 3))
    assert out[0, 3] & Quality.ADJACENT and not out[0, 4] & Quality.ADJACENT
    assert out[8, 6] & Quality.CLOUD and not out[8, 5] & Quality.CLOUD
    assert not out[0, 0] & Quality.ADJACENT


def test_pieces_of_a_coarser_grid_meet_without_gap(tmp_path: Path) -> None:
    from rs.raster.blocks import part_of

    fine = Grid("EPSG:32650", Transform(10, 0, 0, 0, -10, 0), Shape(97, 61))
    for coarse in (fine.resized(Shape(49, 31)), fine.resized(Shape(20, 13))):
        seen = np.zeros(coarse.shape, int)
        for block in fine.blocks(16):
            part = part_of(coarse, fine, block)
            if part is not None:
                assert isinstance(part, Block)
                seen[part.row : part.row + part.height, part.col : part.col + part.width] += 1
        assert (seen == 1).all()
    with pytest.raises(ValueError, match="radius"):
        disk(255)


def surrounded(mask: np.ndarray, radius: int) -> np.ndarray:
    """More than half of each pixel's square set, by sums over slices."""
    wide = np.pad(mask.astype(int), radius)
    side = 2 * radius + 1
    squares = np.lib.stride_tricks.sliding_window_view(wide, (side, side))
    return squares.sum(axis=(2, 3)) * 2 > side * side


@given(MASKS.map(lambda mask: 1 - mask), st.integers(1, 6))
@settings(max_examples=60)
def test_being_surrounded_equals_sums_over_squares(mask: np.ndarray, radius: int) -> None:
    out, plain = np.empty_like(mask), np.empty_like(mask)
    jitted(mostly)(mask, np.uint8(1), radius, out)
    np.testing.assert_array_equal(out, surrounded(mask, radius))
    mostly(mask, np.uint8(1), radius, plain)
    np.testing.assert_array_equal(plain, out)


def test_land_amid_water_is_unsure_and_a_shore_is_land() -> None:
    bits = np.full((40, 40), Quality.WATER, np.uint16)
    bits[:, 30:] = Quality.LAND
    bits[18:21, 10:13] = Quality.LAND
    out = neighbour_bits(bits, Reach(2, 3, 5))
    mat = out[18:21, 10:13]
    assert (mat & Quality.UNSURE != 0).all() and (mat & (Quality.LAND | Quality.WATER) == 0).all()
    assert (out[:, 30:] == Quality.LAND).all()
    assert (out[:, :10] & (Quality.UNSURE | Quality.LAND) == 0).all()
    # whatever floats throws light as land does
    assert out[18, 8] & Quality.ADJACENT
    assert (neighbour_bits(bits, Reach(2, 3))[18:21, 10:13] == Quality.LAND).all(), "no reach, no doubt"
