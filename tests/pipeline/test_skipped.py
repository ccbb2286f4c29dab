"""Slots that stay empty say why in one sentence; input that cannot be right is caught before publishing."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from landsat import LC08
from numpy.typing import NDArray
from producing import FOUR, counts_in, made_of, result_of, skipped_of
from scenes import write_item

from rs.core.bands import Band, Quality
from rs.core.result import Outcome, SkipClass

SHAPE = (20, 30)
LAND, WATER, CLOUD = 4, 6, 9
NO_VALUE = "no value in range among 600 pixels ({} below, {} above, {} not a number)"
DARK = {Band.COASTAL: 0.03, Band.BLUE: 0.04, Band.GREEN: 0.05, Band.RED: 0.03, Band.REDEDGE071: 0.02, Band.NIR: 0.01,
        Band.NIR08: 0.01, Band.SWIR16: 0.006, Band.SWIR22: 0.005}  # fmt: skip


def flat(**changes: float | NDArray[np.float64]) -> dict[Band, NDArray[np.float64]]:
    """Bands of clear water, some of them changed."""
    return {band: np.broadcast_to(changes.get(band.value, value), SHAPE) for band, value in DARK.items()}


def test_a_scene_without_a_clear_pixel_gives_reasons_and_no_file(scenes: Path, tmp_path: Path) -> None:
    outcomes = made_of(scenes / LC08, tmp_path, FOUR)
    for name in FOUR:
        skip = skipped_of(outcomes[name])
        assert skip.kind is SkipClass.EXPECTED
        assert not skip.kind.is_failure
        assert skip.reason == f"{name}: no clear pixel among 101440 measured ones (99.9% cloud)"
        assert skip.slot == f"{name}_landsat-8_20201031T143147_001062"
    assert [f for _, _, files in os.walk(tmp_path) for f in files] == []


@pytest.mark.parametrize(
    "scl, changes, reason",
    [
        (0, {}, "none of the 600 pixels is measured"),
        (CLOUD, {}, "no clear pixel among 600 measured ones (100.0% cloud)"),
        (LAND, {"swir16": 0.2}, "no water pixel among 600 clear ones"),
        (WATER, {"red": 0.001}, NO_VALUE.format(600, 0, 0)),
        (WATER, {"red": 0.2, "nir08": 0.207}, NO_VALUE.format(0, 600, 0)),
        (WATER, {"red": 0.2, "nir08": 0.3}, NO_VALUE.format(0, 0, 600)),
    ],
)
def test_why_turbidity_is_empty(tmp_path: Path, scl: int, changes: dict[str, float], reason: str) -> None:
    scene = write_item(tmp_path / "scene", flat(**changes), scl=np.full(SHAPE, scl))
    skip = skipped_of(made_of(scene, tmp_path / "out", ["turbidity"])["turbidity"])
    assert skip.reason == f"turbidity: {reason}"
    assert skip.kind is SkipClass.EXPECTED


def test_water_that_the_classification_takes_for_land_is_kept_and_unsure(tmp_path: Path) -> None:
    scene = write_item(tmp_path / "scene", flat(), scl=np.full(SHAPE, LAND))
    result = result_of(made_of(scene, tmp_path / "out", ["turbidity"])["turbidity"])
    assert result.valid_fraction == 1.0
    assert (counts_in(result, "quality") == Quality.WATER | Quality.UNSURE).all()


def test_an_empty_product_does_not_empty_its_neighbours(tmp_path: Path) -> None:
    scene = write_item(tmp_path / "scene", flat(nir=0.3, nir08=0.3, swir16=0.2), scl=np.full(SHAPE, LAND))
    outcomes = made_of(scene, tmp_path / "out", FOUR)
    assert skipped_of(outcomes["turbidity"]).kind is SkipClass.EXPECTED
    assert result_of(outcomes["ndvi"]).valid_fraction == 1.0
    names = [f for _, _, files in os.walk(tmp_path / "out") for f in files]
    assert not [name for name in names if name.startswith("turbidity") or name.endswith(".part")]


@pytest.mark.parametrize("share, caught", [(1.0, True), (0.25, True), (0.15, False), (0.0, False)])
def test_an_offset_that_was_applied_twice_is_caught(tmp_path: Path, share: float, caught: bool) -> None:
    """The item claims -0.1 of counts that bear no shift: dark land turns negative in red."""
    red = np.full(SHAPE, 0.25)
    red.ravel()[: int(share * red.size)] = 0.05
    bands = {Band.RED: red, Band.NIR: np.full(SHAPE, 0.5)}
    scene = write_item(tmp_path / "scene", bands, scl=np.full(SHAPE, LAND), claimed=-0.1, applied=0.0)
    outcome = made_of(scene, tmp_path / "out", ["ndvi"])["ndvi"]
    if not caught:
        assert result_of(outcome).valid_fraction > 0.5
        return
    skip = skipped_of(outcome)
    assert skip.kind is SkipClass.BAD_INPUT
    assert f"{share:.1%} of 600 clear-land pixels are negative in red" in skip.reason
    assert "the offset was probably applied twice" in skip.reason
    assert str(tmp_path / "scene") in skip.reason


def test_manaus_gives_three_and_says_what_lacks(manaus: dict[str, Outcome]) -> None:
    skip = skipped_of(manaus["water_colour"])
    assert skip.kind is SkipClass.UNSUPPORTED
    assert "coastal (LC09_L2SP_231062_20230723_20230802_02_T1_SR_B1.TIF is listed and not in the folder)" in skip.reason
    for name in ("ndvi", "water_extent", "turbidity"):
        assert result_of(manaus[name]).statistics[name].count > 100_000


def test_the_alps_give_two_and_name_short_wave(alps: tuple[Path, dict[str, Outcome]]) -> None:
    _, outcomes = alps
    for name in ("turbidity", "water_colour"):
        skip = skipped_of(outcomes[name])
        assert skip.kind is SkipClass.UNSUPPORTED
        assert "swir22" in skip.reason
        assert "listed as https only, not held" in skip.reason
    for name in ("ndvi", "water_extent"):
        assert result_of(outcomes[name]).valid_fraction > 0.3
