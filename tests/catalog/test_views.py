"""Views that cannot be opened or written: a damaged one is made again, one that is held or full stays."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rs.catalog import view as catalog_view
from rs.catalog.places import Places
from rs.catalog.projection import Projection
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
    monkeypatch.setattr(catalog_view, "WAIT_SECONDS", 0.05)
    with pytest.raises(OutputError, match="cannot be written"):
        view(path)
    holder.execute("COMMIT")
    assert holder.execute("SELECT count(*) FROM mine").fetchone() == (0,)
    holder.close()


@pytest.mark.parametrize("view", VIEWS)
def test_a_disk_that_is_full_ends_a_change_as_a_matter_of_room(
    view: Callable[[Path], Projection | Places], tmp_path: Path
) -> None:
    held = view(tmp_path / "view.sqlite")
    (pages,) = held._db.execute("PRAGMA page_count").fetchone()
    held._db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(OutputError, match="the disk is full"), held.writing():
        held._db.execute("CREATE TABLE large AS SELECT randomblob(1000000)")
    assert not held._db.in_transaction
    held.close()


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
