"""Output that cannot be written: full disks, folders that are none, folders that are read only."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.catalog.sample import PRODUCTS
from tests.cli.command import rs, tree
from tests.faults.conftest import Mount
from tests.faults.wholeness import assert_whole
from tests.operate.sites import RIVER

pytestmark = pytest.mark.faults


def test_a_small_disk_is_refused_before_anything_starts(mount: Mount, scenes: Path) -> None:
    disk = mount("size=512k")
    done = rs("produce", PRODUCTS, scenes / RIVER, "-o", disk / "out")
    assert done.code == 1, done.text
    (told,) = [line for line in done.err.splitlines() if line.startswith("rs: ")]
    assert str(disk / "out") in told
    assert re.search(r": [\d.]+ MiB are needed, [\d.]+ KiB are free\. Make room, or choose another folder\.$", told)
    assert_whole(disk / "out", 0)


@pytest.mark.parametrize("kib", [8, 30, 70, 100, 120])
def test_a_disk_that_fills_up_publishes_nothing_and_loses_nothing(
    undisturbed: Path, scenes: Path, tmp_path: Path, kib: int
) -> None:
    """No file may grow beyond the limit: working copies break off. Afterwards the same bytes as ever."""
    out = tmp_path / "out"
    done = rs("produce", PRODUCTS, scenes / RIVER, "-o", out, file_limit=kib)
    assert done.code == 1, done.text
    told = [line.strip() for line in done.out.splitlines() if "cannot be written" in line]
    assert len(told) == 4
    for line in told:
        assert line.startswith(f"{RIVER}: ") and f"{out}/staging/" in line
        assert re.search(
            r"; [\d.]+ (MiB|KiB|bytes) needed, [\d.]+ \w+ free there\)\. Make room or choose another folder with -o\.$",
            line,
        )
    assert_whole(out, 0)
    assert rs("produce", PRODUCTS, scenes / RIVER, "-o", out).code == 0
    assert tree(out, "data", "items", "index") == tree(undisturbed, "data", "items", "index")


@pytest.mark.parametrize("below", ["file", "file/deeper/out"])
def test_a_folder_that_is_none(scenes: Path, tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_bytes(b"mine")
    done = rs("produce", "ndvi", scenes / RIVER, "-o", tmp_path / below)
    assert (done.code, done.out) == (1, "")
    assert re.fullmatch(
        rf"rs: {re.escape(str(tmp_path / below))}: cannot be written \(.+\)\."
        r" Make room or choose another folder with -o\.\n",
        done.err,
    )
    assert (tmp_path / "file").read_bytes() == b"mine"


def test_a_disk_that_is_read_only(mount: Mount, scenes: Path) -> None:
    """What was published before stands and verifies; nothing is added."""
    out = mount("size=64m") / "out"
    assert rs("produce", "ndvi", scenes / RIVER, "-o", out).code == 0
    before = tree(out, ".")
    mount("remount,ro,size=64m")
    for target in (out, out.parent / "other"):
        done = rs("produce", "ndvi,water_extent", scenes / RIVER, "-o", target)
        assert (done.code, done.out) == (1, "")
        assert str(target) in done.err and "Read-only file system" in done.err and "choose another folder" in done.err
    assert tree(out, ".") == before
    assert_whole(out, 1)
