"""Scenes of the benchmarks: the same from the same code, with all that masks and products need to show."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio
from benchmarks.items import band_file
from benchmarks.scenes import TINY, Cache

from rs.readers import open_scene


def classes(item: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    with rasterio.open(item.with_name("SCL.tif")) as source:
        return np.asarray(source.read(1))


def test_scenes_are_kept_and_made_alike(cache: Cache, tmp_path: Path) -> None:
    first = cache.item(TINY)
    before = first.with_name("B04.tif").stat().st_mtime_ns
    assert Cache(cache.root).item(TINY) == first
    assert first.with_name("B04.tif").stat().st_mtime_ns == before
    second = Cache(tmp_path).item(TINY)
    assert second.parent.name == first.parent.name
    for path in first.parent.iterdir():
        assert path.read_bytes() == (second.parent / path.name).read_bytes(), path.name


def test_the_coast_has_land_water_clouds_and_a_wedge(cache: Cache) -> None:
    shares = np.bincount(classes(cache.item(TINY)).ravel(), minlength=12) / (TINY // 2) ** 2
    for class_, least in {0: 0.02, 3: 0.005, 4: 0.1, 5: 0.1, 6: 0.3, 8: 0.01, 9: 0.01, 10: 0.01}.items():
        assert shares[class_] > least, class_
    with rasterio.open(band_file(cache.safe(TINY), "B04")) as image:
        assert image.block_shapes == [(TINY, TINY)]  # tiles of 1024 px are cut at the edge of a small image
    assert open_scene(str(cache.item(TINY))).id == "S2B_49QGF_20241105_0_L2A"


def test_dates_differ_in_clouds_and_not_in_ground(cache: Cache) -> None:
    one, other = (classes(item) for item in cache.dates(TINY, 2))
    ground = np.isin(one, (4, 5, 6)) & np.isin(other, (4, 5, 6))
    assert np.array_equal(one[ground], other[ground])
    cloudy = np.isin(one, (8, 9)), np.isin(other, (8, 9))
    assert min(c.mean() for c in cloudy) > 0.02
    assert (cloudy[0] & cloudy[1]).mean() < 0.5 * cloudy[0].mean()
