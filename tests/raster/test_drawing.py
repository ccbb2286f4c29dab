"""Polygons drawn by windows are the same pixels as drawn at once, and no window holds the whole mask."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.features import rasterize
from rasterio.transform import Affine
from rasterio.windows import Window

from rs.core.grid import Grid, Shape, Transform
from rs.errors import BadInput
from rs.raster import drawing
from rs.raster.drawing import DrawnMask
from rs.testing.safe_masks import feature, mask_gml

GRID = Grid("EPSG:32649", Transform(10.0, 0.0, 600_000.0, 0.0, -10.0, 2_600_000.0), Shape(70, 90))
KINDS = {"QT_SATURATED_PIXELS_L1A": 128, "QT_NODATA_PIXELS": 32, "MSI_LOST": 4}
Rings = list[tuple[str, list[tuple[float, float]]]]

places = st.tuples(
    st.floats(599_900, 601_000, allow_nan=False).map(lambda v: round(v, 3)),
    st.floats(2_599_200, 2_600_100, allow_nan=False).map(lambda v: round(v, 3)),
)
rings = st.lists(
    st.tuples(st.sampled_from(sorted(KINDS)), st.lists(places, min_size=3, max_size=6).map(lambda r: [*r, r[0]])),
    max_size=5,
)


def mask(path: Path, areas: Rings) -> str:
    """A file with these areas."""
    features = [feature(f"{kind}.{k}", kind, [ring]) for k, (kind, ring) in enumerate(areas)]
    path.write_text(mask_gml(features, GRID, "mask"), encoding="utf-8")
    return str(path)


@settings(max_examples=60, deadline=None)
@given(rings, st.integers(0, 69), st.integers(0, 89), st.integers(1, 70), st.integers(1, 90))
def test_a_window_is_the_part_of_the_whole(
    tmp_path_factory: pytest.TempPathFactory, areas: Rings, row: int, col: int, height: int, width: int
) -> None:
    path = mask(tmp_path_factory.mktemp("drawn") / "mask.gml", areas)
    whole = np.zeros(tuple(GRID.shape), np.uint8)
    for kind, ring in areas:
        shape = {"type": "Polygon", "coordinates": [ring]}
        drawn = rasterize([shape], tuple(GRID.shape), transform=Affine(*GRID.transform), dtype="uint8")
        whole |= np.where(drawn != 0, np.uint8(KINDS[kind]), np.uint8(0))
    window = Window(col, row, min(width, 90 - col), min(height, 70 - row))
    cut = whole[row : row + height, col : col + width]
    np.testing.assert_array_equal(DrawnMask(path, GRID).read(window), cut)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawing, "TILE", 32)
        np.testing.assert_array_equal(DrawnMask(path, GRID).read(window), cut)


def test_no_more_than_a_tile_is_drawn_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wide = Grid("EPSG:32649", GRID.transform, Shape(20_000, 20_000))
    left, bottom, right, top = wide.bounds
    path = mask(tmp_path / "mask.gml", [("MSI_LOST", [(left, top), (right, top), (right, bottom), (left, top)])])
    drawn = []

    def noted(shapes: object, shape: tuple[int, int], **options: object) -> object:
        drawn.append(shape)
        return rasterize(shapes, shape, **options)

    monkeypatch.setattr(drawing, "rasterize", noted)
    counts = DrawnMask(path, wide).read(Window(3_000, 2_990, 100, 100))
    assert drawn == [(1024, 1024)] * 4
    assert counts[-1, 0] == 0
    assert counts[0, -1] == 4


def test_a_decimated_read_takes_the_middle(tmp_path: Path) -> None:
    left, _, _, top = GRID.bounds
    ring = [(left, top), (left + 900, top), (left + 900, top - 300), (left, top - 300), (left, top)]
    source = DrawnMask(mask(tmp_path / "mask.gml", [("QT_NODATA_PIXELS", ring)]), GRID)
    small = source.read(Window(0, 0, 90, 70), Shape(7, 9))
    assert small.shape == (7, 9)
    assert (small[:3] == 32).all()
    assert (small[3:] == 0).all()


def test_an_unknown_kind_and_a_polygon_without_points_are_refused(tmp_path: Path) -> None:
    ring = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)]
    with pytest.raises(BadInput, match="unknown kind DETECTOR_FOOTPRINT") as caught:
        DrawnMask(mask(tmp_path / "mask.gml", [("DETECTOR_FOOTPRINT", ring)]), GRID)
    assert caught.value.where.endswith("mask.gml")
    text = mask_gml(["<eop:MaskFeature><gml:Polygon/></eop:MaskFeature>"], GRID, "mask")
    (tmp_path / "bare.gml").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match="a polygon without points"):
        DrawnMask(str(tmp_path / "bare.gml"), GRID)
