"""Choosing: the first recipe that can be made wins; what cannot be made says what is missing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from formulas import sunny
from landsat import LC08, LC09

from rs.core.bands import Band
from rs.core.product import Recipe, Takes
from rs.core.result import SkipClass, Skipped
from rs.core.scene import Angles, Platform, Reflectance, Scene
from rs.pipeline.choose import Job, choose, needed_bands
from rs.pipeline.prepare import prepare
from rs.products import product, products

TWO, FOUR = {"ndvi": "ndvi", "water_extent": "water_extent"}, sorted(products())
EXPECTED = {
    "S2A_33TWM_20230815_0_L2A": TWO,
    "S2A_33TWM_20230818_0_L2A": TWO,
    "S2_bolzano_2023": TWO,
    "S2_parana_20230511": {**TWO, "turbidity": "turbidity", "water_colour": "water_colour_5"},
    LC09: {**TWO, "turbidity": "turbidity_red"},
    LC08: {**TWO, "turbidity": "turbidity_red", "water_colour": "water_colour_4"},
}


@pytest.fixture(scope="module")
def parana(scenes: Path) -> Scene:
    return prepare(str(scenes / "S2_parana_20230511"))


def job_of(scene: Scene, name: str) -> Job:
    found = choose(scene, product(name))
    assert isinstance(found, Job), found
    return found


@pytest.mark.parametrize("name", EXPECTED)
def test_what_each_sample_scene_can_give(scenes: Path, name: str) -> None:
    scene = prepare(str(scenes / name))
    found = {p.name: choose(scene, p) for p in products().values()}
    assert {k: v.recipe.name for k, v in found.items() if isinstance(v, Job)} == EXPECTED[name]
    skipped = [v for v in found.values() if isinstance(v, Skipped)]
    assert {v.kind for v in skipped} <= {SkipClass.UNSUPPORTED}
    assert all(v.reason.startswith(f"{v.product}: ") for v in skipped)


def test_a_water_product_without_short_wave_names_it(scenes: Path) -> None:
    found = choose(prepare(str(scenes / "S2A_33TWM_20230815_0_L2A")), product("turbidity"))
    assert isinstance(found, Skipped)
    assert "swir22 (listed as https only, not held)" in found.reason
    assert not found.kind.is_failure


def test_water_extent_says_which_index_it_takes(scenes: Path, parana: Scene) -> None:
    bolzano = prepare(str(scenes / "S2_bolzano_2023"))
    assert job_of(bolzano, "water_extent").recipe.bands == (Band.GREEN, Band.NIR)
    assert job_of(parana, "water_extent").recipe.bands == (Band.GREEN, Band.SWIR16)


def test_no_coefficients_for_the_platform_is_said(parana: Scene) -> None:
    bare = replace(parana, platform=Platform("other-1", "other"))
    found = choose(bare, product("turbidity"))
    assert isinstance(found, Skipped)
    assert "recipe turbidity has no coefficients for other-1" in found.reason


def test_a_scalar_that_the_scene_does_not_state_is_said(parana: Scene) -> None:
    made = replace(product("ndvi"), recipes=(Recipe(sunny),))
    found = choose(replace(parana, angles=Angles()), made)
    assert isinstance(found, Skipped)
    assert "needs sun_zenith, which the scene does not state" in found.reason
    assert isinstance(choose(replace(parana, angles=Angles(sun_zenith=30.0)), made), Job)


def test_reflectance_and_what_a_product_takes_are_checked_first(parana: Scene) -> None:
    toa = choose(replace(parana, reflectance=Reflectance.TOA), product("ndvi"))
    period = choose(parana, replace(product("ndvi"), takes=Takes.PERIOD))
    assert isinstance(toa, Skipped)
    assert isinstance(period, Skipped)
    assert toa.reason == "ndvi: it needs surface reflectance and the scene holds toa"
    assert period.reason == "ndvi: it is made from a period, not from one scene"


def test_the_key_names_inputs_calibration_bands_and_coefficients(parana: Scene) -> None:
    key = job_of(parana, "turbidity").key
    assert key == job_of(parana, "turbidity").key
    red = parana.assets[Band.RED]
    changes = [
        replace(parana, assets={**parana.assets, Band.RED: replace(red, digest="0" * 64)}),
        replace(parana, assets={**parana.assets, Band.RED: replace(red, offset=-0.2)}),
        replace(parana, assets={**parana.assets, Band.RED: replace(red, nodata=(1.0,))}),
        replace(parana, assets={**parana.assets, Band.RED: replace(red, index=5)}),
        replace(parana, platform=replace(parana.platform, coefficients={
            "turbidity": {**parana.platform.coefficients["turbidity"], "red_a": 228.2}})),
    ]  # fmt: skip
    keys = {job_of(scene, "turbidity").key for scene in changes}
    assert len(keys | {key}) == len(changes) + 1


def test_the_key_does_not_see_where_the_scene_lies_or_what_is_not_used(parana: Scene) -> None:
    moved = replace(parana, path="/elsewhere", notes=("x",), assets={
        band: replace(asset, href=f"/elsewhere/{band}.tif") for band, asset in parana.assets.items()})  # fmt: skip
    assert job_of(moved, "ndvi").key == job_of(parana, "ndvi").key
    unused = replace(parana, assets={**parana.assets, Band.NIR08: replace(parana.assets[Band.NIR08], digest="0" * 64)})
    assert job_of(unused, "ndvi").key == job_of(parana, "ndvi").key
    assert job_of(unused, "turbidity").key != job_of(parana, "turbidity").key


def test_a_pass_reads_every_band_once(parana: Scene) -> None:
    chosen = [(job.product, job.recipe) for job in (job_of(parana, name) for name in FOUR)]
    bands = needed_bands(parana, chosen)
    assert len(bands) == len(set(bands))
    assert set(bands) == {
        Band.COASTAL, Band.BLUE, Band.GREEN, Band.RED, Band.REDEDGE071, Band.NIR, Band.NIR08, Band.SWIR16, Band.SWIR22,
    }  # fmt: skip
