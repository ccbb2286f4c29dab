"""Angles by pixel of Landsat Level 1: named in the scene, read by window, carried along, damaged ones refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rasterio
from made import speckled

from rs.core.bands import Band
from rs.core.grid import Block
from rs.core.scene import Angles, Scene
from rs.errors import BadInput, Contradiction, UnreadableRaster
from rs.operate.acquire import Arrival, acquire
from rs.pipeline.angles import angles_digest, has_pixel_angles, pixel_angles
from rs.pipeline.load import read_band
from rs.pipeline.prepare import check_digests, prepare
from rs.raster.blocks import handles
from rs.readers import open_scene
from rs.testing import LandsatSpec, tar_product, write_landsat

NAMES = {"sun_zenith": "SZA", "sun_azimuth": "SAA", "view_zenith": "VZA", "view_azimuth": "VAA"}
SIZE = (30, 40)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder of Level 1 whose angles differ at every pixel."""
    spec = LandsatSpec(level="L1", size=SIZE)
    made = write_landsat(tmp_path / "made", speckled(spec.extent), spec)
    for first, short in enumerate(NAMES.values(), start=1):
        rewrite(made, short, counts(first))
    return made


def counts(first: int) -> np.ndarray:
    """Counts [0.01 degree] of an angle, no two alike."""
    steps = np.arange(SIZE[0] * SIZE[1], dtype=np.int16).reshape(SIZE)
    return steps + 1000 * first if first < 4 else -steps - 1


def rewrite(root: Path, short: str, pixels: np.ndarray, nodata: int | None = None) -> Path:
    """Replace the pixels of an angle band."""
    path = next(root.glob(f"*_{short}.TIF"))
    with rasterio.open(path) as dataset:
        profile = dataset.profile
    with rasterio.open(path, "w", **{**profile, "nodata": nodata}) as out:
        out.write(pixels[None])
    return path


def window(scene: Scene, name: str, block: Block) -> np.ndarray:
    """An angle [degrees] on a block of the red band's grid."""
    with handles() as held:
        return read_band(held, scene.angle_assets[name], scene.assets[Band.RED].grid, block)


@pytest.mark.parametrize("block", [Block(0, 0, 30, 40), Block(7, 11, 5, 9), Block(29, 39, 1, 1)])
def test_every_window_has_its_own_angles(root: Path, block: Block) -> None:
    scene = open_scene(str(root))
    assert {name: asset.name for name, asset in scene.angle_assets.items()} == NAMES
    assert set(NAMES) == set(Angles.__slots__)
    part = np.s_[block.row : block.row + block.height, block.col : block.col + block.width]
    for first, name in enumerate(NAMES, start=1):
        np.testing.assert_allclose(window(scene, name, block), counts(first)[part] * 0.01, rtol=0, atol=1e-12)


def test_the_mean_of_the_synthetic_angles_is_the_stated_one(tmp_path: Path) -> None:
    spec = LandsatSpec(level="L1", size=SIZE)
    scene = open_scene(str(write_landsat(tmp_path, speckled(spec.extent), spec)))
    block = Block(0, 0, *SIZE)
    for name in ("sun_zenith", "sun_azimuth"):
        np.testing.assert_allclose(window(scene, name, block), getattr(scene.angles, name), atol=0.005 + 1e-9)


@pytest.mark.parametrize("stated", [None, 0, -9999])
def test_zero_is_no_height_of_the_sun_and_an_angle_elsewhere(root: Path, stated: int | None) -> None:
    for short in NAMES.values():
        pixels = np.full(SIZE, 500, np.int16)
        pixels[0, 0], pixels[0, 1] = 0, -9999
        rewrite(root, short, pixels, stated)
    scene = open_scene(str(root))
    for name in NAMES:
        zero, fill = window(scene, name, Block(0, 0, 1, 2))[0]
        assert np.isnan(zero) if name == "sun_zenith" else zero == 0.0
        assert np.isnan(fill) == (stated == -9999)


def test_a_tar_gives_the_same_angles(root: Path, tmp_path: Path) -> None:
    tar = open_scene(str(tar_product(root, tmp_path / "x.tar")))
    block = Block(3, 5, 8, 13)
    for name in NAMES:
        np.testing.assert_array_equal(window(tar, name, block), window(open_scene(str(root)), name, block))


@pytest.mark.parametrize("gone", [["SZA"], ["VZA", "VAA"], list(NAMES.values())])
def test_only_what_is_held_is_named(root: Path, gone: list[str]) -> None:
    for short in gone:
        next(root.glob(f"*_{short}.TIF")).unlink()
    scene = open_scene(str(root))
    assert [asset.name for asset in scene.angle_assets.values()] == [s for s in NAMES.values() if s not in gone]
    assert any("angles by pixel" in note for note in scene.notes) == (len(gone) < 4)


def test_level_2_and_earlier_collections_have_none(tmp_path: Path) -> None:
    for spec in (LandsatSpec(level="L2", size=SIZE), LandsatSpec(level="L1", collection=1, size=SIZE)):
        assert open_scene(str(write_landsat(tmp_path, speckled(spec.extent), spec))).angle_assets == {}


def test_they_are_acquired_and_held_to_their_digests(root: Path, tmp_path: Path) -> None:
    scene = acquire(Arrival(str(root), str(tmp_path / "scenes")))
    assert isinstance(scene, Scene)
    direct = prepare(str(root))
    assert {n: a.digest for n, a in scene.angle_assets.items()} == {n: a.digest for n, a in direct.angle_assets.items()}
    assert all(len(asset.digest) == 64 for asset in scene.angle_assets.values())
    assert scene.notes == direct.notes
    check_digests(scene)
    file = Path(scene.angle_assets["sun_zenith"].href)
    file.write_bytes(file.read_bytes() + b"\0")
    with pytest.raises(BadInput, match="its digest has changed") as caught:
        check_digests(scene)
    assert caught.value.where == str(file)


def test_damaged_and_foreign_ones_are_refused(root: Path) -> None:
    path = next(root.glob("*_SAA.TIF"))
    whole = path.read_bytes()
    path.write_bytes(whole[:60])
    with pytest.raises(UnreadableRaster) as caught:
        open_scene(str(root))
    assert caught.value.where == str(path)
    path.write_bytes(whole)
    with rasterio.open(path, "r+") as dataset:
        dataset.transform = dataset.transform @ rasterio.Affine.translation(5, 0)
    with pytest.raises(Contradiction, match="150 m from those of the MTL") as moved:
        open_scene(str(root))
    assert moved.value.where == str(path)


def test_corrections_take_the_angles_of_each_pixel_and_the_mean_where_there_is_none(root: Path) -> None:
    rewrite(root, "SZA", np.where(np.arange(SIZE[1]) < 3, 0, counts(1)).astype(np.int16))
    scene = open_scene(str(root))
    grid = scene.assets[Band.RED].grid
    assert has_pixel_angles(scene)
    with handles() as held:
        found = pixel_angles(held, scene, grid, grid.whole)
    assert found is not None
    zenith = window(scene, "sun_zenith", grid.whole)
    assert np.isnan(zenith[:, :3]).all() and not np.isnan(zenith[:, 3:]).any()
    np.testing.assert_array_equal(found.sun_zenith[:, 3:], zenith[:, 3:])
    np.testing.assert_array_equal(found.sun_zenith[:, :3], scene.angles.sun_zenith)
    turned = window(scene, "sun_azimuth", grid.whole) - window(scene, "view_azimuth", grid.whole)
    np.testing.assert_array_equal(found.azimuth, turned)
    assert not has_pixel_angles(replace(scene, angle_assets={"sun_zenith": scene.angle_assets["sun_zenith"]}))
    assert angles_digest(prepare(str(root))) != angles_digest(replace(prepare(str(root)), angle_assets={}))
