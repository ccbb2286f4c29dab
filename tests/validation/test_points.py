"""Points: windows hold what the engine publishes, times and places are matched, doubts are carried."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer
from scenes import grid_of, write_item

from rs.core.bands import Band, Quality
from rs.core.grid import Grid
from rs.core.product import Product
from rs.core.result import Result
from rs.core.scene import TimeSpan
from rs.errors import UsageError
from rs.pipeline.choose import Job, choose
from rs.pipeline.prepare import prepare
from rs.pipeline.produce import Unit, produce
from rs.products import product
from rs.validation.points import NO_SCENE, matches, scene_paths
from rs.validation.report import Report
from rs.validation.rows import Row, Sampling
from rs.validation.validate import Order, validate
from rs.validation.windows import OUTSIDE, gap, window_block

HEADER = "time,lon,lat,value,unit\n"
NOON = "2023-08-15T12:00:00Z"


def spot(grid: Grid, row: float, col: float) -> tuple[float, float]:
    """Longitude and latitude [degrees] of a place on a grid; 0.5, 0.5 is the middle of the first pixel."""
    t = grid.transform
    turn = Transformer.from_crs(grid.crs, "EPSG:4326", always_xy=True)
    lon, lat = turn.transform(t.c + t.a * col, t.f + t.e * row)
    return float(lon), float(lat)


def river(folder: Path, name: str = "river", *, red: Any = None, when: str | None = NOON, **kwargs: Any) -> Grid:
    """A scene of 20 x 20 px of turbid water with a dry bank in the first column."""
    grid = grid_of(20, 20)
    shape = grid.shape
    bands = {
        Band.BLUE: np.full(shape, 0.04), Band.GREEN: np.full(shape, 0.06), Band.RED: np.full(shape, 0.05),
        Band.NIR08: np.full(shape, 0.02), Band.SWIR16: np.full(shape, 0.012), Band.SWIR22: np.full(shape, 0.01),
    }  # fmt: skip
    bands[Band.SWIR16][:, 0] = 0.2
    if red is not None:
        bands[Band.RED] = np.asarray(red, float)
    scl = np.full(shape, 6, np.uint8)
    scl[:, 0] = 5
    write_item(folder / name, bands, scl=kwargs.pop("scl", scl), grid=grid, name=name, datetime=when, **kwargs)
    return grid


def compare(folder: Path, lines: list[str], how: Sampling | None = None, made: Product | None = None) -> Report:
    """Compare points with the scenes of a folder."""
    path = folder / "points.csv"
    path.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    return validate(Order(made or product("turbidity"), path, folder, None, how or Sampling()))


def one(folder: Path, line: str, how: Sampling | None = None) -> Row:
    """The only row of a comparison."""
    (row,) = compare(folder, [line], how).rows
    return row


@pytest.fixture(scope="module")
def published(scenes: Path, tmp_path_factory: pytest.TempPathFactory) -> Result:
    """Turbidity of a scene of the Parana river as the engine makes it."""
    scene = prepare(str(scenes / "S2_parana_20240520"))
    job = choose(scene, product("turbidity"))
    assert isinstance(job, Job)
    (result,) = produce(Unit(scene, (job,), str(tmp_path_factory.mktemp("staging")), block=64))
    assert isinstance(result, Result)
    return result


def test_a_window_of_one_pixel_is_the_published_pixel(published: Result, reference: Path, scenes: Path) -> None:
    """The value and every quality bit at a point are those of the files that the engine writes."""
    order = Order(
        product("turbidity"), reference / "parana_lab.csv", scenes, reference / "parana_lab.toml", Sampling(1)
    )
    rows = [row for row in validate(order).rows if row.observation.day == "2024-05-20"]
    layer = product("turbidity").layers[0]
    folder = Path(published.staging)
    files = {f.asset: folder / f.name for f in published.files}
    with rasterio.open(files["turbidity"]) as values, rasterio.open(files["quality"]) as quality:
        counts, bits = values.read(1), quality.read(1)
        turn = Transformer.from_crs("EPSG:4326", values.crs, always_xy=True)
        for row in rows:
            cell = values.index(*turn.transform(row.observation.lon, row.observation.lat))
            expected = None if counts[cell] == layer.nodata else layer.value(int(counts[cell]))
            assert row.estimate == pytest.approx(expected)
            assert row.window is not None
            present = {str(bit.name).lower() for bit in Quality if bits[cell] & bit}
            assert set(row.window.bits) == (present if row.window.pixels else set())
    assert len(rows) == 8


def test_the_mean_of_reflectance_goes_through_the_recipe(tmp_path: Path) -> None:
    red = np.full((20, 20), 0.05)
    red[9:12, 9:12] = [[0.03, 0.04, 0.05], [0.06, 0.07, 0.08], [0.09, 0.10, 0.11]]
    grid = river(tmp_path, red=red)
    flat = river(tmp_path / "flat", red=np.full((20, 20), 0.07))
    lon, lat = spot(grid, 10.5, 10.5)
    row = one(tmp_path, f"{NOON},{lon},{lat},20,FNU")
    even = one(tmp_path / "flat", f"{NOON},{lon},{lat},20,FNU")
    assert flat == grid and row.estimate == even.estimate is not None
    assert row.window is not None and even.window is not None
    assert (row.window.pixels, row.window.of, even.window.cv) == (9, 9, pytest.approx(0, abs=1e-9))
    # red minus the residual of 0.01: mean 0.06, spread of nine steps of 0.01; near infrared does not vary
    assert row.window.cv == pytest.approx(np.std(np.arange(9) * 0.01, ddof=1) / 0.06 / 2, rel=1e-6)
    assert row.window.by_pixel != pytest.approx(row.estimate, rel=0.02)


def test_pixels_that_the_product_masks_stay_out(tmp_path: Path) -> None:
    scl = np.full((20, 20), 6, np.uint8)
    scl[:, 0] = 5
    grid = river(tmp_path, scl=scl)
    lon, lat = spot(grid, 10.5, 1.5)
    line = f"{NOON},{lon},{lat},20,FNU"
    kept, every = one(tmp_path, line), one(tmp_path, line, Sampling(every_pixel=True))
    assert kept.window is not None and every.window is not None
    assert (kept.window.pixels, every.window.pixels) == (6, 9)
    assert kept.window.bits["adjacent"] == 6 and "land" not in kept.window.bits and every.window.bits["land"] == 3
    assert kept.flagged and every.flagged
    far = one(tmp_path, "{},{},{},20,FNU".format(NOON, *spot(grid, 10.5, 10.5)))
    assert not far.flagged and far.window is not None and far.window.bits == {"water": 9}


def test_a_cloud_leaves_no_pixel(tmp_path: Path) -> None:
    scl = np.full((20, 20), 6, np.uint8)
    scl[8:13, 8:13] = 9
    grid = river(tmp_path, scl=scl)
    row = one(tmp_path, "{},{},{},20,FNU".format(NOON, *spot(grid, 10.5, 10.5)))
    assert row.estimate is None and "no pixel that the product keeps (cloud 9" in row.reason


@pytest.mark.parametrize(
    "row, col, pixels", [(0.5, 19.5, 4), (19.99, 10.5, 6), (10.5, 10.01, 9), (-0.01, 10.5, 0), (10.5, 20.01, 0)]
)
def test_windows_end_at_the_edge(tmp_path: Path, row: float, col: float, pixels: int) -> None:
    grid = river(tmp_path)
    found = one(tmp_path, "{},{},{},20,FNU".format(NOON, *spot(grid, row, col)))
    if pixels:
        assert found.window is not None and (found.window.pixels, found.window.of) == (pixels, 9)
    else:
        assert found.window is None and found.reason == OUTSIDE


@given(st.integers(-2, 12), st.integers(-2, 9), st.sampled_from([1, 3, 5, 99]))
def test_blocks_lie_on_the_grid_and_hold_the_pixel(row: int, col: int, size: int) -> None:
    block = window_block(grid_of(11, 8), (row, col), size)
    if block is None:
        assert not (0 <= row < 11 and 0 <= col < 8)
        return
    assert block.row <= row < block.row + block.height <= 11 and block.col <= col < block.col + block.width <= 8
    assert block.height <= size and block.width <= size


MOMENTS = st.datetimes(datetime(2023, 1, 1), datetime(2023, 1, 9)).map(lambda t: t.replace(tzinfo=UTC))
SPANS = st.tuples(MOMENTS, st.sampled_from([0.0, 5.0, 23.9])).map(
    lambda pair: TimeSpan(pair[0], pair[0] + timedelta(hours=pair[1]))
)


@given(SPANS, SPANS)
def test_gaps(observed: TimeSpan, scene: TimeSpan) -> None:
    least, most = gap(observed, scene)
    assert 0 <= least <= most
    assert gap(scene, observed) == (least, most)
    corners = [abs((a - b).total_seconds()) / 3600 for a in (observed.start, observed.end)
               for b in (scene.start, scene.end)]  # fmt: skip
    assert most == pytest.approx(max(corners))
    overlap = observed.start <= scene.end and scene.start <= observed.end
    assert least == pytest.approx(0 if overlap else min(corners))
    if not (observed.is_instant and scene.is_instant):
        assert matches(observed, scene, 3.0) is overlap
    else:
        assert matches(observed, scene, 3.0) is (least <= 3.0)


def test_the_nearest_scene_with_a_value_is_taken(tmp_path: Path) -> None:
    clouds = np.full((20, 20), 9, np.uint8)
    grid = river(tmp_path, "a_cloudy", when="2023-08-15T12:00:00Z", scl=clouds)
    river(tmp_path, "b_near", when="2023-08-15T13:00:00Z", red=np.full((20, 20), 0.03))
    river(tmp_path, "c_far", when="2023-08-15T14:30:00Z")
    lon, lat = spot(grid, 10.5, 10.5)
    row = one(tmp_path, f"2023-08-15T12:00:00Z,{lon},{lat},5,FNU")
    assert row.window is not None and row.window.scene == "b_near" and row.window.gap == (1.0, 1.0)
    narrow = one(tmp_path, f"2023-08-15T12:00:00Z,{lon},{lat},5,FNU", Sampling(hours=0.5))
    assert narrow.estimate is None and narrow.window is not None and narrow.window.scene == "a_cloudy"
    assert one(tmp_path, f"2023-08-16T12:00:00Z,{lon},{lat},5,FNU").reason == NO_SCENE
    assert one(tmp_path, f"2023-08-15,{lon},{lat},5,FNU").estimate is not None


def test_a_product_that_the_scene_cannot_give(tmp_path: Path) -> None:
    grid = grid_of(9, 9)
    write_item(tmp_path / "bare", {Band.RED: np.full((9, 9), 0.05)}, grid=grid, datetime=NOON)
    report = compare(tmp_path, ["{},{},{},5,FNU".format(NOON, *spot(grid, 4.5, 4.5))])
    assert "needs" in report.rows[0].reason and any("not used" in note for note in report.notes)
    assert report.score().used == 0 and report.correction == "none: no scene fits"


def test_a_damaged_scene_is_named_and_the_others_serve(tmp_path: Path) -> None:
    grid = river(tmp_path, "whole")
    river(tmp_path, "broken")
    (tmp_path / "broken" / "red.tif").write_bytes(b"II*\x00 not a picture")
    report = compare(tmp_path, ["{},{},{},5,FNU".format(NOON, *spot(grid, 10.5, 10.5))])
    assert report.rows[0].estimate is not None
    assert any(note.startswith("broken: not used") and "red.tif" in note for note in report.notes)


def test_bands_of_a_coarser_grid(tmp_path: Path) -> None:
    """A product of 20 m bands beside 10 m bands has windows of 20 m pixels, its bits from the 10 m grid."""
    from scenes import band_asset, counts_of, item_of, save_item, write_tif

    fine, coarse = grid_of(40, 40), grid_of(20, 20, 20.0)
    levels = {"blue": 0.04, "green": 0.06, "red": 0.05, "nir08": 0.02, "swir16": 0.012, "swir22": 0.01}
    folder = tmp_path / "two_grids"
    folder.mkdir()
    assets = {}
    for name, level in levels.items():
        grid = fine if name in ("blue", "green") else coarse
        write_tif(folder / f"{name}.tif", counts_of(np.full(grid.shape, level)), grid, nodata=0)
        assets[name] = {**band_asset(f"{name}.tif", name), "proj:shape": list(grid.shape),
                        "proj:transform": list(grid.transform)}  # fmt: skip
    save_item(folder, item_of(fine, assets, name="two_grids", datetime=NOON))
    row = one(tmp_path, "{},{},{},20,FNU".format(NOON, *spot(coarse, 5.5, 5.5)))
    assert row.window is not None and row.window.pixels == 9 and row.window.bits["water"] == 9
    even = river(tmp_path / "even")
    assert row.estimate == one(tmp_path / "even", "{},{},{},20,FNU".format(NOON, *spot(even, 10.5, 10.5))).estimate


def test_folders_and_sampling_that_do_not_fit(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no scene"):
        scene_paths(str(tmp_path))
    with pytest.raises(UsageError, match="holds no scene"):
        scene_paths(str(tmp_path / "absent"))
    river(tmp_path, "alone")
    assert scene_paths(str(tmp_path / "alone")) == [str(tmp_path / "alone")]
    for size in (0, 2, 101):
        with pytest.raises(UsageError, match="odd number"):
            Sampling(size)
    with pytest.raises(UsageError, match="time gap"):
        Sampling(hours=float("nan"))
    path = tmp_path / "p.csv"
    path.write_text(HEADER + f"{NOON},1,2,3,FNU\n")
    with pytest.raises(UsageError, match="--scenes"):
        validate(Order(product("turbidity"), path))


def test_land_products_are_compared_too(tmp_path: Path) -> None:
    grid = grid_of(9, 9)
    bands = {Band.RED: np.full((9, 9), 0.05), Band.NIR: np.full((9, 9), 0.35)}
    write_item(tmp_path / "field", bands, scl=np.full((9, 9), 4), grid=grid, datetime=NOON)
    made = product("ndvi")
    report = compare(tmp_path, ["{},{},{},0.7,1".format(NOON, *spot(grid, 4.5, 4.5))], made=replace(made))
    assert report.rows[0].estimate == pytest.approx(0.75, abs=1e-4)
    assert report.correction == "level as_delivered"
