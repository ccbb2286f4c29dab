"""Footprints: valid polygons around measured pixels, north and south, also across the antimeridian."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from pyproj import Transformer
from scenes import grid_of
from shapely.geometry import MultiPolygon, Polygon, shape

from rs.core.grid import Grid
from rs.raster.footprint import MAX_CELLS, bbox_of, coarse_factor, grid_footprint, valid_footprint

masks = hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, max_side=12)).filter(lambda m: bool(m.any()))
ACROSS = [("EPSG:32601", 160_000.0), ("EPSG:32660", 790_000.0), ("EPSG:32760", 790_000.0)]


def back(geometry: Any, crs: str) -> Any:
    """A GeoJSON geometry in the coordinates of a grid."""
    turn = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    return shapely.transform(shape(geometry), lambda xy: np.column_stack(turn.transform(xy[:, 0], xy[:, 1])))


def centres(mask: NDArray[np.bool_], grid: Grid) -> Any:
    """Centres of the true cells of a mask at the coarse factor of a grid."""
    rows, cols = np.nonzero(mask)
    step = grid.pixel_size * coarse_factor(grid)
    return shapely.points(grid.transform.c + (cols + 0.5) * step, grid.transform.f - (rows + 0.5) * step)


@pytest.mark.parametrize("crs, top", [("EPSG:32633", 5_200_000.0), ("EPSG:32721", 6_961_370.0), ("EPSG:4326", 40.0)])
@given(mask=masks)
def test_any_mask_gives_a_valid_polygon_near_its_pixels(mask: NDArray[np.bool_], crs: str, top: float) -> None:
    pixel = 0.001 if crs == "EPSG:4326" else 20.0
    grid = grid_of(
        mask.shape[0], mask.shape[1], pixel, crs=crs, left=60.0 if crs == "EPSG:4326" else 400_000.0, top=top
    )
    made = valid_footprint(mask, grid)
    polygon = shape(made)
    assert polygon.is_valid
    assert made["type"] in ("Polygon", "MultiPolygon")
    there = back(made, crs)
    assert shapely.distance(there, centres(mask, grid)).max() < pixel
    assert shapely.box(*grid.bounds).buffer(0.01 * pixel).contains(there)


def test_measured_pixels_lie_inside_and_others_outside() -> None:
    mask = np.zeros((40, 60), bool)
    mask[10:30, 5:50] = True
    grid = grid_of(40, 60, 30.0)
    there = back(valid_footprint(mask, grid), grid.crs)
    assert there.contains(centres(mask, grid)).all()
    assert there.area == pytest.approx(mask.sum() * 900.0, rel=1e-3)


def test_holes_stay_holes() -> None:
    mask = np.ones((30, 30), bool)
    mask[10:20, 10:20] = False
    made = shape(valid_footprint(mask, grid_of(30, 30)))
    assert isinstance(made, Polygon)
    assert len(made.interiors) == 1


@pytest.mark.parametrize("shape_, factor", [((400, 400), 1), ((401, 3), 2), ((3, 10_980), 28), ((1, 1), 1)])
def test_large_grids_are_drawn_coarse(shape_: tuple[int, int], factor: int) -> None:
    assert coarse_factor(grid_of(*shape_)) == factor
    assert max(shape_) / factor <= MAX_CELLS


def test_a_coarse_mask_does_not_reach_past_its_grid() -> None:
    grid = grid_of(801, 500)
    rows, cols = (-(-n // coarse_factor(grid)) for n in grid.shape)
    made = valid_footprint(np.ones((rows, cols), bool), grid)
    assert bbox_of(made) == pytest.approx(bbox_of(grid_footprint(grid)), abs=1e-6)


@pytest.mark.parametrize("crs, left", ACROSS)
def test_a_grid_across_the_antimeridian_is_split(crs: str, left: float) -> None:
    top = 500_000.0 if crs.startswith("EPSG:326") else 9_500_000.0
    grid = grid_of(200, 200, 300.0, crs=crs, left=left, top=top)
    for made in (grid_footprint(grid), valid_footprint(np.ones(grid.shape, bool), grid)):
        polygon = shape(made)
        assert isinstance(polygon, MultiPolygon)
        assert polygon.is_valid
        assert all(-180.0 <= x <= 180.0 for part in polygon.geoms for x, _ in part.exterior.coords)
        assert all(part.bounds[2] - part.bounds[0] < 2.0 for part in polygon.geoms)
        west, south, east, north = bbox_of(made)
        assert west > 170.0 > -170.0 > east
        assert south < north
        whole = back(made, crs)
        assert whole.area == pytest.approx(grid.shape.rows * grid.shape.cols * 9e4, rel=1e-3)


@pytest.mark.parametrize("crs, left", [("EPSG:32601", 300_000.0), ("EPSG:32660", 600_000.0)])
def test_a_grid_near_the_antimeridian_is_not_split(crs: str, left: float) -> None:
    made = grid_footprint(grid_of(20, 20, 300.0, crs=crs, left=left, top=500_000.0))
    west, _, east, _ = bbox_of(made)
    assert made["type"] == "Polygon"
    assert west < east


def test_rings_are_wound_by_rfc_7946_and_have_seven_decimals() -> None:
    mask = np.ones((30, 30), bool)
    mask[10:20, 10:20] = False
    made = valid_footprint(mask, grid_of(30, 30))
    outer, inner = (shapely.LinearRing(ring) for ring in made["coordinates"])
    assert outer.is_ccw
    assert not inner.is_ccw
    assert all(v == round(v, 7) for ring in made["coordinates"] for xy in ring for v in xy)
    assert made["coordinates"][0][0] == made["coordinates"][0][-1]


@given(rows=st.integers(1, 3000), cols=st.integers(1, 3000))
def test_the_outline_of_a_grid_holds_its_corners(rows: int, cols: int) -> None:
    grid = grid_of(rows, cols, crs="EPSG:32721", left=315_040.0, top=6_961_370.0)
    left, bottom, right, top = grid.bounds
    there = back(grid_footprint(grid), grid.crs)
    assert there.bounds == pytest.approx((left, bottom, right, top), abs=0.5)
    assert bbox_of(grid_footprint(grid))[3] < 0
