"""Items: the same result gives the same bytes, and nothing of the machine or the moment is inside."""

from __future__ import annotations

import copy
import json
import platform
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.catalog.conftest import made
from tests.catalog.sample import items

from rs.catalog.item import data_name, item_bytes, item_of, stamp
from rs.catalog.layout import Layout
from rs.catalog.publish import Publisher
from rs.catalog.schema import check_core
from rs.core.result import Result
from rs.core.scene import OpenMode
from rs.errors import CheckFailed, Conflict


def strings(value: Any) -> Iterator[str]:
    """Every key and every string in a JSON value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
    elif isinstance(value, str):
        yield value


def test_made_twice_in_other_ways_gives_the_same_bytes(results: list[Result], scenes: Path, tmp_path: Path) -> None:
    """Other folder, more threads, small blocks: the same items and the same file names."""
    again = made(scenes / "S2_parana_20230511", tmp_path, threads=3, block=64)
    assert [item_bytes(item_of(r)) for r in again] == [item_bytes(item_of(r)) for r in results]
    assert [data_name(r, f) for r in again for f in r.files] == [data_name(r, f) for r in results for f in r.files]


def test_made_by_another_process_gives_the_same_bytes(results: list[Result], sample: Path) -> None:
    for result in results:
        stored = Layout(sample).item(result.product.name, result.item_id).read_bytes()
        assert stored == item_bytes(item_of(result))


def test_no_clock_no_host_no_run(sample: Path) -> None:
    for path, item in items(sample):
        lineage = sample / "items" / item["collection"] / item["assets"]["lineage"]["href"]
        words = [*strings(item), *strings(json.loads(lineage.read_bytes()))]
        properties = item["properties"]
        known = {properties[f] for f in ("datetime", "start_datetime", "end_datetime") if properties.get(f)}
        stamps = {found for word in words for found in re.findall(r"\d{4}-\d\d-\d\dT[\d:.]+Z?", word)}
        assert stamps <= known, path
        assert not {"created", "updated", "published"} & set(properties)
        assert not [word for word in words if re.search(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])", word)], path
        assert not [word for word in words if word.startswith("/") or str(sample) in word or "staging" in word], path
        host = platform.node()
        assert len(host) < 4 or not [word for word in words if host in word], path


def test_stamps_are_utc_and_keep_milliseconds() -> None:
    from datetime import UTC, datetime

    assert stamp(datetime(2023, 8, 15, 9, 57, 57, tzinfo=UTC)) == "2023-08-15T09:57:57Z"
    assert stamp(datetime(2023, 8, 15, 9, 57, 57, 24_000, UTC)) == "2023-08-15T09:57:57.024Z"


def test_bytes_are_finite_json(results: list[Result]) -> None:
    item = item_of(results[0])
    item["properties"]["rs:valid_fraction"] = float("nan")
    with pytest.raises(ValueError):
        item_bytes(item)


def test_open_mode_is_closed_unless_stated(results: list[Result]) -> None:
    assert item_of(results[0])["properties"]["rs:open_mode"] == "closed"
    assert item_of(results[0], OpenMode.DIRECTED)["properties"]["rs:open_mode"] == "directed"


@pytest.mark.parametrize("spoil", ["geometry", "assets", "properties", "id"])
def test_core_schema_refuses_a_spoilt_item(results: list[Result], spoil: str) -> None:
    item = item_of(results[0])
    check_core(item, "here")
    item[spoil] = 17
    with pytest.raises(CheckFailed, match="is not valid STAC") as caught:
        check_core(item, "here")
    assert caught.value.where == "here"


def test_statistics_outside_the_range_are_not_published(results: list[Result], tmp_path: Path) -> None:
    result = next(r for r in results if r.product.name == "turbidity")
    wrong = replace(result.statistics["turbidity"], maximum=5000.0)
    layout = Layout(tmp_path)
    publisher = Publisher(layout, layout.open_register())
    with pytest.raises(CheckFailed, match="leave the range"):
        publisher.publish(replace(result, statistics={"turbidity": wrong}))
    assert publisher.register.head() == 0
    assert not list(layout.items.rglob("*.json"))


def test_publishing_again_changes_nothing(results: list[Result], tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    publisher = Publisher(layout, layout.open_register())
    first = publisher.publish(results[0])

    def times() -> dict[Path, int]:
        files = [path for path in tmp_path.rglob("*") if path.is_file() and "cache" not in path.parts]
        return {path: path.stat().st_mtime_ns for path in files}

    before = times()
    assert Publisher(layout, layout.open_register()).publish(results[0]) == first
    assert times() == before


def test_an_item_with_other_content_is_a_conflict(results: list[Result], tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    path = layout.item(results[0].product.name, results[0].item_id)
    path.parent.mkdir(parents=True)
    other = copy.deepcopy(item_of(results[0]))
    other["properties"]["title"] = "another"
    path.write_bytes(item_bytes(other))
    with pytest.raises(Conflict, match="nothing was overwritten"):
        Publisher(layout, layout.open_register()).publish(results[0])
    assert path.read_bytes() == item_bytes(other)
    assert layout.open_register().head() == 0
