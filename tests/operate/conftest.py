"""The catalogue of all sample scenes, and the smallest scene prepared for planning."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.catalog.sample import make_sample
from tests.operate.sites import RIVER

from rs.core.scene import Scene
from rs.pipeline.prepare import prepare


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory, scenes: Path) -> Path:
    """The catalogue of all sample scenes; read only."""
    return make_sample(tmp_path_factory, scenes)


@pytest.fixture(scope="session")
def river(scenes: Path) -> Scene:
    """The smallest scene, prepared."""
    return prepare(str(scenes / RIVER))
