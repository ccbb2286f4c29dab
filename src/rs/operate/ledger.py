"""The ledger: what should exist at a site, how far it came, and why it is not there.

Truth is the register; the ledger may be lost, and the next runs fill it again. SQLite in the site folder, or
any database that SQLAlchemy knows by its URL.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Engine,
    Float,
    Integer,
    MetaData,
    RowMapping,
    Select,
    String,
    Table,
    bindparam,
    case,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError

from rs.core.disk import room
from rs.errors import OutputError, UsageError

WAIT_SECONDS = 60.0
TRIES = 5
CHUNK = 500
"""Names in one question."""
CLOCKS = ("changed", "seen")


class State(StrEnum):
    """How far a slot came. empty: nothing can fill it; parked: not tried again before `rs redo`."""

    EXPECTED = "expected"
    CLAIMED = "claimed"
    PRODUCED = "produced"
    PUBLISHED = "published"
    VISIBLE = "visible"
    EMPTY = "empty"
    FAILED = "failed"
    PARKED = "parked"
    WITHDRAWN = "withdrawn"


THERE = (State.VISIBLE, State.PUBLISHED)
"""States of a slot that has its item."""


class SceneState(StrEnum):
    """What became of a path of a source. recalled: its files are known to be faulty."""

    ACQUIRED = "acquired"
    REFUSED = "refused"
    RECALLED = "recalled"


TABLES = MetaData()

SCENES = Table(
    "scene", TABLES,
    Column("name", String, primary_key=True), Column("observation", String, index=True), Column("path", String),
    Column("platform", String), Column("tile", String), Column("day", String, index=True), Column("time", String),
    Column("state", String), Column("kind", String, default=""), Column("reason", String, default=""),
    Column("digest", String, default=""), Column("seen", String),
)  # fmt: skip
"""Scenes and paths that came. day: civil day of the site. kind, reason: why it was refused or recalled. digest: of
the files that were recalled."""

SLOTS = Table(
    "slot", TABLES,
    Column("slot", String, primary_key=True), Column("product", String, index=True),
    Column("scene", String, index=True), Column("tile", String), Column("day", String, index=True),
    Column("state", String, index=True), Column("item", String, default=""), Column("kind", String, default=""),
    Column("reason", String, default=""), Column("failures", Integer, default=0),
    Column("stale", Boolean, default=False), Column("redo", Boolean, default=False),
    Column("holder", String, default=""), Column("lease", Float, default=0.0), Column("changed", String),
)  # fmt: skip
"""What should exist. failures: in a row, of class ours or resource. redo: the next run replaces what stands."""

ATTEMPTS = Table(
    "attempt", TABLES,
    Column("number", Integer, primary_key=True, autoincrement=True), Column("run", String),
    Column("slot", String, index=True), Column("state", String), Column("kind", String), Column("reason", String),
    Column("ended", String),
)  # fmt: skip
"""One line for every time that a slot was tried."""

RUNS = Table(
    "run", TABLES,
    Column("run", String, primary_key=True), Column("started", String), Column("ended", String, default=""),
    Column("host", String), Column("process", Integer), Column("made", Integer, default=0),
    Column("failed", Integer, default=0),
)  # fmt: skip

Row = Mapping[str, Any]


class Ledger:
    """Reads and writes of the ledger. Raises OutputError where the database refuses."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._engine = _engine(url)

    def prepare(self) -> None:
        """Make the tables where they are not there yet."""
        with self.writing() as db:
            TABLES.create_all(db)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction; in SQLite it keeps other writers out from its start, so that none fails in the middle."""
        with self._telling("written"), self._engine.begin() as db:
            yield db

    @contextmanager
    def _telling(self, what: str) -> Iterator[None]:
        try:
            yield
        except DatabaseError as error:
            raise OutputError(
                f"the ledger cannot be {what} ({error.orig or error}{self._room})", where=self._shown,
                remedy="Mend the database; a file of SQLite may be deleted when nothing runs, the next run fills it",
            ) from error  # fmt: skip

    @property
    def _room(self) -> str:
        """What is free where the file of SQLite is: a full disk is one of its reasons to refuse."""
        url = self._engine.url
        return f"; {room(url.database)}" if url.get_backend_name() == "sqlite" and url.database else ""

    @property
    def _shown(self) -> str:
        return self._engine.url.render_as_string(hide_password=True)

    def rows(self, words: Select[Any]) -> list[RowMapping]:
        """What a question gives."""
        with self._telling("read"), self._engine.connect() as db:
            return list(db.execution_options(isolation_level="AUTOCOMMIT").execute(words).mappings())

    def put(self, table: Table, rows: Iterable[Row]) -> None:
        """Insert rows, or change those of the same name; columns that a row leaves out stay as they are."""
        key = next(iter(table.primary_key.columns))
        # in one order, or two writers would wait for each other
        found = dict(sorted(((row[key.name], dict(row)) for row in rows), key=itemgetter(0)))
        for _ in range(TRIES):
            try:
                return self._put(table, key, found)
            except OutputError as error:
                if not isinstance(error.__cause__, IntegrityError):
                    raise
                # another run inserted one of them since we looked
        return self._put(table, key, found)

    def _put(self, table: Table, key: Column[Any], found: dict[str, dict[str, Any]]) -> None:
        with self.writing() as db:
            held = _held(db, table, key, list(found))
            for columns, group in _alike(row for name, row in found.items() if name not in held).items():
                db.execute(insert(table), [{name: row[name] for name in columns} for row in group])
            changed = (row for name, row in found.items() if name in held and _differs(row, held[name]))
            for columns, group in _alike(changed).items():
                words = update(table).where(key == bindparam("name_")).values({c: bindparam(f"{c}_") for c in columns})
                db.execute(words, [{"name_": row[key.name], **{f"{c}_": row[c] for c in columns}} for row in group])

    def add(self, table: Table, rows: Iterable[Row]) -> None:
        """Append rows."""
        found = [dict(row) for row in rows]
        if found:
            with self.writing() as db:
                db.execute(insert(table), found)

    def slots(self, *conditions: Any) -> list[RowMapping]:
        """Slots by product, day and name."""
        return self.rows(select(SLOTS).where(*conditions).order_by(SLOTS.c.product, SLOTS.c.day, SLOTS.c.slot))

    def tallies(self) -> list[RowMapping]:
        """Product, day and state with the number of slots, and of those the stale ones."""
        stale = func.sum(case((SLOTS.c.stale.is_(True), 1), else_=0)).label("stale")
        columns = SLOTS.c.product, SLOTS.c.day, SLOTS.c.state
        words = select(*columns, func.count().label("number"), stale).where(SLOTS.c.day != "")
        return self.rows(words.group_by(*columns).order_by(*columns))

    def of(self, names: Iterable[str]) -> dict[str, RowMapping]:
        """Slots of these names that are known."""
        with self.writing() as db:
            return _held(db, SLOTS, SLOTS.c.slot, list(names))

    def scenes(self, *conditions: Any) -> list[RowMapping]:
        """Scenes and paths, by day and name."""
        return self.rows(select(SCENES).where(*conditions).order_by(SCENES.c.day, SCENES.c.name))

    def change(self, conditions: Iterable[Any], **values: Any) -> int:
        """Change slots; how many."""
        with self.writing() as db:
            return db.execute(update(SLOTS).where(*conditions).values(**values)).rowcount

    def forget_refused(self, but: Iterable[str]) -> None:
        """Forget paths that were refused, but for some names."""
        kept = set(but)
        with self.writing() as db:
            held = db.execute(select(SCENES.c.name).where(SCENES.c.state == SceneState.REFUSED)).scalars()
            gone = [{"name_": name} for name in held if name not in kept]
            if gone:
                db.execute(delete(SCENES).where(SCENES.c.name == bindparam("name_")), gone)

    def close(self) -> None:
        """Give connections back."""
        self._engine.dispose()


def _held(db: Connection, table: Table, key: Column[Any], names: list[str]) -> dict[str, RowMapping]:
    held: dict[str, RowMapping] = {}
    for start in range(0, len(names), CHUNK):
        rows = db.execute(select(table).where(key.in_(names[start : start + CHUNK]))).mappings()
        held.update((row[key.name], row) for row in rows)
    return held


def _differs(row: Row, held: RowMapping) -> bool:
    """Whether a row says anything new; that it was seen again is nothing."""
    return any(held[name] != value for name, value in row.items() if name not in CLOCKS)


def _alike(rows: Iterable[Row]) -> dict[tuple[str, ...], list[Row]]:
    """Rows by their columns."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row), []).append(row)
    return groups


def open_ledger(url: str) -> Ledger:
    """The ledger at a URL, with its tables. Raises UsageError, OutputError."""
    ledger = Ledger(url)
    ledger.prepare()
    return ledger


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        try:
            return create_engine(url, pool_pre_ping=True)
        except (ArgumentError, ImportError) as error:
            # the words of the error may hold the password
            kind = url.partition("://")[0]
            raise UsageError(
                f"the ledger's address names no database that is known here ({type(error).__name__})", where=kind,
                remedy="Write it as postgresql+psycopg://USER@HOST/NAME; rs-pipeline[postgres] has the driver",
            ) from error  # fmt: skip
    engine = create_engine(url, connect_args={"timeout": WAIT_SECONDS})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: object) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        # the driver would begin by itself, and only with the first write
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def _begin(db: Connection) -> None:
        if db.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
            db.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
