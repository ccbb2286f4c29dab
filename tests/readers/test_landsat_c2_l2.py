"""Landsat Collection 2 Level 2: three forms of the MTL, grids held against it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rasterio
from landsat import LC08, LC09, Copy, edit
from rasterio.transform import Affine

from rs.core.bands import Band
from rs.core.scene import Scene
from rs.errors import Contradiction
from rs.readers import open_scene


def bare(scene: Scene) -> Scene:
    """A scene without the names of the documents it was read from."""
    return replace(scene, path="", metadata=())


@pytest.mark.parametrize("form", ["txt", "json", "xml"])
def test_the_three_forms_of_the_mtl_give_the_same_scene(scenes: Path, form: str) -> None:
    folder = scenes / LC08
    one = open_scene(str(folder / f"{LC08}_MTL.{form}"))
    assert bare(one) == bare(open_scene(str(folder)))
    assert one.metadata == (str(folder / f"{LC08}_MTL.{form}"),)


def test_a_folder_with_any_single_form_opens(copy: Copy) -> None:
    folder = copy(LC08)
    whole = bare(open_scene(str(folder)))
    for form in ("json", "xml"):
        (folder / f"{LC08}_MTL.{form}").unlink()
        assert bare(open_scene(str(folder))) == whole


def test_a_decimated_copy_is_taken_and_noted(scenes: Path) -> None:
    scene = open_scene(str(scenes / LC08))
    t = scene.assets[Band.RED].grid.transform
    assert t.a == pytest.approx(600.0792)
    assert -t.e == pytest.approx(600.8549)
    assert scene.notes == (
        "decimated copy: 379 x 386 px on the corners of 7581 x 7731 px; pixels are 600.08 x 600.85 m",
    )


def test_what_manaus_holds_and_lacks(scenes: Path) -> None:
    scene = open_scene(str(scenes / LC09))
    lost = {Band.COASTAL: "SR_B1", Band.THERMAL: "ST_B10", Band.THERMAL_UNCERTAINTY: "ST_QA"}
    assert scene.missing == {band: f"{LC09}_{name}.TIF is listed and not in the folder" for band, name in lost.items()}
    assert scene.notes == (
        f"{LC09}_QA_PIXEL.TIF is not in the folder: the state of the sky is unknown",
        f"{LC09}_QA_RADSAT.TIF is not in the folder: saturation is unknown",
    )
    assert not scene.cloud_state_known
    assert (scene.datatake, scene.tile, scene.licence) == ("20230723T141231", "231062", "CC0-1.0")
    assert scene.angles.sun_zenith == pytest.approx(36.60600432)
    assert scene.time.start.isoformat() == "2023-07-23T14:12:31.279905+00:00"


@pytest.mark.parametrize("pixels, moved", [((2, 0), True), ((0, -2), True), ((1, 0), False), ((0.5, 0.5), False)])
def test_corners_must_be_those_of_the_mtl(copy: Copy, pixels: tuple[float, float], moved: bool) -> None:
    folder = copy(LC09)
    path = folder / f"{LC09}_SR_B4.TIF"
    with rasterio.open(path, "r+") as dataset:
        dataset.transform = dataset.transform @ Affine.translation(*pixels)
    if not moved:
        assert Band.RED in open_scene(str(folder)).assets
        return
    with pytest.raises(Contradiction, match="60 m from those of the MTL") as caught:
        open_scene(str(folder))
    assert caught.value.where == str(path)
    assert caught.value.remedy


def test_a_band_that_was_cut_to_a_part_is_refused(copy: Copy) -> None:
    folder = copy(LC09)
    path = folder / f"{LC09}_SR_B5.TIF"
    with rasterio.open(path) as dataset:
        profile, part = dataset.profile, dataset.read()[:, :400, :]
    with rasterio.open(path, "w", **{**profile, "height": 400}) as dataset:
        dataset.write(part)
    with pytest.raises(Contradiction, match="was cut"):
        open_scene(str(folder))


def test_calibration_is_the_one_of_the_mtl(copy: Copy) -> None:
    folder = copy(LC09)
    edit(folder, r"(REFLECTANCE_ADD_BAND_4 = )-0\.2\S*", r"\1-0.25")
    scene = open_scene(str(folder))
    assert scene.assets[Band.RED].offset == -0.25
    assert scene.assets[Band.GREEN].offset == -0.2
    assert np.dtype(scene.assets[Band.RED].dtype) == np.uint16
