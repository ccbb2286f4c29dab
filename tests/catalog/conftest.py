"""Results of one small river scene, and catalogues made of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.catalog.sample import FOUR, make_sample

from rs.catalog.index import rebuild
from rs.catalog.layout import Layout
from rs.catalog.publish import Publisher
from rs.core.result import Result
from rs.core.scene import OpenMode
from rs.pipeline.choose import Job, choose
from rs.pipeline.prepare import prepare
from rs.pipeline.produce import Unit, produce
from rs.products import product, products


def made(scene: Path, staging: Path, threads: int = 1, block: int = 1024) -> list[Result]:
    """Results of the four products of a scene, in the order of their slots."""
    opened = prepare(str(scene))
    jobs = tuple(job for name in FOUR if isinstance(job := choose(opened, product(name)), Job))
    outcomes = produce(Unit(opened, jobs, str(staging), threads, block))
    results = [outcome for outcome in outcomes if isinstance(outcome, Result)]
    assert len(results) == len(jobs), outcomes
    return sorted(results, key=lambda result: result.slot)


def published(root: Path, results: list[Result]) -> Path:
    """A catalogue that holds results."""
    layout = Layout(root)
    register = layout.open_register()
    for result in results:
        Publisher(layout, register).publish(result)
    rebuild(layout, register, products(), OpenMode.CLOSED)
    return root


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory, scenes: Path, kernel_cache: Path) -> list[Result]:
    """All four products of the smallest scene."""
    return made(scenes / "S2_parana_20230511", tmp_path_factory.mktemp("staging"))


@pytest.fixture(scope="session")
def river(tmp_path_factory: pytest.TempPathFactory, results: list[Result]) -> Path:
    """The catalogue of those products; read only."""
    return published(tmp_path_factory.mktemp("river"), results)


@pytest.fixture
def copy(tmp_path: Path, river: Path) -> Path:
    """A private copy of that catalogue, to be damaged."""
    return Path(shutil.copytree(river, tmp_path / "copy"))


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory, scenes: Path) -> Path:
    """The catalogue of all sample scenes; read only."""
    return make_sample(tmp_path_factory, scenes)
