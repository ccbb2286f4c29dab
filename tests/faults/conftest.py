"""The output of an undisturbed run, to compare with; small disks that fill up."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.catalog.sample import PRODUCTS
from tests.cli.command import rs
from tests.operate.sites import RIVER

Mount = Callable[..., Path]


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, scenes: Path) -> Path:
    """All products of the smallest scene; afterwards every formula is compiled."""
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    done = rs("produce", PRODUCTS, scenes / RIVER, "-o", out)
    assert done.code == 0, done.text
    return out


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Mount]:
    """Mount a disk of memory with these options; skips where this user may not."""
    mounted: list[Path] = []

    def make(options: str) -> Path:
        place = tmp_path / "disk"
        if place not in mounted:
            place.mkdir()
        elif "remount" not in options:
            raise AssertionError("one disk a test")
        words = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
        if os.geteuid() or subprocess.run(words, capture_output=True).returncode:
            pytest.skip("mounting needs root")
        if place not in mounted:
            mounted.append(place)
        return place

    yield make
    for place in mounted:
        subprocess.run(["umount", str(place)], check=True)
