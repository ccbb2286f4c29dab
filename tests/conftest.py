"""What every test shares: GDAL's environment, sample scenes, a folder of compiled formulas."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from rs.raster.env import prepare

if TYPE_CHECKING:
    from buckets import Buckets

prepare()
# no test is timed: machines are shared, and the first example compiles
settings.register_profile("rs", deadline=None, print_blob=True)
settings.load_profile("rs")

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def scenes() -> Path:
    """The folder of sample scenes."""
    return ROOT / "sample_data" / "scenes"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The data folder beside the checkout; tests marked `shared` skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the shared folder is not beside this checkout")
    return SHARED


@pytest.fixture(scope="session", autouse=True)
def kernel_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One folder of compiled formulas for a whole session, its workers and its child processes."""
    from rs.core.jit import use_cache

    base = tmp_path_factory.getbasetemp()
    shared_base = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder = shared_base / "kernels"
    use_cache(folder)
    os.environ["RS_CACHE_DIR"] = str(folder)
    yield folder
    os.environ.pop("RS_CACHE_DIR", None)


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Buckets]:
    """A moto server of this session; tests that use it are marked `services`."""
    from buckets import buckets

    with buckets(tmp_path_factory.mktemp("moto")) as found:
        yield found
