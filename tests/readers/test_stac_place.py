"""The place of a raster: its own georeference, the item's, both compared, decimated copies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasterio.errors import NotGeoreferencedWarning
from scenes import Change, grid_of, write_tif

from rs.core.bands import Band
from rs.core.grid import Shape
from rs.core.scene import Scene
from rs.errors import BadInput, Contradiction, MissingPart
from rs.readers import open_scene

Opened = Callable[[Change], Scene]
GRID = grid_of(6, 8)
KEEP: Change = lambda item: None  # noqa: E731

pytestmark = pytest.mark.filterwarnings(f"ignore::{NotGeoreferencedWarning.__module__}.NotGeoreferencedWarning")


def bare(folder: Path, rows: int, cols: int) -> None:
    """Replace red by a raster without georeference."""
    write_tif(folder / "red.tif", np.full((rows, cols), 500, np.uint16), None)


def test_the_raster_speaks_for_itself(folder: Path, opened: Opened) -> None:
    def change(item: dict[str, Any]) -> None:
        for name in ("proj:code", "proj:shape", "proj:transform"):
            del item["properties"][name]

    assert opened(change).assets[Band.RED].grid == GRID


def test_where_it_has_no_georeference_the_item_speaks(folder: Path, opened: Opened) -> None:
    bare(folder, 6, 8)
    scene = opened(KEEP)
    assert scene.assets[Band.RED].grid == GRID
    assert scene.notes == ()


@pytest.mark.parametrize("rows, cols", [(3, 4), (2, 3), (12, 16)])
def test_a_decimated_raster_keeps_the_outer_edges(folder: Path, opened: Opened, rows: int, cols: int) -> None:
    bare(folder, rows, cols)
    scene = opened(KEEP)
    grid = scene.assets[Band.RED].grid
    assert grid.shape == Shape(rows, cols)
    assert grid.bounds == pytest.approx(GRID.bounds)
    assert grid.transform.a == pytest.approx(80 / cols)
    assert -grid.transform.e == pytest.approx(60 / rows)
    assert scene.notes == (f"decimated copy: pixels of {80 / cols:g} m, the item describes finer ones",)


def test_the_asset_overrules_the_item(folder: Path, opened: Opened) -> None:
    bare(folder, 6, 8)
    moved = grid_of(6, 8, left=700_000.0)
    scene = opened(lambda item: item["assets"]["red"].update({"proj:transform": list(moved.transform)}))
    assert scene.assets[Band.RED].grid == moved


def test_another_aspect_is_no_decimated_copy(folder: Path, opened: Opened) -> None:
    write_tif(folder / "red.tif", np.full((60, 20), 500, np.uint16), None)
    with pytest.raises(Contradiction, match="is 20 x 60 px, the item says 8 x 6: not a decimated copy") as caught:
        opened(KEEP)
    assert caught.value.where == str(folder / "red.tif")


@pytest.mark.parametrize("cols, taken", [(80, True), (81, True), (84, False), (76, False)])
def test_a_decimated_copy_may_be_off_by_a_pixel(folder: Path, opened: Opened, cols: int, taken: bool) -> None:
    bare(folder, 60, cols)
    stated = {"proj:shape": [6000, 8000], "proj:transform": [1, 0, 500_000, 0, -1, 5_200_000]}

    def change(item: dict[str, Any]) -> None:
        item["assets"] = {"red": {**item["assets"]["red"], **stated}}

    if taken:
        assert opened(change).assets[Band.RED].grid.shape == Shape(60, cols)
        return
    with pytest.raises(Contradiction, match="not a decimated copy"):
        opened(change)


def test_no_georeference_anywhere_is_refused(folder: Path, opened: Opened) -> None:
    bare(folder, 6, 8)
    with pytest.raises(MissingPart, match="no georeference, and the item states none"):
        opened(lambda item: item["properties"].pop("proj:transform"))


@pytest.mark.parametrize(
    "change",
    [
        {"proj:transform": [10, 0, 500_100, 0, -10, 5_200_000]},
        {"proj:transform": [10, 0, 500_000, 0, -10, 5_200_020]},
        {"proj:code": "EPSG:32632"},
        {"proj:shape": [60, 80]},
    ],
    ids=["east", "north", "zone", "size"],
)
def test_a_raster_that_lies_elsewhere_is_refused(opened: Opened, folder: Path, change: dict[str, Any]) -> None:
    with pytest.raises(Contradiction, match="lies at EPSG:32633 500000, 5199940, 500080, 5200000, the item says") as e:
        opened(lambda item: item["properties"].update(change))
    assert e.value.where == str(folder / "red.tif")
    assert e.value.remedy


@pytest.mark.parametrize("code", ["epsg:32633", "Epsg:32633", " EPSG:32633"])
def test_case_is_no_contradiction(opened: Opened, code: str) -> None:
    assert opened(lambda item: item["properties"].update({"proj:code": code})).assets[Band.RED].grid == GRID


def test_case_is_none_either_where_only_the_item_speaks(folder: Path, opened: Opened) -> None:
    bare(folder, 6, 8)
    assert opened(lambda item: item["properties"].update({"proj:code": "epsg:32633"})).assets[Band.RED].grid == GRID


@pytest.mark.parametrize(
    "field, value", [("view:sun_elevation", 482.5), ("view:sun_azimuth", 1e4), ("view:off_nadir", -123)]
)
def test_angles_that_cannot_be_are_refused(opened: Opened, folder: Path, field: str, value: float) -> None:
    with pytest.raises(BadInput, match=f"field {field}: {value:g} is outside of") as caught:
        opened(lambda item: item["properties"].update({field: value}))
    assert caught.value.where == str(folder / "item.json")


def test_a_difference_below_a_pixel_is_taken_from_the_raster(opened: Opened) -> None:
    near = {"proj:transform": [10, 0, 500_004, 0, -10, 5_199_996]}
    assert opened(lambda item: item["properties"].update(near)).assets[Band.RED].grid == GRID


@pytest.mark.parametrize(
    "change",
    [
        {"proj:transform": [10, 0, 500_000]},
        {"proj:transform": ["a", 0, 0, 0, 0, 0]},
        {"proj:transform": [10, 3, 500_000, 0, -10, 5_200_000]},
        {"proj:shape": [6]},
        {"proj:shape": [0, 8]},
    ],
)
def test_a_georeference_that_is_none_is_refused(opened: Opened, folder: Path, change: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match="asset red: proj:transform or proj:shape is not usable") as caught:
        opened(lambda item: item["properties"].update(change))
    assert caught.value.where == str(folder / "item.json")


@pytest.mark.parametrize("geometry", [None, {"type": "Point", "coordinates": [0, 0]}, "x"])
def test_an_item_needs_a_polygon(opened: Opened, geometry: Any) -> None:
    with pytest.raises(BadInput, match="field geometry"):
        opened(lambda item: item.update(geometry=geometry))


def test_a_truncated_header_is_named(folder: Path) -> None:
    path = folder / "red.tif"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(BadInput, match="does not open as GTiff") as caught:
        open_scene(str(folder))
    assert caught.value.where == str(path)
