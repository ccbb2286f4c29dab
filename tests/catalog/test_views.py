"""Views that cannot be opened or written: a damaged one is made again, one that is held or full stays."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from rs.catalog import places, projection
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
    connect = sqlite3.connect

    def hasty(database: str, **words: object) -> sqlite3.Connection:
        return connect(database, timeout=0.01, isolation_level=None)

    path = tmp_path / "view.sqlite"
    holder = connect(path, isolation_level=None)
    holder.execute("CREATE TABLE mine (word TEXT)")
    holder.execute("BEGIN EXCLUSIVE")
    for module in (projection, places):
        monkeypatch.setattr(module.sqlite3, "connect", hasty)
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
