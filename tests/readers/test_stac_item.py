"""STAC items: time, platform, reflectance, what is held and what is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from scenes import band_asset, save_item, stated

from rs.core.bands import Band
from rs.core.scene import Reflectance, Scene, TimeSpan
from rs.errors import BadInput, MissingPart, NotAScene
from rs.readers import open_scene
from rs.readers._sentinel2 import PLATFORMS

Opened = Callable[[Callable[[dict[str, Any]], object]], Scene]


def test_the_item_itself_and_its_folder_open_alike(folder: Path) -> None:
    whole, file = open_scene(str(folder)), open_scene(str(folder / "item.json"))
    assert whole.assets == file.assets
    assert (whole.id, set(whole.assets), whole.cloud_state_known) == ("made_scene", {Band.RED, Band.NIR}, True)


@pytest.mark.parametrize("text", ["2023-08-15T09:57:57Z", "2023-08-15T17:57:57+08:00", "2023-08-15T09:57:57.000Z"])
def test_times_are_utc(opened: Opened, text: str) -> None:
    time = opened(stated(datetime=text)).time
    assert time == TimeSpan.at(datetime(2023, 8, 15, 9, 57, 57, tzinfo=UTC))
    assert time.start.tzinfo is UTC


def test_a_time_that_the_source_does_not_know_stays_a_span(opened: Opened) -> None:
    span = {"datetime": None, "start_datetime": "2023-01-01T00:00:00Z", "end_datetime": "2023-12-31T23:59:59Z"}
    time = opened(stated(**span)).time
    assert not time.is_instant
    assert (time.start.month, time.end.month) == (1, 12)


@pytest.mark.parametrize(
    "properties, words",
    [
        ({"datetime": "2999-01-01T00:00:00Z"}, "2999-01-01 is not a time of a satellite scene"),
        ({"datetime": "1971-12-31T23:59:59Z"}, "1971-12-31 is not a time of a satellite scene"),
        ({"datetime": "yesterday"}, "no time"),
        ({"datetime": None}, "no time"),
        ({"datetime": 20230815}, "no time"),
        ({"datetime": None, "start_datetime": "2023-05-02T00:00:00Z", "end_datetime": "2023-05-01T00:00:00Z"}, "ends"),
    ],
)
def test_times_that_cannot_be_are_refused(opened: Opened, properties: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        opened(stated(**properties))


def test_an_unknown_satellite_of_a_known_family_takes_the_default_and_says_so(opened: Opened) -> None:
    scene = opened(stated(platform="sentinel-2d"))
    assert scene.platform.name == "sentinel-2d"
    assert scene.platform.coefficients == PLATFORMS["sentinel-2a"].coefficients
    assert scene.notes == ("platform sentinel-2d: coefficients of sentinel-2a are used, the family's default",)


@pytest.mark.parametrize("name", ["Sentinel-2B", "sentinel-2b", "SENTINEL-2B"])
def test_a_known_satellite_needs_no_note(opened: Opened, name: str) -> None:
    scene = opened(stated(platform=name))
    assert (scene.platform.name, scene.notes) == ("sentinel-2b", ())


@pytest.mark.parametrize("name, words", [("gaofen-1", "gaofen-1 is of no family"), (None, "nothing is of no family")])
def test_an_unknown_family_is_refused_by_name(opened: Opened, name: str | None, words: str) -> None:
    with pytest.raises(BadInput, match=words) as caught:
        opened(stated(platform=name, constellation=None))
    assert "sentinel-2, landsat" in caught.value.what


@pytest.mark.parametrize(
    "properties, expected",
    [
        ({"processing__level": "L1C"}, Reflectance.TOA),
        ({"processing__level": None, "s2__product_type": "S2MSI2A"}, Reflectance.SURFACE),
        ({"rs__reflectance": "water_leaving"}, Reflectance.WATER_LEAVING),
    ],
)
def test_the_reflectance_is_the_stated_one(opened: Opened, properties: dict[str, Any], expected: Reflectance) -> None:
    assert opened(stated(**properties)).reflectance is expected


def test_a_reflectance_that_nobody_states_is_refused(opened: Opened) -> None:
    with pytest.raises(MissingPart, match="top-of-atmosphere or surface"):
        opened(stated(processing__level=None))


def test_bands_that_are_not_held_say_why(folder: Path, opened: Opened) -> None:
    def change(item: dict[str, Any]) -> None:
        item["assets"]["green"] = band_asset("https://example.org/B03.tif", "green")
        item["assets"]["blue"] = band_asset("B02.tif", "blue")
        item["assets"]["red-far"] = band_asset("s3://bucket/B04.tif", "red")

    (folder / "SCL.tif").unlink()
    scene = opened(change)
    assert scene.missing == {
        Band.GREEN: "listed as https only, not held",
        Band.BLUE: "B02.tif is listed and not in the folder",
    }
    assert scene.notes == ("SCL.tif is listed and not in the folder: no scl mask",)
    assert not scene.cloud_state_known


def test_an_item_of_which_nothing_is_held_is_refused(folder: Path) -> None:
    for path in folder.glob("*.tif"):
        path.unlink()
    with pytest.raises(MissingPart, match=r"none of its bands is held \(2 are listed\)"):
        open_scene(str(folder))


def test_what_is_no_scene_lists_the_known_forms(tmp_path: Path) -> None:
    (tmp_path / "item.json").write_text('{"stac_version": "0.7.0"}')
    for path in (tmp_path, tmp_path / "item.json", tmp_path / "not_there"):
        with pytest.raises(NotAScene) as caught:
            open_scene(str(path))
        assert "landsat-c2-l2" in caught.value.remedy
        assert "stac-item" in caught.value.remedy
    save_item(tmp_path, {"stac_version": "1.1.0", "id": "x"}, "other.json")
    with pytest.raises(BadInput, match="not a STAC item"):
        open_scene(str(tmp_path))
