"""Scenes that a test may change before they are opened."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from landsat import Copy
from scenes import Change, read_item, save_item, write_item

from rs.core.bands import Band
from rs.core.scene import Scene
from rs.readers import open_scene


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A scene of 6 x 8 px with red, near infrared and SCL."""
    red = np.linspace(0.01, 0.3, 48).reshape(6, 8)
    return write_item(tmp_path / "scene", {Band.RED: red, Band.NIR: red + 0.2}, scl=np.full((6, 8), 4))


@pytest.fixture
def opened(folder: Path) -> Callable[[Change], Scene]:
    """Opens the small scene after a change of its item."""

    def change_and_open(change: Change) -> Scene:
        item = read_item(folder)
        change(item)
        save_item(folder, item)
        return open_scene(str(folder))

    return change_and_open


@pytest.fixture
def copy(scenes: Path, tmp_path: Path) -> Copy:
    """Copies a sample scene, so that a test may damage it."""

    def make(name: str) -> Path:
        shutil.copytree(scenes / name, tmp_path / name)
        return tmp_path / name

    return make
