"""Grids: blocks that cover every pixel once, outer edges, decimated copies."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rs.core.grid import Block, Grid, Shape, Transform

sides = st.integers(1, 70)
shapes = st.builds(Shape, sides, sides)
sizes = st.floats(0.5, 700.0)
edges = st.floats(-9e6, 9e6)


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    a, e = draw(sizes), -draw(sizes)
    return Grid("EPSG:32633", Transform(a, 0.0, draw(edges), 0.0, e, draw(edges)), draw(shapes), "made")


@given(shape=shapes, size=st.integers(1, 90))
def test_blocks_cover_every_pixel_once(shape: Shape, size: int) -> None:
    grid = Grid("EPSG:32633", Transform(10.0, 0.0, 0.0, 0.0, -10.0, 0.0), shape)
    seen = np.zeros(shape, int)
    for block in grid.blocks(size):
        assert 0 < block.height <= size
        assert 0 < block.width <= size
        part = seen[block.row : block.row + block.height, block.col : block.col + block.width]
        assert part.shape == (block.height, block.width)
        part += 1
    assert (seen == 1).all()


@given(grid=grids(), shape=shapes)
def test_resized_keeps_the_outer_edges(grid: Grid, shape: Shape) -> None:
    other = grid.resized(shape)
    assert other.shape == shape
    assert (other.crs, other.name) == (grid.crs, grid.name)
    assert other.bounds == pytest.approx(grid.bounds, rel=1e-12, abs=1e-6)


@given(grid=grids(), shape=shapes)
def test_resized_and_back_is_the_same_grid(grid: Grid, shape: Shape) -> None:
    assert grid.resized(shape).resized(grid.shape).transform == pytest.approx(grid.transform, rel=1e-12)


def test_resized_scales_x_and_y_apart() -> None:
    grid = Grid("EPSG:32620", Transform(30.0, 0.0, 100.0, 0.0, -30.0, 900.0), Shape(20, 10))
    assert grid.resized(Shape(4, 5)).transform == Transform(60.0, 0.0, 100.0, 0.0, -150.0, 900.0)


@given(grid=grids())
def test_bounds_agree_with_the_geobox(grid: Grid) -> None:
    box = grid.geobox
    assert tuple(box.shape) == tuple(grid.shape)
    assert grid.bounds == pytest.approx(tuple(box.boundingbox.bbox), rel=1e-12, abs=1e-6)


def test_bounds_of_a_grid_that_runs_north() -> None:
    grid = Grid("EPSG:32633", Transform(10.0, 0.0, 0.0, 0.0, 10.0, 50.0), Shape(2, 3))
    assert grid.bounds == (0.0, 50.0, 30.0, 70.0)


def test_whole_and_pixel_size() -> None:
    grid = Grid("EPSG:32633", Transform(10.0, 0.0, 0.0, 0.0, -20.0, 0.0), Shape(2, 3))
    assert grid.whole == Block(0, 0, 2, 3)
    assert list(grid.blocks(99)) == [grid.whole]
    assert grid.pixel_size == 10.0


def test_a_rotated_grid_is_refused() -> None:
    with pytest.raises(ValueError, match="rotated"):
        Grid("EPSG:32633", Transform(10.0, 1.0, 0.0, 0.0, -10.0, 0.0), Shape(2, 2))


@pytest.mark.parametrize("shape", [Shape(0, 5), Shape(5, 0), Shape(-1, 5)])
def test_a_grid_without_pixels_is_refused(shape: Shape) -> None:
    with pytest.raises(ValueError, match="at least one pixel"):
        Grid("EPSG:32633", Transform(10.0, 0.0, 0.0, 0.0, -10.0, 0.0), shape)
