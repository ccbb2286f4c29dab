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
def cache(tmp_path_factory: pytest.TempPathFactory) -> Cache:
    """Scenes that the tests share."""
    from benchmarks.scenes import Cache

    return Cache(tmp_path_factory.mktemp("scenes"))
