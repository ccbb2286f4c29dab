"""Contradictory offsets are settled from clear-land pixels, or refused where they tell neither way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scenes import write_item

from rs.core.bands import Band, Quality
from rs.core.scene import Scene
from rs.errors import Contradiction, MissingPart
from rs.pipeline.load import settle
from rs.pipeline.prepare import prepare, resettled, settled_of
from rs.readers import open_scene

APPLIED: dict[str, Any] = {"earthsearch:boa_offset_applied": True}
LAND, CLOUD = 4, 9


WATER_RED = -0.004
"""Over-corrected clear water: its red is a little below zero with the right offset."""


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


def unclassified(folder: Path, red: NDArray[np.float64], nir: NDArray[np.float64], *, applied: float) -> Scene:
    """The same contradiction in a scene without a classification."""
    bands = {Band.RED: red, Band.NIR: nir}
    return open_scene(str(write_item(folder, bands, claimed=-0.1, applied=applied, **APPLIED)))


def coast(vegetated: int = 200) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Red and near infrared of 40 rows: vegetation first, then water, cloud and bright soil."""
    red, nir = np.full(1600, WATER_RED), np.full(1600, -0.01)
    red[:vegetated], nir[:vegetated] = 0.04, 0.31
    red[1000:1300], nir[1000:1300] = 0.55, 0.6
    red[1300:], nir[1300:] = 0.22, 0.3
    return red.reshape(40, 40), nir.reshape(40, 40)


@pytest.mark.parametrize("applied, offset", [(0.0, 0.0), (-0.1, -0.1)])
def test_without_a_classification_vegetation_speaks(tmp_path: Path, applied: float, offset: float) -> None:
    """Water, 50% of the scene and negative by itself, and clouds, 19% and never negative, would tell neither way."""
    settled = settle(unclassified(tmp_path, *coast(), applied=applied))
    assert {asset.offset for asset in settled.assets.values()} == {offset}
    share = "100.0%" if applied == 0 else "0.0%"
    assert f"{share} of 200 vegetated (own test: no classification) pixels of red" in settled.notes[-1]


def test_too_little_vegetation_settles_nothing(tmp_path: Path) -> None:
    with pytest.raises(Contradiction, match=r"only 50 vegetated .own test: no classification. pixels are there"):
        settle(unclassified(tmp_path, *coast(50), applied=-0.1))


def test_water_alone_settles_nothing(tmp_path: Path) -> None:
    """It once counted as clear land: with the right offset it is negative, so the offset seemed applied."""
    red, nir = np.full((20, 20), WATER_RED), np.full((20, 20), -0.01)
    with pytest.raises(Contradiction, match="only 0 vegetated"):
        settle(unclassified(tmp_path, red, nir, applied=-0.1))


def test_without_classification_and_infrared_it_cannot_be_settled(tmp_path: Path) -> None:
    red, _ = coast()
    scene = open_scene(str(write_item(tmp_path, {Band.RED: red}, claimed=-0.1, applied=0.0, **APPLIED)))
    with pytest.raises(Contradiction, match="cannot be settled: no classification tells land, and no near") as caught:
        settle(scene)
    assert caught.value.where == f"{tmp_path}, band red"
    assert caught.value.remedy.startswith("Bring the classification")


def test_an_infrared_with_other_claims_is_no_witness(tmp_path: Path) -> None:
    scene = unclassified(tmp_path, *coast(), applied=0.0)
    nir = replace(scene.assets[Band.NIR], rival_offset=None, rival_source="")
    with pytest.raises(Contradiction, match="cannot be settled"):
        settle(replace(scene, assets={**scene.assets, Band.NIR: nir}))


def test_flags_that_know_no_land_take_away_and_do_not_give(tmp_path: Path) -> None:
    """A cloud mask without classes: the own test finds land, the mask takes what lies below clouds."""
    scl = np.full((40, 40), LAND)
    scl[:2] = CLOUD
    bands = dict(zip((Band.RED, Band.NIR), coast(), strict=True))
    scene = open_scene(str(write_item(tmp_path, bands, scl=scl, claimed=-0.1, applied=0.0, **APPLIED)))
    (source,) = scene.quality
    clouds = tuple(rule for rule in source.rules if Quality.CLOUD in rule.bits)
    settled = settle(replace(scene, quality=(replace(source, rules=clouds, knows=Quality.CLOUD),)))
    assert "100.0% of 120 vegetated" in settled.notes[-1]
    assert settled.assets[Band.RED].offset == 0.0


@pytest.mark.parametrize("day", ["20230815", "20230818"])
@pytest.mark.parametrize("added", [0.0, 0.1])
def test_real_scenes_settle_alike_without_their_classification(scenes: Path, day: str, added: float) -> None:
    """Also where the pixels bear the shift: the claims are moved, the pixels stay."""
    scene = open_scene(str(scenes / f"S2A_33TWM_{day}_0_L2A"))
    moved = {}
    for band, asset in scene.assets.items():
        assert asset.rival_offset is not None
        moved[band] = replace(asset, offset=asset.offset + added, rival_offset=asset.rival_offset + added)
    with_classes = settle(replace(scene, assets=moved))
    alone = settle(replace(scene, assets=moved, quality=()))
    assert {b: a.offset for b, a in alone.assets.items()} == {b: a.offset for b, a in with_classes.assets.items()}
    assert alone.assets[Band.RED].offset == pytest.approx(0.0)
    assert "vegetated (own test: no classification)" in alone.notes[-1]
