"""Views that cannot be opened or written: a damaged one is made again, a held one stays, a full one is left."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.catalog.commits import fact_of

import rs.catalog.view as views
from rs.catalog.places import Places
from rs.catalog.projection import Projection
from rs.catalog.register import Register
from rs.catalog.view import healed
from rs.errors import OutputError

VIEWS: list[Callable[[Path], Projection | Places]] = [Projection, Places]


@pytest.mark.parametrize("view", VIEWS)
def test_a_damaged_view_is_made_again(view: Callable[[Path], Projection | Places], tmp_path: Path) -> None:
    path = tmp_path / "view.sqlite"
    path.write_bytes(b"no database at all, and long enough to be looked at" * 20)
    view(path).close()
    assert path.read_bytes().startswith(b"SQLite format 3")


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_that_is_held_is_not_deleted(
    view: Callable[[Path], Projection | Places], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Waiting for it ends at some time; the file then belongs to whoever holds it."""
    path = tmp_path / "view.sqlite"
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("CREATE TABLE mine (word TEXT)")
    holder.execute("BEGIN EXCLUSIVE")
    monkeypatch.setattr(views, "WAIT_SECONDS", 0.05)
    with pytest.raises(OutputError, match="cannot be written"):
        view(path)
    holder.execute("COMMIT")
    assert holder.execute("SELECT count(*) FROM mine").fetchone() == (0,)
    holder.close()


@pytest.mark.parametrize("view", VIEWS)
def test_a_disk_that_is_full_leaves_a_temporary_view(
    view: Callable[[Path], Projection | Places], tmp_path: Path
) -> None:
    """The error says so with the room there; who heals it goes on without the file, which stays as it was."""
    path = tmp_path / "view.sqlite"
    held = view(path)
    (pages,) = held.row("PRAGMA page_count")
    held.run(f"PRAGMA max_page_count = {pages}")
    rounds: list[Path | None] = []

    def change() -> None:
        rounds.append(held.path)
        with held.writing():
            held.run("CREATE TABLE large AS SELECT randomblob(1000000)")

    with pytest.raises(OutputError, match=r"disk is full; [\d.]+ \w+ free there"):
        change()
    assert healed(change) is None
    assert rounds == [path, path, None] and path.is_file()
    held.close()


def test_a_view_that_is_torn_behind_its_first_page_is_made_again(tmp_path: Path) -> None:
    """SQLite sees only what it reads: the damage shows in the middle of a commit."""
    register = Register(tmp_path / "register", tmp_path / "view.sqlite")
    for number in range(1, 40):
        register.commit(fact_of(number))
    register.view.close()
    body = (tmp_path / "view.sqlite").read_bytes()
    (tmp_path / "view.sqlite").write_bytes(body[:4096] + b"\0" * (len(body) - 4096))
    torn = Register(tmp_path / "register", tmp_path / "view.sqlite")
    assert torn.commit(fact_of(40)).number == 40
    assert torn.commit(fact_of(7)).number == 7
    assert len(torn.live()) == 40


def test_a_view_that_lost_an_entry_fills_no_slot_twice(tmp_path: Path) -> None:
    register = Register(tmp_path / "register", tmp_path / "view.sqlite")
    for number in range(1, 5):
        register.commit(fact_of(number))
    register.view.run("DELETE FROM entry WHERE number = 2")
    assert register.commit(fact_of(2)).number == 2
    assert register.head() == 4


@pytest.mark.parametrize("view", VIEWS)
def test_many_who_open_a_new_view_at_once_share_it(view: Callable[[Path], Projection | Places], tmp_path: Path) -> None:
    """Whoever comes second finds the tables, and does not make them again under the feet of the first."""
    with ThreadPoolExecutor(8) as pool:
        for number in range(20):
            path = tmp_path / f"{number}.sqlite"
            assert sum(pool.map(lambda _, path=path: _opened(view, path), range(8))) == 8
            left = sqlite3.connect(path)
            assert left.execute("SELECT count(*) FROM mark").fetchone() == (8,)
            left.close()


def _opened(view: Callable[[Path], Projection | Places], path: Path) -> int:
    """Open, and leave a row in a table that making the others anew would drop."""
    held = view(path)
    with held.writing():
        held._db.execute("CREATE TABLE IF NOT EXISTS mark (word TEXT)")
        held._db.execute("INSERT INTO mark VALUES ('here')")
    held.close()
    return 1
