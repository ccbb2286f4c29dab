"""The browsable index: derived from the register, byte for byte, with the position it reflects."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from tests.cli.command import tree

from rs.catalog.index import rebuild
from rs.catalog.layout import Layout
from rs.catalog.publish import Publisher
from rs.catalog.register import Action, Fact
from rs.core.result import Result
from rs.core.scene import OpenMode
from rs.products import products


def rebuilt(root: Path) -> int:
    """Rebuild the index of a catalogue; gives the position."""
    layout = Layout(root)
    return rebuild(layout, layout.open_register(), products(), OpenMode.CLOSED)


def position(root: Path) -> int:
    """The register entry that the index says it reflects."""
    found: int = json.loads((root / "index" / "catalog.json").read_bytes())["rs:log_position"]
    return found


def listed(root: Path, product: str) -> list[str]:
    """Items that a collection lists."""
    links = json.loads((root / "index" / product / "collection.json").read_bytes())["links"]
    return [Path(link["href"]).stem for link in links if link["rel"] == "item"]


def test_rebuild_gives_the_same_bytes(copy: Path) -> None:
    before = tree(copy, "index")
    assert len(before) == 5
    assert rebuilt(copy) == 4
    assert tree(copy, "index") == before
    shutil.rmtree(copy / "index")
    rebuilt(copy)
    assert tree(copy, "index") == before


def test_rebuild_reads_nothing_but_register_and_items(copy: Path) -> None:
    before = tree(copy, "index")
    shutil.rmtree(copy / "index")
    shutil.rmtree(copy / "data")
    rebuilt(copy)
    assert tree(copy, "index") == before


def _without_positions(root: Path) -> list[Any]:
    """The index without the entries it reflects."""
    return [
        [item for item in json.loads(path.read_bytes()).items() if item[0] != "rs:log_position"]
        for path in sorted((root / "index").rglob("*.json"))
    ]


def test_the_order_of_arrival_shows_in_nothing_but_the_register(
    results: list[Result], river: Path, tmp_path: Path
) -> None:
    layout = Layout(tmp_path)
    for result in reversed(results):
        Publisher(layout, layout.open_register()).publish(result)
    rebuilt(tmp_path)
    assert tree(tmp_path, "items", "data") == tree(river, "items", "data")
    assert _without_positions(tmp_path) == _without_positions(river)


def test_position_follows_the_register(results: list[Result], tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    assert rebuilt(tmp_path) == position(tmp_path) == 0
    for number, result in enumerate(results, 1):
        Publisher(layout, layout.open_register()).publish(result)
        assert position(tmp_path) == number - 1
        assert rebuilt(tmp_path) == position(tmp_path) == number
        assert listed(tmp_path, result.product.name) == [result.item_id]


def test_a_withdrawn_item_leaves_the_index_and_stays_on_disk(copy: Path) -> None:
    register = Layout(copy).open_register()
    entry = register.live()[next(slot for slot in register.live() if slot.startswith("ndvi"))]
    fact = entry.fact
    register.commit(Fact(Action.WITHDRAW, fact.slot, fact.key, "ndvi", fact.item, fact.item_digest, {}, fact.item))
    assert rebuilt(copy) == 5
    children = json.loads((copy / "index" / "catalog.json").read_bytes())["links"]
    assert [link["title"] for link in children if link["rel"] == "child"] == [
        "turbidity",
        "water_colour",
        "water_extent",
    ]
    assert Layout(copy).item("ndvi", fact.item).is_file()


def test_a_product_that_is_not_installed_is_still_listed(copy: Path) -> None:
    layout = Layout(copy)
    known = {name: product for name, product in products().items() if name != "ndvi"}
    rebuild(layout, layout.open_register(), known, OpenMode.CLOSED)
    body = json.loads(layout.collection("ndvi").read_bytes())
    assert body["type"] == "Collection" and len(listed(copy, "ndvi")) == 1
