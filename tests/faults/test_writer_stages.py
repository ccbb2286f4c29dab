"""The writer is killed, and its disk is full, while tiles wait in the spool and while the file is put together."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
import tifffile
from tests.cli.command import RS, rs, tree
from tests.faults.bad_scenes import ALPS
from tests.faults.wholeness import assert_whole

pytestmark = pytest.mark.faults

MAIN = "ndvi"
"""The raster that is watched; of 915 px: four tiles and one of an overview."""


@dataclass(frozen=True)
class Calm:
    """What a run leaves that nothing disturbs, and the bytes of its largest raster [bytes]."""

    held: dict[str, bytes]
    spooled: int
    whole: int


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory, scenes: Path) -> Calm:
    """One product of one scene."""
    out = tmp_path_factory.mktemp("calm") / "out"
    assert rs("produce", MAIN, scenes / ALPS, "-o", out).code == 0
    path = max(out.glob("data/**/*.tif"), key=lambda path: path.stat().st_size)
    assert path.name.startswith(f"{MAIN}.")
    return Calm(tree(out, "data", "items", "index"), tiles_of(path), path.stat().st_size)


def tiles_of(path: Path) -> int:
    """Compressed bytes of all tiles of a file, which is what its spool holds."""
    with tifffile.TiffFile(path) as file:
        return sum(sum(page.databytecounts) for page in file.pages)


def assert_as_ever(out: Path, scenes: Path, calm: Calm) -> None:
    """Nothing is published; the run after it gives the bytes of a calm one."""
    assert_whole(out, 0, staging=False)
    assert not (out / "items").exists() and not (out / "data").exists()
    assert rs("produce", MAIN, scenes / ALPS, "-o", out).code == 0
    assert tree(out, "data", "items", "index") == calm.held
    assert_whole(out, 1, staging=False)


@pytest.mark.parametrize("point", ["write.tile:4", "write.file:5"])
def test_killed_between_tiles(calm: Calm, scenes: Path, tmp_path: Path, point: str) -> None:
    """Once the spool holds some of the tiles, and once the file itself does."""
    out = tmp_path / "out"
    words = [str(RS), "produce", MAIN, str(scenes / ALPS), "-o", str(out), "--threads", "1"]
    environment = {**os.environ, "RS_FAILPOINT": point}
    process = subprocess.run(words, env=environment, capture_output=True, start_new_session=True)
    assert process.returncode == -signal.SIGKILL
    left = {path.name: path.stat().st_size for path in out.glob("staging/**/*") if path.is_file()}
    spools = [size for name, size in left.items() if name.endswith(".part")]
    files = [size for name, size in left.items() if name.endswith(".tif")]
    assert any(0 < size <= calm.spooled for size in spools)
    assert any(0 < size < calm.whole for size in files) == point.startswith("write.file")
    assert_as_ever(out, scenes, calm)


@pytest.mark.parametrize("stage", [".part", ".tif"])
def test_full_between_tiles(calm: Calm, scenes: Path, tmp_path: Path, stage: str) -> None:
    """No file may grow beyond a limit: that of half a spool, or one that the spool keeps and the file does not."""
    half, between = calm.spooled // 2048, -(-calm.spooled // 1024)
    assert between * 1024 < calm.whole
    out = tmp_path / "out"
    done = rs("produce", MAIN, scenes / ALPS, "-o", out, file_limit=half if stage == ".part" else between)
    assert done.code == 1, done.text
    (told,) = [line for line in done.out.splitlines() if "cannot be written" in line]
    assert re.search(rf"/staging/\S+{re.escape(stage)}: cannot be written", told), told
    assert re.search(r"; [\d.]+ \w+ needed, [\d.]+ \w+ free there\)\. Make room", told), told
    assert_as_ever(out, scenes, calm)
