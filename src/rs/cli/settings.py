"""Where things are: RS_* environment, read once here and passed down."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """Folder of compiled kernels, address of a Dask scheduler; None where not used."""

    cache: Path | None
    scheduler: str | None


VARIABLES = {
    "RS_CACHE_DIR": "folder of compiled formulas (default: the user's cache folder; empty: none)",
    "RS_SCHEDULER": "address of a running Dask scheduler (default: processes on this machine)",
}


def settings() -> Settings:
    """The settings of this process."""
    from platformdirs import user_cache_path

    stated = os.environ.get("RS_CACHE_DIR")
    cache = user_cache_path("rs") / "kernels" if stated is None else Path(stated) if stated else None
    return Settings(cache, os.environ.get("RS_SCHEDULER") or None)
