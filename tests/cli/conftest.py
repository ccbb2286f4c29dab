"""The catalogue of all sample scenes, and a site with one small scene."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.catalog.sample import make_sample
from tests.operate.sites import new_site, scene_copy


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory, scenes: Path) -> Path:
    """The catalogue of all sample scenes; read only."""
    return make_sample(tmp_path_factory, scenes)


@pytest.fixture
def site(tmp_path: Path, scenes: Path) -> Path:
    """A site with one scene in its inbox and one product wanted."""
    made = new_site(tmp_path / "river", 'products = ["ndvi"]')
    scene_copy(scenes, made / "inbox" / "first")
    return made
