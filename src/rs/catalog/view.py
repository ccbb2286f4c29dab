"""Views in SQLite: derived from the register, so one that is lost or damaged is made again."""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from rs.core.disk import room
from rs.errors import OutputError
from rs.store.local import LocalStore

WAIT_SECONDS = 120.0
HEALINGS = 4
"""How often one job may meet a damaged view: each of the two views, and each once more."""

T = TypeVar("T")


HELD = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
"""What SQLite says where another process holds the file."""


class DamagedView(OutputError):
    """A view that does not hold what was put into it, or (`full`) whose disk takes no more."""

    view: View
    full = False


class View:
    """A file of SQLite that several processes share; None as path: a temporary one that is gone at the end.

    A disk that is full or refuses to be written does not stop a run: the view is a temporary one then. Errors
    of SQLite come as DamagedView, and as OutputError where another process holds the file for too long.
    """

    def __init__(self, path: Path | None, schema: str, version: int) -> None:
        self.path, self._schema, self._version = path, schema, version
        self._db = self._open()

    def run(self, words: str, values: Iterable[Any] = ()) -> None:
        """Run a statement."""
        with self._telling():
            self._db.execute(words, tuple(values))

    def run_many(self, words: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Run a statement for every row."""
        with self._telling():
            self._db.executemany(words, rows)

    def rows(self, words: str, values: Iterable[Any] = ()) -> list[Any]:
        """All rows of a question."""
        with self._telling():
            return self._db.execute(words, tuple(values)).fetchall()

    def row(self, words: str, values: Iterable[Any] = ()) -> Any:
        """The first row of a question; None without one."""
        with self._telling():
            return self._db.execute(words, tuple(values)).fetchone()

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction that keeps other writers of the same file out; readers never wait."""
        self.run("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            # SQLite has rolled back by itself where the disk is full
            if self._db.in_transaction:
                self.run("ROLLBACK")
            raise
        try:
            self.run("COMMIT")
        except OutputError:
            if self._db.in_transaction:
                self.run("ROLLBACK")
            raise

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """One state of the view for all that is read in it, whoever writes meanwhile."""
        self.run("BEGIN")
        try:
            yield
        finally:
            if self._db.in_transaction:
                self.run("COMMIT")

    def damaged(self, why: object) -> DamagedView:
        """The error for a view that holds what cannot be."""
        error = DamagedView(
            f"the view of the register is damaged ({why})", where=str(self.path), remedy="Delete it, nothing is lost"
        )
        error.view = self
        return error

    def renew(self, *, full: bool = False) -> None:
        """Start an empty view, which the register fills again: in the same place, or where that is full elsewhere."""
        self._db.close()
        if full:
            self.path = None
        self._drop()
        self._db = self._open()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _drop(self) -> None:
        for suffix in ("", "-wal", "-shm") if self.path else ():
            assert self.path is not None
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise self._cannot(error) from error
        except sqlite3.DatabaseError as error:
            raise self.damaged(error) from error

    def _cannot(self, error: sqlite3.OperationalError) -> OutputError:
        where = str(self.path or "temporary view")
        if _primary(error) in HELD:
            return OutputError(
                f"the view of the register cannot be written ({error})", where=where,
                remedy="Another process holds it; it may be deleted when nothing runs",
            )  # fmt: skip
        full = DamagedView(
            f"the view of the register cannot be written ({error}; {room(str(self.path or tempfile.gettempdir()))})",
            where=where, remedy="Make room",
        )  # fmt: skip
        full.view, full.full = self, True
        return full

    def _open(self) -> sqlite3.Connection:
        try:
            return self._connect()
        except sqlite3.OperationalError as error:
            if self.path is None or _primary(error) in HELD:
                raise self._cannot(error) from error
            self.path = None
            return self._connect()
        except sqlite3.DatabaseError:
            if self.path is None:
                raise
            return self._made_again(self.path)

    def _made_again(self, path: Path) -> sqlite3.Connection:
        """A new file in place of one that SQLite cannot read; of several that find it, one makes it."""
        with LocalStore(path.parent).lock(f"{path.name}.lock"):
            try:
                return self._connect()
            except sqlite3.DatabaseError:
                self._drop()
                return self._connect()

    def _connect(self) -> sqlite3.Connection:
        # the empty name is a temporary file that stays in memory while it is small
        place = "" if self.path is None else str(self.path)
        db = sqlite3.connect(place, timeout=WAIT_SECONDS, isolation_level=None)
        try:
            _prepare(db, self._schema, self._version)
        except BaseException:
            db.close()
            raise
        return db


def _primary(error: sqlite3.Error) -> int:
    """The code without what says where inside SQLite it came from."""
    return error.sqlite_errorcode & 0xFF


def _prepare(db: sqlite3.Connection, schema: str, version: int) -> None:
    _write_ahead(db)
    db.execute("PRAGMA synchronous = NORMAL")
    if db.execute("PRAGMA user_version").fetchone()[0] == version:
        return
    db.execute("BEGIN IMMEDIATE")
    if db.execute("PRAGMA user_version").fetchone()[0] != version:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            db.execute(f"DROP TABLE {name}")
        for statement in schema.split(";"):
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {version}")
    db.execute("COMMIT")


def _write_ahead(db: sqlite3.Connection) -> None:
    """Set the mode of the journal; SQLite does not wait by itself for others who are at it, too."""
    end = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if _primary(error) != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(0.01)


def healed(job: Callable[[], T]) -> T:
    """What a job gives that may be done again; where it meets a damaged view, that view is made again."""
    for _ in range(HEALINGS):
        try:
            return job()
        except DamagedView as error:
            error.view.renew(full=error.full)
    return job()
