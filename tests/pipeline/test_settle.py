"""Contradictory offsets are settled from clear-land pixels, or refused where they tell neither way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scenes import write_item

from rs.core.bands import Band
from rs.core.scene import Scene
from rs.errors import Contradiction, MissingPart
from rs.pipeline.load import settle
from rs.pipeline.prepare import prepare, resettled, settled_of
from rs.readers import open_scene

APPLIED: dict[str, Any] = {"earthsearch:boa_offset_applied": True}
LAND, CLOUD = 4, 9


def contradictory(folder: Path, red: NDArray[np.float64], *, applied: float, scl: NDArray[np.int64] | None = None,
                  ) -> Scene:  # fmt: skip
    """A scene whose item states offset -0.1 and, in another field, that it is in the pixels already."""
    scl = np.full(red.shape, LAND) if scl is None else scl
    bands = {Band.RED: red, Band.NIR: red + 0.3}
    return open_scene(str(write_item(folder, bands, scl=scl, claimed=-0.1, applied=applied, **APPLIED)))


def of_which_negative(number: int, total: int = 1000) -> NDArray[np.float64]:
    """Red reflectance as it would be with the offset of -0.1, so many of the pixels below zero."""
    values = np.full(total, 0.05)
    values[:number] = -0.02
    return values.reshape(10, -1)


def test_pixels_without_the_shift_were_shifted_already(tmp_path: Path) -> None:
    scene = contradictory(tmp_path, np.full((20, 20), 0.05), applied=0.0)
    settled = settle(scene)
    assert {asset.offset for asset in settled.assets.values()} == {0.0}
    assert {asset.rival_offset for asset in settled.assets.values()} == {None}
    assert settled.notes[-1] == (
        "offset settled from pixels: the item states offset -0.1 and earthsearch:boa_offset_applied says it is"
        " applied already; with -0.1 applied 100.0% of 400 clear-land pixels of red would be negative,"
        " so the offset was already applied to the pixels"
    )


def test_pixels_that_bear_the_shift_get_the_offset(tmp_path: Path) -> None:
    settled = settle(contradictory(tmp_path, np.full((20, 20), 0.05), applied=-0.1))
    assert {asset.offset for asset in settled.assets.values()} == {-0.1}
    assert settled.notes[-1].endswith("so the offset was not yet applied to the pixels")


@pytest.mark.parametrize("number, offset", [(0, -0.1), (9, -0.1), (201, 0.0), (1000, 0.0)])
def test_below_one_percent_and_above_twenty_it_is_clear(tmp_path: Path, number: int, offset: float) -> None:
    settled = settle(contradictory(tmp_path, of_which_negative(number), applied=-0.1))
    assert settled.assets[Band.RED].offset == offset


@pytest.mark.parametrize("number", [10, 100, 200])
def test_between_it_is_bad_input(tmp_path: Path, number: int) -> None:
    with pytest.raises(Contradiction, match=f"{number / 10:.1f}% of 1000 clear-land pixels of red are negative") as e:
        settle(contradictory(tmp_path, of_which_negative(number), applied=-0.1))
    assert e.value.where == f"{tmp_path}, band red"
    assert e.value.remedy


def test_only_clear_land_speaks(tmp_path: Path) -> None:
    """Half of the scene is cloud, bright and shifted; the land below it is not."""
    red, scl = np.full((20, 20), 0.05), np.full((20, 20), LAND)
    red[:10], scl[:10] = 0.9, CLOUD
    settled = settle(contradictory(tmp_path, red, applied=0.0, scl=scl))
    assert settled.assets[Band.RED].offset == 0.0
    assert "100.0% of 200 clear-land pixels" in settled.notes[-1]


def test_too_little_clear_land_settles_nothing(tmp_path: Path) -> None:
    scl = np.full((20, 20), CLOUD)
    scl[0, :20] = LAND
    with pytest.raises(Contradiction, match="only 20 clear-land pixels are there to settle it"):
        settle(contradictory(tmp_path, np.full((20, 20), 0.05), applied=0.0, scl=scl))


def test_without_red_it_cannot_be_settled(tmp_path: Path) -> None:
    scene = contradictory(tmp_path, np.full((20, 20), 0.05), applied=0.0)
    with pytest.raises(MissingPart, match="the red band that would settle it is not held"):
        settle(replace(scene, assets={Band.NIR: scene.assets[Band.NIR]}))


def test_a_scene_without_a_contradiction_stays_as_it_is(tmp_path: Path) -> None:
    scene = open_scene(str(write_item(tmp_path, {Band.RED: np.full((4, 4), 0.1)}, claimed=-0.1)))
    assert settle(scene) is scene


def test_what_was_settled_once_needs_no_pixels_again(tmp_path: Path) -> None:
    scene = contradictory(tmp_path, np.full((20, 20), 0.05), applied=0.0)
    settled = settle(scene)
    kept = settled_of(scene, settled)
    (tmp_path / "red.tif").unlink()
    assert resettled(scene, kept) == settled


@pytest.mark.parametrize("day, share", [("20230815", "91.6% of 738063"), ("20230818", "88.5% of 349601")])
def test_the_real_scenes_of_33twm_are_shifted_already(scenes: Path, day: str, share: str) -> None:
    scene = prepare(str(scenes / f"S2A_33TWM_{day}_0_L2A"))
    assert {asset.offset for asset in scene.assets.values()} == {0.0}
    assert share in scene.notes[-1]
    assert all(len(asset.digest) == 64 for asset in scene.assets.values())
    assert all(len(source.asset.digest) == 64 for source in scene.quality)
