"""Scenes: times with a zone, the files they consist of, whether clouds are known."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from scenes import write_item

from rs.core.bands import QUALITY_TITLES, Band, Quality
from rs.core.scene import Scene, TimeSpan
from rs.readers import open_scene

NOON = datetime(2023, 8, 15, 12, tzinfo=UTC)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    import numpy as np

    flat = np.full((4, 4), 0.1)
    return open_scene(str(write_item(tmp_path / "scene", {Band.RED: flat, Band.NIR: flat}, scl=np.full((4, 4), 4))))


def test_an_instant_is_a_span_without_length() -> None:
    span = TimeSpan.at(datetime(2023, 8, 15, 20, tzinfo=timezone(timedelta(hours=8))))
    assert span == TimeSpan(NOON, NOON)
    assert span.is_instant
    assert span.start.utcoffset() == timedelta(0)
    assert not TimeSpan(NOON, NOON + timedelta(seconds=1)).is_instant


@pytest.mark.parametrize("start, end", [(NOON.replace(tzinfo=None), NOON), (NOON, NOON.replace(tzinfo=None))])
def test_a_time_without_a_zone_is_refused(start: datetime, end: datetime) -> None:
    with pytest.raises(ValueError, match="time zone"):
        TimeSpan(start, end)


def test_a_span_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="ends before it starts"):
        TimeSpan(NOON, NOON - timedelta(seconds=1))


def test_files_are_bands_flags_and_metadata_each_once(scene: Scene) -> None:
    assert [Path(file).name for file in scene.files] == ["SCL.tif", "item.json", "nir.tif", "red.tif"]
    twice = replace(scene, assets={**scene.assets, Band.GREEN: scene.assets[Band.RED]})
    assert twice.files == scene.files


def test_cloud_state_needs_a_source_that_decides_on_clouds(scene: Scene) -> None:
    assert scene.cloud_state_known
    assert not replace(scene, quality=()).cloud_state_known
    only_water = tuple(replace(source, knows=Quality.WATER) for source in scene.quality)
    assert not replace(scene, quality=only_water).cloud_state_known


def test_a_scene_travels_without_pixels(scene: Scene) -> None:
    body = pickle.dumps(scene)
    assert pickle.loads(body) == scene
    assert len(body) < 64_000


def test_every_quality_bit_is_single_fits_and_has_a_title() -> None:
    assert set(QUALITY_TITLES) == set(Quality)
    assert all(bit.value.bit_count() == 1 and bit.value < 2**16 for bit in Quality)
