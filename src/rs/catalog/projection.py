"""A register's view in SQLite: live slots, keys, tree. Derived: deleted, it is made again from the entries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rs.catalog.entry import Action, Entry, parse
from rs.catalog.view import View
from rs.errors import BadInput
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


class Projection(View):
    """What the entries 1 to `position` amount to."""

    def __init__(self, path: Path | None) -> None:
        super().__init__(path, SCHEMA, VERSION)

    @property
    def position(self) -> int:
        """Number of the last entry that is in the view."""
        return int(self.row("SELECT coalesce(max(number), 0) FROM entry")[0])

    def apply(self, entry: Entry) -> None:
        """Bring the view past the next entry, inside `writing`."""
        fact, number = entry.fact, entry.number
        row = (number, fact.slot, fact.key, fact.product, fact.item, fact.action.value, entry.body())
        self.run("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        if fact.action is Action.WITHDRAW:
            self.run("DELETE FROM live WHERE slot = ?", (fact.slot,))
        elif fact.action is not Action.RESUME:
            self.run("REPLACE INTO live VALUES (?, ?, ?)", (fact.slot, number, fact.product))
        nodes = completed(number - 1, leaf_hash(fact.leaf()), self.node)
        self.run_many("REPLACE INTO node VALUES (?, ?, ?)", nodes)

    def reset(self) -> None:
        """Forget everything, inside `writing`."""
        for table in ("entry", "live", "node"):
            self.run(f"DELETE FROM {table}")

    def entry(self, number: int) -> Entry | None:
        """An entry of the view."""
        row = self.row("SELECT body FROM entry WHERE number = ?", (number,))
        return None if row is None else self._parsed(number, row[0])

    def _parsed(self, number: int, body: bytes) -> Entry:
        try:
            return parse(body, number, str(self.path))
        except BadInput as error:
            # the entry itself was sound when it came in
            raise self.damaged(error.what) from error

    def standing(self, slot: str) -> Entry | None:
        """The live entry of a slot."""
        row = self.row("SELECT number FROM live WHERE slot = ?", (slot,))
        found = None if row is None else self.entry(row[0])
        if row is not None and found is None:
            # a slot that looked free would be filled twice
            raise self.damaged(f"entry {row[0]} is lost")
        return found

    def last_of_key(self, key: str) -> Entry | None:
        """The last entry that bears a key."""
        row = self.row("SELECT max(number) FROM entry WHERE key = ?", (key,))
        return None if row[0] is None else self.entry(row[0])

    def last_of_item(self, item: str) -> Entry | None:
        """The last entry about an item."""
        row = self.row("SELECT max(number) FROM entry WHERE item = ?", (item,))
        return None if row[0] is None else self.entry(row[0])

    def live(self, product: str | None = None) -> Iterator[Entry]:
        """Live entries by slot, of one product or of all."""
        words = "SELECT e.number, e.body FROM live l JOIN entry e USING (number)"
        chosen = (" WHERE l.product = ?", (product,)) if product is not None else ("", ())
        for number, body in self.rows(f"{words}{chosen[0]} ORDER BY l.slot", chosen[1]):
            yield self._parsed(number, body)

    def products(self) -> list[str]:
        """Products with a live entry."""
        return [name for (name,) in self.rows("SELECT DISTINCT product FROM live ORDER BY product")]

    def last_about(self, product: str) -> int:
        """Number of the last entry about a product; 0 without one."""
        row = self.row("SELECT coalesce(max(number), 0) FROM entry WHERE product = ?", (product,))
        return int(row[0])

    def bodies(self, first: int, last: int) -> list[bytes]:
        """Stored bytes of the entries first to last."""
        rows = self.rows("SELECT body FROM entry WHERE number BETWEEN ? AND ? ORDER BY number", (first, last))
        return [bytes(body) for (body,) in rows]

    def node(self, level: int, place: int) -> bytes:
        """Hash of the complete subtree of 2^level leaves at a place."""
        row = self.row("SELECT hash FROM node WHERE level = ? AND place = ?", (level, place))
        if row is None:
            raise self.damaged(f"hash {place} of level {level} is lost")
        return bytes(row[0])

    def root(self, size: int) -> bytes:
        """Root of the tree over the first `size` entries (RFC 6962)."""
        return root(size, self.node)


def rows(view: Projection) -> Iterator[tuple[object, ...]]:
    """Everything that the view says, in one order: equal views give equal rows."""
    for table, order in (("entry", "number"), ("live", "slot"), ("node", "level, place")):
        yield from view.rows(f"SELECT * FROM {table} ORDER BY {order}")
