"""Grids in words: every form, what lies on multiples of the resolution, and which field is off."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from scenes import grid_of, write_tif

from rs.core.grid import Grid, Shape, Transform
from rs.errors import UsageError
from rs.raster.target import read_target


@settings(max_examples=30)
@given(
    left=st.floats(200_000, 800_000), top=st.floats(1_000_000, 6_000_000), rows=st.integers(1, 400),
    cols=st.integers(1, 400), step=st.sampled_from([3.0, 10.0, 20.0, 60.0, 333.0]),
)  # fmt: skip
def test_a_resolution_covers_all_scenes_on_multiples_of_it(
    left: float, top: float, rows: int, cols: int, step: float
) -> None:
    source = grid_of(rows, cols, left=left, top=top)
    made = read_target(f"epsg:32634@{step:g}").over([source, grid_of(rows, cols, left=left + 5000, top=top)])
    assert made.crs == "EPSG:32634"
    west, south, east, north = made.bounds
    assert all(abs(edge / step - round(edge / step)) < 1e-6 for edge in made.bounds)
    x, y = Transformer.from_crs(source.crs, made.crs, always_xy=True).transform(
        *np.meshgrid([source.bounds[0], source.bounds[2] + 5000], [source.bounds[1], source.bounds[3]])
    )
    assert west <= x.min() + 1e-5 * step and x.max() - 1e-5 * step <= east
    assert south <= y.min() + 1e-5 * step and y.max() - 1e-5 * step <= north
    # no more than a pixel and the bulge of an edge around them
    assert west >= x.min() - step - 400 and north <= y.max() + step + 400


def test_edges_on_multiples_stay() -> None:
    source = grid_of(30, 40)
    assert read_target("EPSG:32633@10").over([source]) == source
    assert read_target("EPSG:32633@20").over([source]).shape == Shape(15, 20)


def test_corners_and_files(tmp_path: Path) -> None:
    found = read_target("EPSG:32650, 10, 600000, 2490000, 610000, 2500000")
    meant = Grid("EPSG:32650", Transform(10.0, 0.0, 600_000.0, 0.0, -10.0, 2_500_000.0), Shape(1000, 1000))
    assert found.over([]) == meant
    degrees = read_target("EPSG:4326,0.0001,113.5,22.5,113.6,22.6").over([])
    assert degrees.shape == Shape(1000, 1000)
    path = write_tif(tmp_path / "a, b@2.tif", np.ones((5, 7), np.uint8), grid_of(5, 7, 30.0))
    assert read_target(str(path)).over([]) == grid_of(5, 7, 30.0)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("EPSG:32650", "field resolution: it is missing"),
        ("EPSG:32650@", "field resolution: '' is no number"),
        ("EPSG:32650@0", "field resolution: 0 is not above 0"),
        ("EPSG:32650@-10", "field resolution: -10 is not above 0"),
        ("EPSG:32650@nan", "field resolution: 'nan' is no number"),
        ("EPSG:1@10", "field CRS: EPSG:1 is no reference system that is known"),
        ("EPSG:5773@10", "field CRS: EPSG:5773 is no reference system of the plane"),
        ("32650@10", "field CRS: it starts with EPSG:"),
        ("EPSG:32650,10,1,2,3", "6 fields are wanted, here are 5"),
        ("EPSG:32650,10,west,2,3,4", "field west: 'west' is no number"),
        ("EPSG:32650,10,20,0,10,20", "field east: it is not beyond the opposite one"),
        ("EPSG:32650,10,0,20,10,20", "field north: it is not beyond the opposite one"),
        ("EPSG:32650,10,0,0,15,20", "field east: 15 is no multiple of the resolution 10"),
        ("EPSG:32650,10,0,0,10,25", "field north: 25 is no multiple of the resolution 10"),
        ("EPSG:32650,1,0,0,100000,10", "field resolution: 1 makes 100000 x 10 px"),
        ("nothing.tif", "there is no such file"),
        ("", "field CRS"),
    ],
)
def test_what_is_off_is_named_with_examples(text: str, field: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_target(text).over([grid_of(10, 10)])
    assert field in caught.value.what
    assert "EPSG:32650@10" in caught.value.remedy and repr(text) in caught.value.where


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_a_file_without_a_place_and_a_text_file_are_no_grid(tmp_path: Path) -> None:
    bare = write_tif(tmp_path / "bare.tif", np.ones((5, 7), np.uint8), None)
    (tmp_path / "words.tif").write_text("none")
    for path, told in ((bare, "says nothing of where it lies"), (tmp_path / "words.tif", "no grid can be read")):
        with pytest.raises(UsageError, match=told):
            read_target(str(path))


def test_too_fine_and_out_of_reach() -> None:
    with pytest.raises(UsageError, match="the limit is 20000 a side"):
        read_target("EPSG:32633@0.01").over([grid_of(100, 100)])
    with pytest.raises(UsageError, match="does not reach where the scenes lie"):
        read_target("EPSG:32634@10").over([grid_of(10, 10, left=1e12)])
