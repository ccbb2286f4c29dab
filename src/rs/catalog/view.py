"""Views in SQLite of what the register says. Derived: a file that is lost or damaged is made again."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from rs.errors import OutputError
from rs.store.local import LocalStore

WAIT_SECONDS = 120.0
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def open_view(path: Path | None, schema: str, version: int) -> sqlite3.Connection:
    """The view of a file, with its tables; None keeps it in memory.

    A damaged file goes. One that others hold is waited for: to remove it would leave each with its own.
    """
    if path is None:
        return _connect(":memory:", schema, version)
    try:
        return _connect(str(path), schema, version)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in DAMAGED:
            raise _cannot_write(path, error) from error
    # of several that find it damaged, one makes it again
    with LocalStore(path.parent).lock(f"{path.name}.lock"):
        try:
            return _connect(str(path), schema, version)
        except sqlite3.DatabaseError:
            for suffix in ("", "-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            return _connect(str(path), schema, version)


@contextlib.contextmanager
def writing(db: sqlite3.Connection, path: Path | None) -> Iterator[None]:
    """A transaction that keeps other writers of the same file out; readers never wait.

    Raises OutputError where another process holds the file for long, or the disk is full.
    """
    try:
        db.execute("BEGIN IMMEDIATE")
        try:
            yield
            db.execute("COMMIT")
        except BaseException:
            # a full disk has ended the transaction already
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
    except sqlite3.OperationalError as error:
        raise _cannot_write(path, error) from error


@contextlib.contextmanager
def reading(db: sqlite3.Connection) -> Iterator[None]:
    """One state of the view for all that is read in it, whoever writes meanwhile."""
    db.execute("BEGIN")
    try:
        yield
    finally:
        db.execute("COMMIT")


def _connect(place: str, schema: str, version: int) -> sqlite3.Connection:
    db = sqlite3.connect(place, timeout=WAIT_SECONDS, isolation_level=None)
    try:
        _write_ahead(db)
        db.execute("PRAGMA synchronous = NORMAL")
        if _version(db) != version:
            with writing(db, Path(place)):
                # the one that was faster has filled it already
                if _version(db) != version:
                    _make(db, schema, version)
    except BaseException:
        db.close()
        raise
    return db


def _write_ahead(db: sqlite3.Connection) -> None:
    """Set the mode of the journal; SQLite does not wait by itself for others who are at it, too."""
    end = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(0.01)


def _make(db: sqlite3.Connection, schema: str, version: int) -> None:
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        db.execute(f"DROP TABLE {name}")
    for statement in schema.split(";"):
        db.execute(statement)
    db.execute(f"PRAGMA user_version = {version}")


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _cannot_write(path: Path | None, error: sqlite3.Error) -> OutputError:
    return OutputError(
        f"the view of the register cannot be written ({error})", where=str(path),
        remedy="Another process holds it, or the disk is full; it may be deleted when nothing runs",
    )  # fmt: skip
