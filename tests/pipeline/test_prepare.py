"""Preparing a scene: digests of its files, in this process and in a worker's."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scenes import write_item

from rs.core.bands import Band
from rs.core.scene import Scene
from rs.errors import BadInput, InternalError, NotAScene, UnreadableRaster
from rs.pipeline.prepare import check_digests, digests_of, prepare, scene_root
from rs.pipeline.workers import call, workers
from rs.readers import open_scene


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    bands = {Band.RED: np.full((4, 4), 0.1), Band.NIR: np.full((4, 4), 0.4)}
    return write_item(tmp_path / "scene", bands, scl=np.full((4, 4), 4))


def test_every_file_has_its_digest(folder: Path) -> None:
    scene = prepare(str(folder))
    held = [*scene.assets.values(), *(source.asset for source in scene.quality)]
    assert len(held) == 3
    for asset in held:
        assert asset.digest == hashlib.sha256(Path(asset.href).read_bytes()).hexdigest()
    assert set(digests_of(scene)) == set(scene.files)
    assert scene_root(scene) == str(folder)


def test_a_file_that_vanished_is_named(folder: Path) -> None:
    scene = open_scene(str(folder))
    (folder / "red.tif").unlink()
    with pytest.raises(UnreadableRaster, match="cannot be read") as caught:
        digests_of(scene)
    assert caught.value.where == str(folder / "red.tif")


def test_a_file_that_changed_since_it_was_digested_is_refused(folder: Path) -> None:
    scene = prepare(str(folder))
    check_digests(scene)
    path = folder / "nir.tif"
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(BadInput, match="its digest has changed") as caught:
        check_digests(scene)
    assert caught.value.where == str(path)


def test_a_worker_gives_errors_as_values(tmp_path: Path) -> None:
    assert isinstance(call(prepare, str(tmp_path), None), NotAScene)
    unforeseen = call(int, "no number", None)
    assert isinstance(unforeseen, InternalError)
    assert "ValueError" in unforeseen.what


def test_a_child_process_prepares_the_same_scene(folder: Path, tmp_path: Path) -> None:
    with workers(1, cache=None) as held:
        found = dict(held.map(prepare, [str(folder), str(tmp_path / "nothing")]))
    assert held.slots == 1
    scene, error = found[str(folder)], found[str(tmp_path / "nothing")]
    assert isinstance(scene, Scene)
    assert replace(scene, path="") == replace(prepare(str(folder)), path="")
    assert isinstance(error, NotAScene)
    assert error.where == str(tmp_path / "nothing")
