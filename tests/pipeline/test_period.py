"""Composites of scenes whose reflectances are known: medians, masks, acquisitions, grids, and what cannot be made."""

from __future__ import annotations

import hashlib
import json
import resource
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from periods import CLOUD, VEGETATION, composite_of, date_of, observed, random_values, stack_of
from producing import counts_in, made_of, path_of, result_of, skipped_of, values_in
from pyproj import Transformer
from scenes import grid_of

from rs.core.bands import NOT_CLEAR, Band
from rs.core.grid import Grid, Shape, Transform
from rs.core.period import Period
from rs.core.result import Result, SkipClass, Skipped
from rs.core.scene import Reflectance, Scene
from rs.errors import UnknownName, UsageError
from rs.pipeline.period_choose import Wish, choose_period
from rs.pipeline.period_scan import block_side
from rs.products import product
from rs.raster.target import read_target
from rs.testing import LandsatSpec, coast, write_landsat

THREE = (Band.BLUE, Band.RED, Band.NIR)
seeds = st.integers(0, 2**32 - 1)
small = settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])


def median(values: NDArray[Any]) -> NDArray[Any]:
    """Counts of 1e-4 of the median over dates, halves to even; NaN where there is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.rint(np.nanmedian(np.rint(values * 1e4), axis=0))


def stored(result: Result, layer: str) -> NDArray[np.float64]:
    """Counts of a layer, NaN for no data."""
    counts = counts_in(result, layer)
    nodata = next(x.nodata for x in result.product.layers if x.name == layer)
    return np.where(counts == nodata, np.nan, counts.astype(np.float64))


def digests(result: Result) -> dict[str, str]:
    """Digest of every file but the lineage's by asset; that one too, as it holds no time or place."""
    return {file.asset: file.digest for file in result.files}


@small
@given(seed=seeds, dates=st.integers(1, 6), clouds=st.booleans())
def test_the_median_of_known_reflectances_comes_back(
    seed: int, dates: int, clouds: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("period")
    values = random_values(seed, THREE, dates, 30, 41)
    cloudy = np.random.default_rng(seed).random((dates, 30, 41)) < 0.3 if clouds else None
    result = result_of(composite_of(stack_of(folder, values, cloudy), "median", folder / "made"))
    seen = observed(values, cloudy)
    assert [layer.name for layer in result.product.layers] == ["blue", "red", "nir", "count"]
    for band in THREE:
        np.testing.assert_array_equal(stored(result, band.value), median(seen[band]))
    count = np.isfinite(seen[Band.RED]).sum(axis=0)
    np.testing.assert_array_equal(stored(result, "count"), count)
    assert result.valid_fraction == (count > 0).mean()
    assert result.clear_fraction == pytest.approx(count.sum() / (dates * count.size))


def test_bits_that_scene_products_reject_are_rejected_with_their_margin(tmp_path: Path) -> None:
    """Clouds and shadows grow by 100 m, snow and saturated pixels stay as they are, all as in the quality file."""
    random = np.random.default_rng(1)
    scl = np.full((90, 110), VEGETATION)
    scl[random.random(scl.shape) < 0.002] = CLOUD
    scl[10:20, 60:70], scl[50:52, 8:12], scl[70:74, 90:94], scl[:4, :9] = 3, 11, 1, 0
    grid = grid_of(90, 110)
    bands = {band: np.full((90, 110), 0.1) for band in (*THREE, Band.GREEN)}
    scene = date_of(tmp_path, 1, bands, scl, grid=grid)
    composite = result_of(composite_of([scene], "median", tmp_path / "one", block=64))
    quality = counts_in(result_of(made_of(scene, tmp_path / "two", ["ndvi"])["ndvi"]), "quality")
    clear = (quality & int(NOT_CLEAR)) == 0
    assert 0.1 < clear.mean() < 0.9
    np.testing.assert_array_equal(stored(composite, "count") == 1, clear)


@pytest.mark.parametrize(
    ("name", "target"), [("median", None), ("geomedian", "EPSG:32634@7"), ("median", "EPSG:32633@25")]
)
def test_blocks_threads_and_the_order_of_scenes_change_no_byte(name: str, target: str | None, tmp_path: Path) -> None:
    cloudy = np.random.default_rng(0).random((4, 150, 170)) < 0.001
    scenes = stack_of(tmp_path, random_values(3, THREE, 4, 150, 170), cloudy, grid=grid_of(150, 170))
    wish = Wish(read_target(target) if target else None)
    made = [
        digests(result_of(composite_of(order, name, tmp_path / str(k), wish, threads=threads, block=block)))
        for k, (order, threads, block) in enumerate([(scenes, 1, 512), (scenes[::-1], 3, 64), (scenes, 2, 100)])
    ]
    assert made[0] == made[1] == made[2]
    assert len(made[0]) == len(product(name).layers) - 4 + 3


def test_an_offset_of_the_counts_does_not_matter(tmp_path: Path) -> None:
    """Baselines before and after 2022 bear other offsets; a day of another one fills in as if it had none."""
    values = random_values(5, (Band.RED,), 3, 20, 20)[Band.RED]
    offsets = (0.0, -0.1, 0.0)
    scenes = [date_of(tmp_path, k + 1, {Band.RED: values[k]}, claimed=offsets[k]) for k in range(3)]
    result = result_of(composite_of(scenes, "median", tmp_path / "made"))
    np.testing.assert_array_equal(stored(result, "red"), median(values))


def test_an_observation_out_of_range_is_none(tmp_path: Path) -> None:
    values = np.array([[[0.1, 0.1]], [[0.3, 0.3]], [[4.0, 0.2]]])
    result = result_of(composite_of(stack_of(tmp_path, {Band.RED: values}), "median", tmp_path / "made"))
    np.testing.assert_array_equal(stored(result, "red"), [[2000, 2000]])
    np.testing.assert_array_equal(stored(result, "count"), [[2, 3]])


def test_scenes_of_one_datatake_are_one_date(tmp_path: Path) -> None:
    """Where two tiles of one pass overlap they saw the same; the first with a clear pixel counts, and counts once."""
    take = {"s2:datatake_id": "GS2A_20230803T100031_042590_N05.09"}
    clear, hidden = np.full((4, 6), VEGETATION), np.full((4, 6), VEGETATION)
    hidden[:, 3:] = CLOUD
    parts = [(3, "west", 0.2, hidden, take), (3, "east", 0.4, clear, take), (5, "later", 0.3, clear, {})]
    scenes = [
        date_of(tmp_path / name, day, {Band.RED: np.full((4, 6), value)}, scl, name=name, **stated)
        for day, name, value, scl, stated in parts
    ]
    assert [[s.id for s in date] for date in Period(tuple(scenes)).acquisitions] == [["east", "west"], ["later"]]
    result = result_of(composite_of(scenes, "median", tmp_path / "made"))
    assert (stored(result, "count") == 2).all()
    assert (stored(result, "red") == 3500).all()
    assert any("2 dates of 3 scenes" in note for note in result.notes)
    alone = result_of(composite_of(scenes[:2], "median", tmp_path / "other"))
    np.testing.assert_array_equal(stored(alone, "red"), np.full((4, 6), 4000))
    swapped = [replace(scenes[0], id="a_west"), scenes[1]]
    filled = result_of(composite_of(swapped, "median", tmp_path / "filled"))
    np.testing.assert_array_equal(stored(filled, "red")[0], [2000, 2000, 2000, 4000, 4000, 4000])


def test_a_plane_is_a_plane_on_another_grid(tmp_path: Path) -> None:
    """One date on the next UTM zone: reflectance that is linear in x and y comes back to half a count."""
    grid = grid_of(120, 130, left=700_000.0)
    rows, cols = np.mgrid[:120, :130]
    plane = 0.05 + 0.002 * cols + 0.001 * rows
    scene = date_of(tmp_path, 1, {Band.RED: plane}, grid=grid)
    wish = Wish(read_target("EPSG:32634@10"), (Band.RED,))
    result = result_of(composite_of([scene], "median", tmp_path / "made", wish, block=64))
    t, shape = result.grid.transform, result.grid.shape
    x, y = np.meshgrid(t.c + t.a * (np.arange(shape.cols) + 0.5), t.f + t.e * (np.arange(shape.rows) + 0.5))
    there = Transformer.from_crs("EPSG:32634", "EPSG:32633", always_xy=True).transform(x, y)
    col, row = (there[0] - grid.transform.c) / 10 - 0.5, (grid.transform.f - there[1]) / 10 - 0.5
    inner = (col > 0.5) & (col < 128.5) & (row > 0.5) & (row < 118.5)
    meant = 1e4 * (0.05 + 0.002 * col + 0.001 * row)
    found = stored(result, "red")
    assert np.abs(found - meant)[inner].max() <= 0.5 + 1e-3
    outside = (col < -0.5) | (col > 129.5) | (row < -0.5) | (row > 119.5)
    assert np.isnan(found[outside]).all() and np.isfinite(found[inner]).all()
    assert (t.c % 10, t.f % 10) == (0, 0) and result.grid.crs == "EPSG:32634"
    assert "grid-" in result.slot and "grid:code" not in result.scene.properties


def test_clouds_are_left_out_before_pixels_are_mixed(tmp_path: Path) -> None:
    """On twice the pixel the mean is over what is clear, and on a shifted grid no cloud leaks in."""
    values, scl = np.full((40, 40), 0.1), np.full((40, 40), VEGETATION)
    values[10:20, 10:20], scl[10:20, 10:20] = 1.0, CLOUD
    grid = grid_of(40, 40, pixel=120.0)
    scene = date_of(tmp_path, 1, {Band.RED: values}, scl, grid=grid)
    west, top = grid.transform.c, grid.transform.f
    for k, text in enumerate((f"EPSG:32633,240,{west + 60},{top - 4740},{west + 4620},{top - 180}",
                              f"EPSG:32633,120,{west + 30},{top - 4710},{west + 4590},{top - 150}")):  # fmt: skip
        result = result_of(composite_of([scene], "median", tmp_path / str(k), Wish(read_target(text))))
        found = stored(result, "red")
        assert (found[np.isfinite(found)] == 1000).all()
        assert 0 < np.isnan(found).sum() <= 100


def test_coarser_bands_lie_on_the_grid_of_the_finest(tmp_path: Path) -> None:
    """Shortwave infrared of 20 m under red of 10 m: by nearest neighbour as in scene products."""
    fine, coarse = grid_of(40, 60), grid_of(20, 30, pixel=20.0)
    scenes = []
    for day, shift in ((1, 0.0), (2, 0.1), (3, 0.02)):
        scene = date_of(tmp_path, day, {Band.RED: np.full((40, 60), 0.2 + shift)}, grid=fine)
        swir = np.arange(600).reshape(20, 30) * 1e-4 + shift + 0.01
        other = date_of(tmp_path / "swir", day, {Band.SWIR16: swir}, grid=coarse)
        scenes.append(replace(scene, assets={**scene.assets, **other.assets}))
    result = result_of(composite_of(scenes, "median", tmp_path / "made"))
    assert result.grid == scenes[0].assets[Band.RED].grid
    meant = np.arange(600).reshape(20, 30).repeat(2, 0).repeat(2, 1) + 300
    np.testing.assert_array_equal(stored(result, "swir16"), meant)
    np.testing.assert_array_equal(stored(result, "red"), np.full((40, 60), 2200))


def test_satellites_of_other_scales_go_together(tmp_path: Path) -> None:
    """A Landsat scene and two others: the narrow near infrared stands in, on a grid that is named."""
    spec = LandsatSpec("L2", "landsat-9", size=(60, 70))
    landsat = prepare_landsat(tmp_path / "landsat", spec)
    grid = landsat.assets[Band.RED].grid
    shape = tuple(grid.shape)
    bands = (Band.BLUE, Band.GREEN, Band.RED, Band.NIR08)
    others = [
        date_of(tmp_path, day, {band: np.full(shape, value) for band in (*bands, Band.NIR)}, grid=grid)
        for day, value in ((1, 0.01), (2, 0.9))
    ]
    result = result_of(composite_of([landsat, *others], "median", tmp_path / "made"))
    names = [layer.name for layer in result.product.layers]
    assert names == ["blue", "green", "red", "nir08", "count"]
    assert result.scene.platform.name == "landsat-9,sentinel-2a"
    found, counts = values_in(result, "nir08"), stored(result, "count")
    own = result_of(composite_of([landsat], "median", tmp_path / "own"))
    middle = values_in(own, "nir08")
    three = (counts == 3) & (middle > 0.01) & (middle < 0.9)
    assert three.mean() > 0.2
    np.testing.assert_array_equal(found[three], middle[three])


def prepare_landsat(folder: Path, spec: LandsatSpec) -> Scene:
    """A made-up coast as Landsat delivers it."""
    from rs.pipeline.prepare import prepare

    folder.mkdir()
    return prepare(str(write_landsat(folder, coast(spec.extent), spec)))


def test_deviations_out_of_range_are_flagged_and_no_data(tmp_path: Path) -> None:
    """Spectra at right angles: one less the cosine is more than the layer holds; the geomedian itself is there."""
    values = {Band.RED: np.array([[[0.9]], [[0.0001]], [[0.0001]], [[0.9]]]),
              Band.NIR: np.array([[[0.0001]], [[0.9]], [[0.9]], [[-0.25]]])}  # fmt: skip
    scenes = [date_of(tmp_path, k + 1, {band: one[k] for band, one in values.items()}, claimed=-0.3) for k in range(4)]
    result = result_of(composite_of(scenes, "geomedian", tmp_path / "made"))
    assert np.isfinite(stored(result, "red")).all() and np.isfinite(stored(result, "emad")).all()
    if np.isnan(stored(result, "smad")).any():
        assert counts_in(result, "flags").tolist() == [[1]]
        assert result.statistics["smad"].above == 1


def test_the_geomedian_of_known_spectra_comes_back(tmp_path: Path) -> None:
    """Most dates bear one spectrum, so that it is the geometric median; distances follow by hand."""
    spectrum = {Band.BLUE: 0.05, Band.RED: 0.1, Band.NIR: 0.4}
    values = {band: np.full((5, 6, 7), value) for band, value in spectrum.items()}
    for band, stack in values.items():
        stack[3], stack[4] = 2 * spectrum[band], 0.9
    result = result_of(composite_of(stack_of(tmp_path, values), "geomedian", tmp_path / "made"))
    for band, value in spectrum.items():
        assert (stored(result, band.value) == round(value * 1e4)).all()
    for layer in ("emad", "smad", "bcmad"):
        assert (stored(result, layer) == 0).all()
    assert (stored(result, "count") == 5).all()
    four = result_of(composite_of(stack_of(tmp_path / "two", {b: v[[0, 3]] for b, v in values.items()}), "geomedian",
                                  tmp_path / "other"))  # fmt: skip
    length = float(np.sqrt(sum(value**2 for value in spectrum.values())))
    assert values_in(four, "red") == pytest.approx(0.15)
    assert values_in(four, "emad") == pytest.approx(length / 2, abs=6e-5)
    assert values_in(four, "smad") == pytest.approx(0, abs=1e-5)
    assert values_in(four, "bcmad") == pytest.approx((0.5 / 2.5 + 0.5 / 3.5) / 2, abs=2e-5)


def test_bands_and_slot(tmp_path: Path) -> None:
    scenes = stack_of(tmp_path, random_values(2, THREE, 2, 10, 10))
    lacking = date_of(tmp_path, 9, {band: np.full((10, 10), 0.1) for band in THREE[:2]})
    result = result_of(composite_of([*scenes, lacking], "median", tmp_path / "made"))
    assert [layer.name for layer in result.product.layers] == ["blue", "red", "count"]
    assert any("nir is left out: day_09 has none" in note for note in result.notes)
    skipped = skipped_of(composite_of([*scenes, lacking], "median", tmp_path / "no", Wish(None, (Band.NIR,))))
    assert skipped.kind is SkipClass.UNSUPPORTED and "day_09" in skipped.reason
    with pytest.raises(UnknownName, match="coastal"):
        choose_period(scenes, product("median"), Wish(None, (Band.COASTAL,)))
    one, other = (choose_period(order, product("median")) for order in (scenes, scenes[::-1]))
    assert not isinstance(one, Skipped) and not isinstance(other, Skipped)
    assert (one.slot, one.key) == (other.slot, other.key)
    assert one.slot.startswith("median_20230801-20230802_")
    fewer = choose_period(scenes, product("median"), Wish(None, (Band.RED,)))
    assert not isinstance(fewer, Skipped) and (fewer.slot == one.slot, fewer.key == one.key) == (True, False)
    assert len({choose_period(part, product("median")).slot for part in (scenes, scenes[:1], scenes[1:])}) == 3
    again = choose_period(scenes, product("median"), Wish(read_target("EPSG:32633@60")))
    assert again.slot != one.slot


def test_what_cannot_be_made_says_why(tmp_path: Path) -> None:
    scenes = stack_of(tmp_path, random_values(2, (Band.RED,), 2, 10, 10))
    other = date_of(tmp_path, 7, {Band.RED: np.full((10, 10), 0.1)}, grid=grid_of(10, 10, pixel=60.0))
    with pytest.raises(UsageError, match="day_01 and day_07 lie on different grids"):
        choose_period([*scenes, other], product("median"))
    together = result_of(composite_of([*scenes, other], "median", tmp_path / "a", Wish(read_target("EPSG:32633@60"))))
    assert stored(together, "count").max() == 3
    with pytest.raises(UsageError, match="two scenes are named day_01"):
        choose_period([scenes[0], scenes[0]], product("median"))
    with pytest.raises(UsageError, match="one scene at a time"):
        choose_period(scenes, product("ndvi"))
    top = replace(scenes[0], reflectance=Reflectance.TOA)
    skipped = skipped_of(composite_of([top, scenes[1]], "median", tmp_path / "b"))
    assert skipped.kind is SkipClass.UNSUPPORTED and "day_01: it needs surface reflectance" in skipped.reason
    cloud = date_of(tmp_path / "c", 1, {Band.RED: np.full((5, 5), 0.1)}, np.full((5, 5), CLOUD))
    skipped = skipped_of(composite_of([cloud], "median", tmp_path / "d"))
    assert skipped.kind is SkipClass.EXPECTED and "no clear pixel on 1 dates" in skipped.reason
    assert not list((tmp_path / "d").iterdir())


def test_a_damaged_file_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    scenes = stack_of(tmp_path, random_values(2, (Band.RED,), 3, 200, 200))
    file = Path(scenes[1].assets[Band.RED].href)
    body = bytearray(file.read_bytes())
    file.write_bytes(body[: len(body) // 2])
    skipped = skipped_of(composite_of(scenes, "median", tmp_path / "made", threads=2, block=64))
    assert skipped.kind is SkipClass.BAD_INPUT and str(file) in skipped.reason
    assert not (tmp_path / "made").exists()


def test_open_files_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scenes = stack_of(tmp_path, random_values(2, (Band.RED,), 3, 8, 8))
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    monkeypatch.setattr(resource, "getrlimit", lambda _: (130, limits[1]))
    skipped = skipped_of(composite_of(scenes, "median", tmp_path / "made"))
    assert skipped.kind is SkipClass.RESOURCE and "3 files are read at once" in skipped.reason


def test_blocks_shrink_with_dates_and_bands() -> None:
    assert block_side(18, 1024) == 1024
    assert block_side(24 * 6, 1024) == 512
    for rasters in (1, 100, 1000, 10_000):
        assert block_side(rasters, 1024) == 64 or 2 * rasters * block_side(rasters, 1024) ** 2 <= 100e6
    assert block_side(1, 300) == 300


def test_lineage_names_every_scene_and_what_counted(tmp_path: Path) -> None:
    values = random_values(4, THREE, 3, 12, 12)
    result = result_of(composite_of(stack_of(tmp_path, values), "median", tmp_path / "made"))
    body = json.loads(Path(path_of(result, "lineage")).read_bytes())
    assert [scene["id"] for scene in body["scenes"]] == ["day_01", "day_02", "day_03"]
    seen = observed(values)[Band.RED]
    assert [scene["clear_pixels"] for scene in body["scenes"]] == [int(np.isfinite(one).sum()) for one in seen]
    assert set(body["inputs"]) == {f"day_0{k}/{band.value}" for k in (1, 2, 3) for band in THREE}
    for name, digest in body["inputs"].items():
        scene, band = name.split("/")
        assert hashlib.sha256((tmp_path / scene / f"{band}.tif").read_bytes()).hexdigest() == digest


def test_four_real_dates_of_the_parana(scenes: Path, tmp_path: Path) -> None:
    from rs.pipeline.prepare import prepare

    folders = sorted(scenes.glob("S2_parana_*"))
    held = [prepare(str(folder)) for folder in folders]
    result = result_of(composite_of(held, "median", tmp_path / "made"))
    bands = ("blue", "green", "red", "nir", "swir16", "swir22")
    raw = np.stack([np.stack([whole(scene, Band(band)) for band in bands]) for scene in held])
    reflectance = np.where((raw == 0) | (raw == 4294967295), np.nan, raw * 1e-4 - 0.1)
    reflectance[:, :] = np.where(np.isnan(reflectance).any(axis=1, keepdims=True), np.nan, reflectance)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        exact = np.nanmedian(reflectance, axis=0)
    for k, band in enumerate(bands):
        found = values_in(result, band)
        np.testing.assert_array_equal(np.isnan(found), np.isnan(exact[k]))
        # an even number of dates: both in the middle are rounded before their mean is
        assert np.nanmax(np.abs(found - exact[k])) <= 1e-4 * (1 + 1e-6)
    assert np.nanmin(stored(result, "count")) == 0 and stored(result, "count").max() == 4
    assert result.scene.time.start.year == 2023 and result.scene.time.end.year == 2024


def whole(scene: Scene, band: Band) -> NDArray[np.float64]:
    """Counts of a band as the file has them."""
    import rasterio

    with rasterio.open(scene.assets[band].href) as dataset:
        return np.asarray(dataset.read(scene.assets[band].index), np.float64)


def test_a_grid_that_no_scene_reaches_is_empty(tmp_path: Path) -> None:
    scenes = stack_of(tmp_path, random_values(2, (Band.RED,), 1, 10, 10))
    far = Grid("EPSG:32633", Transform(10.0, 0.0, 0.0, 0.0, -10.0, 100.0), Shape(10, 10))
    text = f"EPSG:32633,10,{far.bounds[0]},{far.bounds[1]},{far.bounds[2]},{far.bounds[3]}"
    skipped = skipped_of(composite_of(scenes, "median", tmp_path / "made", Wish(read_target(text))))
    assert skipped.kind is SkipClass.EXPECTED
