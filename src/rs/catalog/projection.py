"""A register's view in SQLite: live slots, keys, tree. Derived: deleted, it is made again from the entries."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from rs.catalog.entry import Action, Entry, parse
from rs.catalog.view import open_view, writing
from rs.trust.merkle import completed, leaf_hash, root

VERSION = 1
SCHEMA = """
CREATE TABLE entry (number INTEGER PRIMARY KEY, slot TEXT, key TEXT, product TEXT, item TEXT, action TEXT, body BLOB);
CREATE INDEX entry_key ON entry (key);
CREATE INDEX entry_item ON entry (item);
CREATE TABLE live (slot TEXT PRIMARY KEY, number INTEGER, product TEXT) WITHOUT ROWID;
CREATE INDEX live_product ON live (product, slot);
CREATE TABLE node (level INTEGER, place INTEGER, hash BLOB, PRIMARY KEY (level, place)) WITHOUT ROWID;
"""


class Projection:
    """What the entries 1 to `position` amount to. Several processes may share one file."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._db = open_view(path, SCHEMA, VERSION)

    @property
    def position(self) -> int:
        """Number of the last entry that is in the view."""
        (found,) = self._db.execute("SELECT coalesce(max(number), 0) FROM entry").fetchone()
        return int(found)

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction that keeps other writers of the same file out; readers never wait."""
        with writing(self._db, self.path):
            yield

    def apply(self, entry: Entry) -> None:
        """Bring the view past the next entry, inside `writing`."""
        fact, number = entry.fact, entry.number
        row = (number, fact.slot, fact.key, fact.product, fact.item, fact.action.value, entry.body())
        self._db.execute("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        if fact.action is Action.WITHDRAW:
            self._db.execute("DELETE FROM live WHERE slot = ?", (fact.slot,))
        elif fact.action is not Action.RESUME:
            self._db.execute("REPLACE INTO live VALUES (?, ?, ?)", (fact.slot, number, fact.product))
        nodes = completed(number - 1, leaf_hash(fact.leaf()), self.node)
        self._db.executemany("REPLACE INTO node VALUES (?, ?, ?)", nodes)

    def reset(self) -> None:
        """Forget everything, inside `writing`."""
        for table in ("entry", "live", "node"):
            self._db.execute(f"DELETE FROM {table}")

    def entry(self, number: int) -> Entry | None:
        """An entry of the view."""
        row = self._db.execute("SELECT body FROM entry WHERE number = ?", (number,)).fetchone()
        return None if row is None else parse(row[0], number, str(self.path))

    def standing(self, slot: str) -> Entry | None:
        """The live entry of a slot."""
        row = self._db.execute("SELECT number FROM live WHERE slot = ?", (slot,)).fetchone()
        return None if row is None else self.entry(row[0])

    def last_of_key(self, key: str) -> Entry | None:
        """The last entry that bears a key."""
        row = self._db.execute("SELECT max(number) FROM entry WHERE key = ?", (key,)).fetchone()
        return None if row[0] is None else self.entry(row[0])

    def last_of_item(self, item: str) -> Entry | None:
        """The last entry about an item."""
        row = self._db.execute("SELECT max(number) FROM entry WHERE item = ?", (item,)).fetchone()
        return None if row[0] is None else self.entry(row[0])

    def live(self, product: str | None = None) -> Iterator[Entry]:
        """Live entries by slot, of one product or of all."""
        words = "SELECT e.number, e.body FROM live l JOIN entry e USING (number)"
        chosen = (" WHERE l.product = ?", (product,)) if product is not None else ("", ())
        for number, body in self._db.execute(f"{words}{chosen[0]} ORDER BY l.slot", chosen[1]).fetchall():
            yield parse(body, number, str(self.path))

    def products(self) -> list[str]:
        """Products with a live entry."""
        return [name for (name,) in self._db.execute("SELECT DISTINCT product FROM live ORDER BY product")]

    def last_about(self, product: str) -> int:
        """Number of the last entry about a product; 0 without one."""
        row = self._db.execute("SELECT coalesce(max(number), 0) FROM entry WHERE product = ?", (product,)).fetchone()
        return int(row[0])

    def bodies(self, first: int, last: int) -> list[bytes]:
        """Stored bytes of the entries first to last."""
        rows = self._db.execute("SELECT body FROM entry WHERE number BETWEEN ? AND ? ORDER BY number", (first, last))
        return [bytes(body) for (body,) in rows]

    def node(self, level: int, place: int) -> bytes:
        """Hash of the complete subtree of 2^level leaves at a place."""
        row = self._db.execute("SELECT hash FROM node WHERE level = ? AND place = ?", (level, place)).fetchone()
        if row is None:
            raise KeyError((level, place))
        return bytes(row[0])

    def root(self, size: int) -> bytes:
        """Root of the tree over the first `size` entries (RFC 6962)."""
        return root(size, self.node)

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def rows(view: Projection) -> Iterator[tuple[object, ...]]:
    """Everything that the view says, in one order: equal views give equal rows."""
    for table, order in (("entry", "number"), ("live", "slot"), ("node", "level, place")):
        yield from view._db.execute(f"SELECT * FROM {table} ORDER BY {order}")
