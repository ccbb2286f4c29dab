"""Where things lie in a site folder. `rs produce -o DIR` writes the same layout."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rs.catalog.register import Register
from rs.store.local import LocalStore
from rs.store.store import Store


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths of a site folder. data, items and register hold what is true; index and cache can be rebuilt.

    remote: the store that holds data, items, register and index where they are not in the folder itself.
    """

    root: Path
    remote: Store | None = None

    @property
    def store(self) -> Store:
        """What holds data, items, register and index, by names relative to the site."""
        return LocalStore(self.root) if self.remote is None else self.remote

    @contextmanager
    def deriving(self) -> Iterator[None]:
        """Keep other writers of the index out: all of them where the store can, else those of this folder."""
        store = self.store if self.store.locks else LocalStore(self.root)
        with store.lock("cache/index.lock"):
            yield

    def open_register(self) -> Register:
        """The register of published items, with its view in the cache."""
        return Register(self.store.below("register/resource"), self.view("register.sqlite"))

    def view(self, name: str) -> Path | None:
        """Place of a view in the cache; None, in memory, where there is no site or it cannot be written."""
        if self.remote is None and not self.register.is_dir():
            return None
        try:
            self.cache.mkdir(parents=True, exist_ok=True)
        except OSError:
            return None
        return self.cache / name if os.access(self.cache, os.W_OK) else None

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
    def cache(self) -> Path:
        """Views of register and index in SQLite; may be deleted when nothing runs."""
        return self.root / "cache"

    @property
    def keys(self) -> Path:
        """Signing keys and the ring of public ones."""
        return self.root / "keys"

    @property
    def quarantine(self) -> Path:
        """What rs repair moved away: damaged files, under the names they had."""
        return self.root / "quarantine"

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
        return self.root / item_name(product, item_id)

    def collection(self, product: str) -> Path:
        """Path of a derived collection."""
        return self.root / node_name(product, "")

    @property
    def catalog(self) -> Path:
        """Path of the derived root catalogue."""
        return self.root / CATALOG


CATALOG = "index/catalog.json"


def item_name(product: str, item_id: str) -> str:
    """Name of a stored item below the site."""
    return f"items/{product}/{item_id}.json"


def attestation_name(product: str, item_id: str) -> str:
    """Name of the signature of an item below the site."""
    return f"attestations/{product}/{item_id}.dsse.json"


def node_name(product: str, prefix: str) -> str:
    """Name of a derived file that lists items of a product below the site."""
    return f"index/{product}/{prefix}/catalog.json" if prefix else f"index/{product}/collection.json"
