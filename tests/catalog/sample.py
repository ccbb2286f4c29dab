"""The catalogue of all sample scenes, made once a session by the command line."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.cli.command import rs

FOUR = ("ndvi", "turbidity", "water_colour", "water_extent")
"""The products of the sample catalogue: land, water, classes, two layers."""

PRODUCTS = ",".join(FOUR)
"""The same for the command line."""


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """A folder of this session; the workers of one session have the same."""
    base = factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder of this session, read only; the first caller of all workers makes it."""
    out = shared_folder(factory) / name
    with out.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = out.with_suffix(".made")
        if not done.exists():
            make(out)
            done.touch()
    return out


def make_sample(factory: pytest.TempPathFactory, scenes: Path) -> Path:
    """Output folder of `rs produce` of four products of all sample scenes."""

    def make(out: Path) -> None:
        done = rs("produce", PRODUCTS, *sorted(scenes.iterdir()), "-o", out)
        assert done.code == 0, done.text

    return once(factory, "sample", make)


def items(root: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every stored item of a catalogue with its path."""
    for path in sorted((root / "items").rglob("*.json")):
        yield path, json.loads(path.read_bytes())


def collections(root: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every collection below a folder with its path."""
    for path in sorted(root.rglob("collection.json")):
        yield path, json.loads(path.read_bytes())
