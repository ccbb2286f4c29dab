"""Where things are: RS_* environment, read once here and passed down."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rs.catalog.layout import Layout


@dataclass(frozen=True, slots=True)
class Settings:
    """Folder of compiled kernels, address of a Dask scheduler, store of what is published; None where not used."""

    cache: Path | None
    scheduler: str | None
    store: str | None = None
    endpoint: str = ""
    ledger: str = ""


VARIABLES = {
    "RS_CACHE_DIR": "folder of compiled formulas (default: the user's cache folder; empty: none)",
    "RS_SCHEDULER": "address of a running Dask scheduler (default: processes on this machine)",
    "RS_STORE": "where data, items, register and index are kept: s3://BUCKET/PREFIX (default: the site folder)",
    "RS_LEDGER": "database of the ledger: postgresql+psycopg://HOST/NAME (default: ledger.sqlite in the site)",
    "RS_S3_ENDPOINT": "address of an S3-like service other than AWS; credentials are the usual AWS_* variables",
}


def settings() -> Settings:
    """The settings of this process."""
    from platformdirs import user_cache_path

    stated = os.environ.get("RS_CACHE_DIR")
    cache = user_cache_path("rs") / "kernels" if stated is None else Path(stated) if stated else None
    words = os.environ
    return Settings(
        cache, words.get("RS_SCHEDULER") or None, words.get("RS_STORE") or None, words.get("RS_S3_ENDPOINT", ""),
        words.get("RS_LEDGER", ""),
    )  # fmt: skip


def layout_at(path: Path) -> Layout:
    """The layout of a site or output folder, with the store of these settings. Raises UsageError."""
    from rs.catalog.layout import Layout
    from rs.store.address import open_store
    from rs.store.local import LocalStore

    found, root = settings(), path.absolute()
    remote = open_store(found.store, found.endpoint) if found.store else None
    itself = isinstance(remote, LocalStore) and remote.root == root
    return Layout(root, None if itself else remote)
