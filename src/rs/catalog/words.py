"""A dictionary that may be larger than the memory: names with a word each, gone when it is closed."""

from __future__ import annotations

from rs.catalog.view import View

VERSION = 1
SCHEMA = "CREATE TABLE word (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID"
KEPT = 65536
"""Most of it that stays in memory [KiB]."""


class Words(View):
    """The dictionary; it lies in a temporary file where it is large."""

    def __init__(self) -> None:
        super().__init__(None, SCHEMA, VERSION)
        self.run(f"PRAGMA cache_size = -{KEPT}")
        self.run("BEGIN")

    def put(self, name: str, value: str = "") -> None:
        """Keep the word of a name."""
        self.run("REPLACE INTO word VALUES (?, ?)", (name, value))

    def get(self, name: str) -> str | None:
        """The word of a name; None where there is none."""
        row = self.row("SELECT value FROM word WHERE name = ?", (name,))
        return None if row is None else str(row[0])

    def drop(self, name: str) -> None:
        """Forget a name; none there is fine."""
        self.run("DELETE FROM word WHERE name = ?", (name,))
