"""What the views do for one item does not grow with what they hold: counted in instructions of SQLite."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rs.catalog.entry import Action, Entry, Fact
from rs.catalog.places import Node, Places
from rs.catalog.projection import Projection
from rs.catalog.view import View

SIZES = (1_000, 8_000)
FIRST = datetime(2018, 1, 1, tzinfo=UTC)
MOST = 1.5


def entry(number: int) -> Entry:
    """Entry `number`, of its own slot."""
    fact = Fact(Action.PUBLISH, f"slot{number:06d}", f"key{number}", "ndvi", f"item{number}", "0" * 64, {})
    return Entry(number, fact, "writer", "2026-01-01T00:00:00Z")


def item(number: int) -> dict[str, Any]:
    """The item of an entry: any moment of four years."""
    when = FIRST + timedelta(hours=number * 7919 % (4 * 8766))
    properties = {"datetime": f"{when:%Y-%m-%dT%H:%M:%SZ}", "title": "t", "rs:grade": "general-1"}
    return {"id": f"item{number}", "bbox": [number % 100, 0.0, number % 100 + 1, 1.0], "properties": properties}


def steps(view: View, job: Callable[[], object]) -> int:
    """Instructions that a job takes."""
    count = 0

    def one() -> None:
        nonlocal count
        count += 1

    view._db.set_progress_handler(one, 1)
    job()
    view._db.set_progress_handler(None, 1)
    return count


@pytest.fixture(scope="module", params=[Places, Projection])
def views(request: pytest.FixtureRequest) -> list[View]:
    """A small and a large view."""
    found: list[View] = []
    for size in SIZES:
        view: Places | Projection = request.param(None)
        with view.writing():
            for number in range(1, size + 1):
                view.apply(entry(number), item(number)) if isinstance(view, Places) else view.apply(entry(number))
        found.append(view)
    return found


PLACES: dict[str, Callable[[Places], object]] = {
    "apply": lambda view: view.apply(entry(10**6), item(17)),
    "products": lambda view: view.products(),
    "years": lambda view: view.children(Node("ndvi", "", 1, 1)),
    "days": lambda view: view.children(Node("ndvi", "2019/03", 1, 1)),
    "emptied": lambda view: view.emptied(Node("ndvi", "2019/03", 1, 1), 0),
    "newest": lambda view: view.newest("ndvi", 60),
    "extent": lambda view: view.extent("ndvi"),
    "state": lambda view: view.state("position"),
}
PROJECTION: dict[str, Callable[[Projection], object]] = {
    "apply": lambda view: view.apply(entry(view.position + 1)),
    "position": lambda view: view.position,
    "standing": lambda view: view.standing("slot000500"),
    "last of key": lambda view: view.last_of_key("key500"),
    "last of item": lambda view: view.last_of_item("item500"),
    "bodies": lambda view: view.bodies(500, 510),
    "root": lambda view: view.root(512),
}


def test_no_question_reads_all_that_is_there(views: list[View]) -> None:
    jobs: dict[str, Any] = PLACES if isinstance(views[0], Places) else PROJECTION
    taken = {name: [steps(view, lambda view=view, job=job: job(view)) for view in views] for name, job in jobs.items()}  # type: ignore[misc]
    grown = {name: both for name, both in taken.items() if both[1] > MOST * both[0] + 50}
    assert not grown, taken


def test_the_steps_are_counted(tmp_path: Path) -> None:
    """A question that reads everything is found out."""
    view = Projection(tmp_path / "view.sqlite")
    few = steps(view, lambda: view.rows("SELECT body FROM entry WHERE action = 'x'"))
    with view.writing():
        for number in range(1, 200):
            view.apply(entry(number))
    assert steps(view, lambda: view.rows("SELECT body FROM entry WHERE action = 'x'")) > few + 200
    view.close()
