"""The ledger in both databases: many writers at once, and a site that keeps its ledger in PostgreSQL."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.cli.command import rs
from tests.operate.sites import RIVER, new_site, scene_copy
from tests.support.postgres import database, programs

from rs.operate.ledger import SLOTS, TABLES, Ledger, State

pytestmark = pytest.mark.services
WRITERS, ROUNDS, ROWS = 6, 12, 40


@pytest.fixture(scope="module")
def running() -> Iterator[str]:
    """URL of a running PostgreSQL."""
    found = programs()
    if found is None:
        pytest.skip("PostgreSQL is not installed")
    with database(found) as url:
        yield url


@pytest.fixture
def postgres(running: str) -> str:
    """URL of an empty database."""
    ledger = Ledger(running)
    with ledger.writing() as db:
        TABLES.drop_all(db)
    ledger.close()
    return running


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    found: str = request.getfixturevalue("postgres")
    return found


def write(url: str, writer: int) -> None:
    """Put the same slots again and again."""
    ledger = Ledger(url)
    for turn in range(ROUNDS):
        row: dict[str, Any] = {
            "product": "ndvi",
            "state": State.EXPECTED.value,
            "holder": f"{writer}",
            "failures": turn,
        }
        ledger.put(SLOTS, [{**row, "slot": f"slot{n}"} for n in range(ROWS)])
    ledger.close()


def test_many_writers_lose_nothing_and_none_fails(url: str) -> None:
    ledger = Ledger(url)
    ledger.prepare()
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write, args=(url, number)) for number in range(WRITERS)]
    for process in writers:
        process.start()
    for process in writers:
        process.join(120)
    assert [process.exitcode for process in writers] == [0] * WRITERS
    rows = ledger.slots()
    ledger.close()
    assert len(rows) == ROWS and {row["failures"] for row in rows} == {ROUNDS - 1}
    # one writer was the last, for all of them: rows of two writers never mix within one of its turns
    assert len({row["holder"] for row in rows}) == 1


def test_a_site_with_its_ledger_in_postgresql(postgres: str, tmp_path: Path, scenes: Path) -> None:
    site = new_site(tmp_path / "river", 'products = ["ndvi"]')
    scene_copy(scenes, site / "inbox" / "first")
    assert rs("run", site, "--json", RS_LEDGER=postgres).code == 0
    assert not (site / "ledger.sqlite").exists()
    (cell,) = rs("status", site, "--json", RS_LEDGER=postgres).document()
    assert (cell["product"], cell["there"]) == ("ndvi", 1)
    assert rs("audit", site, RS_LEDGER=postgres).code == 0
    assert f"item ndvi_{RIVER}_" in rs("why", site, "ndvi", "2023-05-11", RS_LEDGER=postgres).text
    assert rs("recall", site, RIVER, "--reason", "it's faulty", RS_LEDGER=postgres).code == 0
    (cell,) = rs("status", site, "--json", RS_LEDGER=postgres).document()
    assert cell["withdrawn"] == 1


def test_a_database_that_is_not_there_stops_no_run(tmp_path: Path, scenes: Path) -> None:
    site = new_site(tmp_path / "river", 'products = ["ndvi"]')
    scene_copy(scenes, site / "inbox" / "first")
    nowhere = "postgresql+psycopg://rs:secret@127.0.0.1:9/rs"
    done = rs("run", site, "--json", RS_LEDGER=nowhere)
    assert done.code == 3, "what was to be made is made, and the report names the ledger"
    report = done.document()
    assert [one["product"] for one in report["made"]] == ["ndvi"]
    (told,) = report["skipped"]
    assert (told["scene"], told["kind"]) == ("ledger", "resource") and "secret" not in done.text
    assert rs("status", site, RS_LEDGER=nowhere).code == 1
