"""Acquiring: scenes come whole, once, with digests and a record; anything else leaves no record."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from tests.faults.chaos.power_disk import PowerDisk
from tests.operate.sites import RIVER, change_item, scene_copy

from rs.core.bands import Band
from rs.core.scene import Scene
from rs.core.slot import sha256_of
from rs.errors import BadInput
from rs.operate.acquire import Arrival, Changed, acquire, arrivals
from rs.pipeline.prepare import prepare


@pytest.fixture
def arrival(scenes: Path, tmp_path: Path) -> Arrival:
    """A copy of a scene in an inbox, and the site's folder of scenes."""
    return Arrival(str(scene_copy(scenes, tmp_path / "inbox" / "river")), str(tmp_path / "scenes"))


def held(arrival: Arrival) -> list[str]:
    """Names in the site's folder of scenes."""
    folder = Path(arrival.scenes)
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_scene_comes_whole_with_digests_and_a_record(arrival: Arrival) -> None:
    scene = acquire(arrival)
    assert isinstance(scene, Scene)
    copy = Path(arrival.scenes) / RIVER
    assert held(arrival) == [RIVER, f"{RIVER}.json"]
    for file in Path(arrival.path).iterdir():
        assert (copy / file.name).read_bytes() == file.read_bytes()
    assert {Path(file).parent for file in scene.files} == {copy}
    record = json.loads((Path(arrival.scenes) / f"{RIVER}.json").read_bytes())
    assert record["files"] == {name: sha256_of(str(copy / name)) for name in ("20230511.tif", "item.json")}
    assert scene.assets[Band.RED].digest == record["files"]["20230511.tif"]


def test_the_second_time_copies_nothing(arrival: Arrival) -> None:
    first = acquire(arrival)
    assert isinstance(first, Scene)
    before = {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in Path(arrival.scenes).rglob("*")}
    assert acquire(arrival) == first
    assert {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in Path(arrival.scenes).rglob("*")} == before


def test_the_copy_is_enough_when_touched_sources_hold_the_same(arrival: Arrival) -> None:
    first = acquire(arrival)
    assert isinstance(first, Scene)
    for file in Path(arrival.path).iterdir():
        os.utime(file)
    assert acquire(arrival) == first


def test_acquired_or_read_in_place_it_is_the_same_scene(arrival: Arrival) -> None:
    """Digests and settled offsets decide keys: both ways give the same ones."""
    kept, direct = acquire(arrival), prepare(arrival.path)
    assert {b: (a.digest, a.offset, a.scale) for b, a in kept.assets.items()} == {
        b: (a.digest, a.offset, a.scale) for b, a in direct.assets.items()
    }
    assert kept.notes == direct.notes


def test_what_was_settled_is_kept_with_the_record(scenes: Path, tmp_path: Path) -> None:
    name = "S2A_33TWM_20230815_0_L2A"
    arrival = Arrival(str(scene_copy(scenes, tmp_path / "inbox", name)), str(tmp_path / "scenes"))
    first = acquire(arrival)
    assert isinstance(first, Scene)
    record = json.loads((tmp_path / "scenes" / f"{name}.json").read_bytes())
    assert record["settled"]["offsets"]["red"] == 0.0
    assert any("already applied" in note for note in record["settled"]["notes"])
    assert first.assets[Band.RED].offset == 0.0 and first.assets[Band.RED].rival_offset is None
    assert acquire(arrival) == first


def test_other_content_under_the_same_id_changes_nothing_unless_it_renews(arrival: Arrival) -> None:
    acquire(arrival)
    change_item(Path(arrival.path), title="changed")
    before = (Path(arrival.scenes) / RIVER / "item.json").read_bytes()
    changed = acquire(arrival)
    assert isinstance(changed, Changed)
    assert changed.error.what.startswith(f"another scene with the id {RIVER}")
    assert changed.error.where == arrival.path and changed.error.remedy
    assert (Path(arrival.scenes) / RIVER / "item.json").read_bytes() == before
    assert isinstance(acquire(replace(arrival, renew=True)), Scene)
    assert (Path(arrival.scenes) / RIVER / "item.json").read_bytes() != before


@pytest.mark.parametrize("part", ["20230511.tif", "item.json"])
def test_half_a_copy_gives_an_error_and_leaves_no_record(arrival: Arrival, part: str) -> None:
    file = Path(arrival.path) / part
    body = file.read_bytes()
    file.unlink()
    with pytest.raises(BadInput) as caught:
        acquire(arrival)
    assert caught.value.where.startswith(arrival.path) and caught.value.remedy
    assert held(arrival) == []
    file.write_bytes(body)
    acquire(arrival)
    assert held(arrival) == [RIVER, f"{RIVER}.json"]


@pytest.mark.parametrize("part", ["20230511.tif", "item.json"])
def test_a_file_of_a_few_bytes_leaves_no_record(arrival: Arrival, part: str) -> None:
    file = Path(arrival.path) / part
    file.write_bytes(file.read_bytes()[:200])
    with pytest.raises(BadInput, match=part):
        acquire(arrival)
    assert held(arrival) == []


def test_a_copy_without_a_record_is_taken_again(arrival: Arrival) -> None:
    """A stop between copy and record: the record is what makes a scene acquired."""
    first = acquire(arrival)
    assert isinstance(first, Scene)
    (Path(arrival.scenes) / f"{RIVER}.json").unlink()
    (Path(arrival.scenes) / RIVER / "20230511.tif").write_bytes(b"half")
    assert acquire(arrival) == first
    assert held(arrival) == [RIVER, f"{RIVER}.json"]


@pytest.mark.parametrize("body", [b"", b"{}", b"{"])
def test_a_record_that_cannot_be_read_is_made_again(arrival: Arrival, body: bytes) -> None:
    first = acquire(arrival)
    assert isinstance(first, Scene)
    (Path(arrival.scenes) / f"{RIVER}.json").write_bytes(body)
    assert acquire(arrival) == first


def test_arrivals_are_scenes_and_folders_by_name(scenes: Path, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    scene_copy(scenes, inbox / "b")
    (inbox / "a").mkdir()
    (inbox / ".hidden").mkdir()
    (inbox / "notes.txt").write_text("loose")
    found = arrivals([inbox], tmp_path / "scenes")
    assert [arrival.path for arrival in found] == [str(inbox / "a"), str(inbox / "b")]
    with pytest.raises(BadInput, match="is not there"):
        arrivals([tmp_path / "absent"], tmp_path / "scenes")


def test_a_record_that_survives_a_loss_of_power_has_its_scene_whole(arrival: Arrival, tmp_path: Path) -> None:
    """Before every operation power may be lost: with the record there, every byte of the copy is, too."""
    root, states = tmp_path / "site", []

    def look() -> None:
        left = tmp_path / f"left{len(states)}"
        disk.leave(left)
        record = left / "scenes" / f"{RIVER}.json"
        states.append(record.exists())
        if record.exists():
            for name, digest in json.loads(record.read_bytes())["files"].items():
                assert sha256_of(str(left / "scenes" / RIVER / name)) == digest

    disk = PowerDisk(root, look)
    moved = replace(arrival, scenes=str(root / "scenes"))
    root.mkdir()
    acquire(moved, disk)
    look()
    assert states[-1] and not states[0]
