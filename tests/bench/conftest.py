"""The benchmarks lie beside the package, in the checkout."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

if TYPE_CHECKING:
    from benchmarks.scenes import Cache


@pytest.fixture(scope="session")
def cache_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the tests keep scenes."""
    return tmp_path_factory.mktemp("scenes")


@pytest.fixture(scope="session")
def cache(cache_root: Path) -> Cache:
    """Scenes that the tests share."""
    from benchmarks.scenes import Cache

    return Cache(cache_root)
