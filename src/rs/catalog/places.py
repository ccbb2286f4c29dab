"""Where live items belong in the browsable catalogue: a view in SQLite that follows the register.

A collection lists its items itself while they are few; more are told apart by year, month, day and
then by the digest of their slot, so that no file has more than LIMIT links. A node is one such file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from rs.catalog.entry import Action, Entry
from rs.catalog.view import View
from rs.core.scene import Grade

LIMIT = 500
"""Most items that one derived file lists."""
DEPTH = 4
"""Hex digits of the slot's digest below a day."""
VERSION = 2
SCHEMA = """
CREATE TABLE item (slot TEXT PRIMARY KEY, product TEXT, item TEXT, path TEXT, title TEXT, begin INTEGER, end INTEGER,
  first TEXT, last TEXT, west REAL, south REAL, east REAL, north REAL, grade TEXT) WITHOUT ROWID;
CREATE INDEX item_path ON item (product, path, slot);
CREATE INDEX item_begin ON item (product, begin);
CREATE INDEX item_end ON item (product, end);
CREATE INDEX item_west ON item (product, west);
CREATE INDEX item_south ON item (product, south);
CREATE INDEX item_east ON item (product, east);
CREATE INDEX item_north ON item (product, north);
CREATE INDEX item_grade ON item (product, grade);
CREATE INDEX item_wrap ON item (product) WHERE west > east;
CREATE TABLE node (product TEXT, prefix TEXT, parent TEXT, count INTEGER, position INTEGER,
  PRIMARY KEY (product, prefix)) WITHOUT ROWID;
CREATE INDEX node_parent ON node (product, parent, prefix);
CREATE INDEX node_top ON node (product) WHERE prefix = '';
CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Node:
    """A derived file: live items below its prefix, and the last entry that touched them."""

    product: str
    prefix: str
    count: int
    position: int

    @property
    def is_last(self) -> bool:
        """True where no nodes can be below: year, month, day and all digits are told apart."""
        return self.prefix.count("/") >= 2 + DEPTH


@dataclass(frozen=True, slots=True)
class Extent:
    """Bounding box [degree], interval and strictest grade of the live items of a product."""

    bbox: list[float]
    interval: list[str]
    grade: Grade


class Places(View):
    """The view."""

    def __init__(self, path: Path | None) -> None:
        super().__init__(path, SCHEMA, VERSION)

    def state(self, name: str) -> str:
        """A remembered word; '' without one."""
        row = self.row("SELECT value FROM state WHERE name = ?", (name,))
        return "" if row is None else str(row[0])

    def remember(self, name: str, value: str) -> None:
        """Keep a word."""
        self.run("REPLACE INTO state VALUES (?, ?)", (name, value))

    @property
    def position(self) -> int:
        """Number of the last entry that is in the view."""
        return int(self.state("position") or 0)

    def reset(self) -> None:
        """Forget everything."""
        for table in ("item", "node", "state"):
            self.run(f"DELETE FROM {table}")

    def apply(self, entry: Entry, item: Mapping[str, Any] | None) -> None:
        """Bring the view past an entry; an item that is lost leaves its slot unlisted."""
        fact = entry.fact
        if fact.action is Action.RESUME:
            return
        row = self.row("SELECT path FROM item WHERE slot = ?", (fact.slot,))
        if row is not None:
            self.run("DELETE FROM item WHERE slot = ?", (fact.slot,))
            self._count(fact.product, row[0], -1, entry.number)
        if fact.action is not Action.WITHDRAW and item is not None:
            values = _row(fact.slot, fact.product, item)
            self.run(f"INSERT INTO item VALUES ({', '.join('?' * len(values))})", values)
            self._count(fact.product, values[3], 1, entry.number)

    def _count(self, product: str, path: str, change: int, position: int) -> None:
        prefix, parent = path, _parent(path)
        while True:
            self.run(
                "INSERT INTO node VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
                " SET count = count + excluded.count, position = excluded.position",
                (product, prefix, parent, change, position),
            )
            if not prefix:
                return
            prefix, parent = parent or "", _parent(parent or "")

    def products(self) -> list[Node]:
        """The top nodes: one a product, emptied ones too."""
        return self._nodes("node_top", "prefix = ''", ())

    def children(self, node: Node) -> list[Node]:
        """Nodes right below one, that hold something."""
        return self._nodes("node_parent", "product = ? AND parent = ? AND count > 0", (node.product, node.prefix))

    def emptied(self, node: Node, since: int) -> list[Node]:
        """Nodes right below one that lost their last item after an entry."""
        words = "product = ? AND parent = ? AND count = 0 AND position > ?"
        return self._nodes("node_parent", words, (node.product, node.prefix, since))

    def _nodes(self, index: str, where: str, values: tuple[object, ...]) -> list[Node]:
        # left to itself, SQLite goes over all nodes of a product for the sake of the order
        chosen = f"FROM node INDEXED BY {index} WHERE {where} ORDER BY product, prefix"
        words = f"SELECT product, prefix, count, position {chosen}"
        return [Node(*row) for row in self.rows(words, values)]

    def items(self, node: Node) -> list[tuple[str, str]]:
        """Item id and title of every item below a node, by slot."""
        words = "SELECT item, title FROM item WHERE product = ? AND path >= ? AND path < ? ORDER BY slot"
        # parts of a path have fixed widths, and "0" is the character after "/"
        return self.rows(words, (node.product, node.prefix, f"{node.prefix}0" if node.prefix else "~"))

    def newest(self, product: str, most: int) -> list[str]:
        """Ids of the newest items of a product."""
        words = "SELECT item FROM item WHERE product = ? ORDER BY begin DESC, slot LIMIT ?"
        return [item for (item,) in self.rows(words, (product, most))]

    def extent(self, product: str) -> Extent:
        """What the live items of a product span; there must be one."""

        def one(words: str) -> Any:
            return self.row(f"SELECT {words}", (product,))[0]

        wraps = one("EXISTS (SELECT 1 FROM item WHERE product = ? AND west > east)")
        south, north = (one(f"{f} FROM item WHERE product = ?") for f in ("min(south)", "max(north)"))
        west = -180.0 if wraps else one("min(west) FROM item WHERE product = ?")
        east = 180.0 if wraps else one("max(east) FROM item WHERE product = ?")
        first = one("first FROM item WHERE product = ? ORDER BY begin LIMIT 1")
        last = one("last FROM item WHERE product = ? ORDER BY end DESC LIMIT 1")
        grades = [g for g in Grade if one(f"EXISTS (SELECT 1 FROM item WHERE product = ? AND grade = '{g.value}')")]
        return Extent([west, south, east, north], [first, last], Grade.strictest(*grades))


def _parent(prefix: str) -> str | None:
    return None if not prefix else prefix.rpartition("/")[0]


def _row(slot: str, product: str, item: Mapping[str, Any]) -> tuple[Any, ...]:
    properties, box = item["properties"], item["bbox"]
    first = str(properties["datetime"] or properties["start_datetime"])
    last = str(properties["datetime"] or properties["end_datetime"])
    begin, end = (round(datetime.fromisoformat(text).timestamp() * 1000) for text in (first, last))
    part = "/".join(hashlib.sha256(slot.encode()).hexdigest()[:DEPTH])
    path = f"{first[:10].replace('-', '/')}/{part}"
    return (slot, product, item["id"], path, str(properties["title"]), begin, end, first, last, *box,
            properties["rs:grade"])  # fmt: skip


def rows(places: Places) -> Iterator[tuple[object, ...]]:
    """Everything that the view says, in one order: equal views give equal rows."""
    for table, order in (("item", "slot"), ("node", "product, prefix")):
        yield from places.rows(f"SELECT * FROM {table} ORDER BY {order}")
