"""Where there is no `isal` zlib deflates: other bytes, the same content, and the item says so."""

from __future__ import annotations

import json
import subprocess
import sys
import zlib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cogs import complaints
from producing import made_of, result_of
from scenes import grid_of, write_item

from rs.core.bands import Band
from rs.pipeline.finish import software
from rs.raster.codec import codec_name

MADE = ["ndvi", "water_extent"]
CHILD = """
import json, pathlib, sys
sys.modules["isal"] = None
sys.path.insert(0, sys.argv[1])
from rs.raster.env import prepare
prepare()
from rs.core.jit import use_cache
from rs.raster.codec import codec_name
use_cache(pathlib.Path(sys.argv[2]))
from producing import made_of, result_of
made = made_of(pathlib.Path(sys.argv[3]), pathlib.Path(sys.argv[4]), sys.argv[5].split(","))
results = [result_of(outcome) for outcome in made.values()]
files = {file.name: [file.content, file.digest] for result in results for file in result.files}
print(json.dumps({"codec": codec_name(), "versions": results[0].versions, "files": files}))
"""


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scene of 600 x 700 px: four tiles and an overview."""
    chance = np.random.default_rng(4)
    bands = {band: chance.uniform(0.01, 0.4, (600, 700)) for band in (Band.GREEN, Band.RED, Band.NIR, Band.SWIR16)}
    bands[Band.NIR][:80] = np.nan
    return write_item(tmp_path_factory.mktemp("scene"), bands, grid=grid_of(600, 700))


def without_isal(scene: Path, staging: Path, kernel_cache: Path) -> dict[str, Any]:
    """What a process makes that cannot import `isal`."""
    support = Path(__file__).parent.parent / "support"
    words = [sys.executable, "-c", CHILD, *map(str, (support, kernel_cache, scene, staging)), ",".join(MADE)]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_content_is_the_same_and_the_bytes_are_not(scene: Path, tmp_path: Path, kernel_cache: Path) -> None:
    made = made_of(scene, tmp_path / "with", MADE)
    files = {file.name: (file.content, file.digest) for one in made.values() for file in result_of(one).files}
    found = without_isal(scene, tmp_path / "without", kernel_cache)
    assert found["codec"].startswith("zlib ") and codec_name().startswith("isa-l ")
    assert {name: content for name, (content, _) in files.items()} == {n: c for n, (c, _) in found["files"].items()}
    rasters = [name for name in files if name.endswith(".tif")]
    assert len(rasters) >= 3
    for name in rasters:
        assert complaints(tmp_path / "without" / name) == []
        assert found["files"][name][1] != files[name][1]
    assert found["versions"] == {k: v for k, v in software().items() if k != "isal"} | {
        "zlib": zlib.ZLIB_RUNTIME_VERSION
    }


def test_an_item_names_the_library_that_made_its_bytes() -> None:
    found = software()
    assert found["isal"] == version("isal") and "zlib" not in found
    assert list(found) == ["rs", "numpy", "numba", "rasterio", "gdal", "isal"]
