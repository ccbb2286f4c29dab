"""Planning: which slots are empty, which stand, which are stale, which cannot be filled."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import rs.operate.plan as planning
from rs.catalog.layout import Layout
from rs.catalog.register import Action, Entry, Fact
from rs.core.grid import Shape
from rs.core.result import SkipClass
from rs.core.scene import Scene
from rs.core.slot import unit_of
from rs.errors import OutputError
from rs.operate.plan import Engine, check_room, plan
from rs.pipeline.prepare import prepare
from rs.products import product

FOUR = ("ndvi", "turbidity", "water_colour", "water_extent")
ENGINE = Engine(threads=2, block=256, staging="/staging")
ALL = tuple(product(name) for name in FOUR)


def entry(slot: str, key: str) -> Entry:
    """A live entry of a slot."""
    return Entry(1, Fact(Action.PUBLISH, slot, key, "ndvi", f"{slot}_{key[:8]}", ""), "writer", "time")


def test_empty_slots_make_one_unit_a_scene(river: Scene) -> None:
    found = plan([river], ALL, {}.get, ENGINE)
    (unit,) = found.units
    assert [job.product.name for job in unit.jobs] == list(FOUR)
    assert (unit.scene, unit.threads, unit.block) == (river, 2, 256)
    assert unit.staging == f"/staging/{unit_of(river)}"
    assert (found.standing, found.skipped) == ((), ())


def test_a_live_key_stands_and_another_is_stale(river: Scene) -> None:
    (unit,) = plan([river], ALL, {}.get, ENGINE).units
    ndvi, turbidity, *rest = unit.jobs
    live = {ndvi.slot: entry(ndvi.slot, ndvi.key), turbidity.slot: entry(turbidity.slot, "f" * 64)}
    found = plan([river], ALL, live.get, ENGINE)
    assert [(s.product, s.stale, s.item) for s in found.standing] == [
        ("ndvi", False, live[ndvi.slot].fact.item),
        ("turbidity", True, live[turbidity.slot].fact.item),
    ]
    assert [job.product.name for job in found.units[0].jobs] == [job.product.name for job in rest]


def test_a_scene_with_nothing_left_makes_no_unit(river: Scene) -> None:
    (unit,) = plan([river], ALL, {}.get, ENGINE).units
    live = {job.slot: entry(job.slot, job.key) for job in unit.jobs}
    found = plan([river], ALL, live.get, ENGINE)
    assert found.units == ()
    assert len(found.standing) == len(ALL) and not any(s.stale for s in found.standing)


def test_another_input_makes_the_slot_stale(river: Scene) -> None:
    """The slot is the observation; the key is the bytes that it was made from."""
    (unit,) = plan([river], ALL, {}.get, ENGINE).units
    live = {job.slot: entry(job.slot, job.key) for job in unit.jobs}
    assets = {band: replace(asset, digest="0" * 64) for band, asset in river.assets.items()}
    found = plan([replace(river, assets=assets)], ALL, live.get, ENGINE)
    assert found.units == () and all(s.stale for s in found.standing)


def test_what_a_scene_cannot_give_says_why(scenes: Path) -> None:
    bolzano = prepare(str(scenes / "S2_bolzano_2023"))
    found = plan([bolzano], ALL, {}.get, ENGINE)
    assert [job.product.name for unit in found.units for job in unit.jobs] == ["ndvi", "water_extent"]
    reasons = {skipped.product: skipped.reason for skipped in found.skipped}
    assert set(reasons) == {"turbidity", "water_colour"}
    assert all(skipped.kind is SkipClass.UNSUPPORTED for skipped in found.skipped)
    assert "swir22" in reasons["turbidity"] and "coastal" in reasons["water_colour"]


def test_a_disk_that_cannot_hold_it_is_refused_before_anything_starts(river: Scene, tmp_path: Path) -> None:
    (unit,) = plan([river], [product("ndvi")], {}.get, ENGINE).units
    layout = Layout(tmp_path)
    check_room([], layout, 1)
    check_room([unit], layout, 1)
    wide = replace(unit.jobs[0], grid=replace(unit.jobs[0].grid, shape=Shape(20_000_000, 20_000_000)))
    with pytest.raises(OutputError, match=r"[\d.]+ MiB are needed, [\d.]+ MiB are free") as caught:
        check_room([unit, replace(unit, jobs=(wide,))], layout, 1)
    assert caught.value.where == str(tmp_path) and caught.value.remedy


def test_work_and_data_on_two_disks_are_told_apart(
    river: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (unit,) = plan([river], [product("ndvi")], {}.get, ENGINE).units
    layout = Layout(tmp_path)
    monkeypatch.setattr(planning, "device_of", lambda path: int(path == str(layout.data)))
    monkeypatch.setattr(planning, "free_at", lambda path: 100 if path == str(layout.data) else 2**40)
    with pytest.raises(OutputError, match=r"[\d.]+ KiB are needed, 100 bytes are free") as caught:
        check_room([unit], layout, 1)
    assert caught.value.where == str(layout.data)
