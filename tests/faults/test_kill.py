"""kill -9: the catalogue verifies at once, and running again gives the bytes of an undisturbed run."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from tests.cli.command import RS, rs, tree
from tests.faults.bad_scenes import ALPS
from tests.faults.wholeness import assert_whole
from tests.operate.sites import RIVER

from rs.catalog.layout import Layout

pytestmark = pytest.mark.faults

MADE = ("ndvi", "turbidity", "water_colour", "water_extent")
STAGES = ("staging", "data", "items", "register", "index")


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory, scenes: Path) -> Path:
    """The output of a run that nothing disturbs."""
    out = tmp_path_factory.mktemp("calm") / "out"
    assert rs("produce", ",".join(MADE), scenes / RIVER, "-o", out).code == 0
    return out


def start(*words: object) -> subprocess.Popen[str]:
    """`rs` in a process group of its own."""
    call = [str(RS), *(str(word) for word in words)]
    return subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


def wait_until(process: subprocess.Popen[str], ready: Callable[[], bool]) -> None:
    """Look until something holds or the process has ended."""
    while not ready() and process.poll() is None:
        time.sleep(0.0005)


def count(folder: Path) -> int:
    """Files below a folder, temporary ones too."""
    return sum(len(names) for _, _, names in os.walk(folder))


def facts(out: Path) -> list[object]:
    """What the register says, without who and when."""
    return [entry.fact for entry in Layout(out).open_register().read()]


@pytest.mark.parametrize("seed", range(len(STAGES)))
def test_when_files_appear(calm: Path, scenes: Path, tmp_path: Path, seed: int) -> None:
    """A moment: so many files have appeared in one of the folders, and a little later.

    Here the whole command is killed, with its worker; many more moments are in tests/faults/chaos.
    """
    chance = random.Random(seed)
    stage, out = STAGES[seed % len(STAGES)], tmp_path / "out"
    most = 10 if stage == "staging" else count(calm / stage)
    files, later = chance.randint(1, most), chance.uniform(0, 0.02)
    process = start("produce", ",".join(MADE), scenes / RIVER, "-o", out)
    wait_until(process, lambda: count(out / stage) >= files)
    time.sleep(later)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()

    assert_whole(out, len(facts(out)), staging=False)
    assert rs("produce", ",".join(MADE), scenes / RIVER, "-o", out).code == 0
    assert_whole(out, len(MADE), staging=False)
    assert facts(out) == facts(calm)
    held = tree(out, "data", "items", "index")
    assert {n: b for n, b in held.items() if "/.new-" not in n} == tree(calm, "data", "items", "index")


def worker_of(process: subprocess.Popen[str], words: str) -> psutil.Process | None:
    """The child that has a working copy open whose path holds these words."""
    try:
        for child in psutil.Process(process.pid).children(recursive=True):
            if any(words in file.path and file.path.endswith(".part") for file in child.open_files()):
                return child
    except psutil.NoSuchProcess:
        pass
    return None


@pytest.mark.parametrize("beside", [None, RIVER])
def test_a_killed_worker_fails_its_own_unit(scenes: Path, tmp_path: Path, beside: str | None) -> None:
    words = [scenes / ALPS] + ([scenes / beside] if beside else [])
    process = start("produce", "ndvi", *words, "-o", tmp_path, "--threads", 1, "--block", 128)
    found: list[psutil.Process] = []

    def at_work() -> bool:
        worker = worker_of(process, "33TWM")
        found.extend([worker] if worker else [])
        return bool(found)

    wait_until(process, at_work)
    found[0].kill()
    out, err = process.communicate()
    assert process.returncode == (3 if beside else 1), out + err
    (told,) = [line for line in out.splitlines() if "the worker process died" in line]
    assert told.strip().startswith(f"{ALPS}: ndvi: ") and "run again" in told
    assert "Traceback" not in out + err
    assert_whole(tmp_path, 1 if beside else 0)


def test_two_runs_at_once_publish_the_union_once(calm: Path, scenes: Path, tmp_path: Path) -> None:
    both = [start("produce", ",".join(MADE), scenes / RIVER, "-o", tmp_path / "out") for _ in range(2)]
    for process in both:
        out, err = process.communicate()
        assert process.returncode == 0, out + err
    assert_whole(tmp_path / "out", len(MADE))
    assert tree(tmp_path / "out", "data", "items") == tree(calm, "data", "items")
