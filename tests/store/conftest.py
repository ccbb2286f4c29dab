"""The stores that keep the contract: a folder, and a bucket of a moto server."""

from __future__ import annotations

from pathlib import Path

import pytest

from rs.store.local import LocalStore
from rs.store.store import Store


@pytest.fixture(params=["folder", pytest.param("bucket", marks=pytest.mark.services)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """An empty store of each kind."""
    if request.param == "folder":
        return LocalStore(tmp_path / "store")
    found: Store = request.getfixturevalue("s3").store()
    return found
