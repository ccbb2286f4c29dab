"""Where things lie in a site folder. `rs produce -o DIR` writes the same layout."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths of a site folder. data, items and register hold what is true; index can be rebuilt."""

    root: Path

    @property
    def data(self) -> Path:
        """Files of products, under names that bear their digest."""
        return self.root / "data"

    @property
    def items(self) -> Path:
        """Stored STAC items, one folder a product."""
        return self.root / "items"

    @property
    def register(self) -> Path:
        """Numbered entries: what was published, in order."""
        return self.root / "register" / "resource"

    @property
    def index(self) -> Path:
        """Derived catalogue, collections and pages."""
        return self.root / "index"

    @property
    def staging(self) -> Path:
        """Work in progress; nothing here is published."""
        return self.root / "staging"

    @property
    def scenes(self) -> Path:
        """Acquired scenes and their records."""
        return self.root / "scenes"

    def item(self, product: str, item_id: str) -> Path:
        """Path of a stored item."""
        return self.items / product / f"{item_id}.json"

    def collection(self, product: str) -> Path:
        """Path of a derived collection."""
        return self.index / product / "collection.json"

    @property
    def catalog(self) -> Path:
        """Path of the derived root catalogue."""
        return self.index / "catalog.json"
