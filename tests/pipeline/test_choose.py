"""Choosing: the first recipe that can be made wins; what cannot be made says what is missing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from formulas import sunny
from landsat import LC08, LC09
from producing import FOUR
from samples import SAMPLES

from rs.core.bands import Band
from rs.core.product import Recipe, Takes
from rs.core.result import SkipClass, Skipped
from rs.core.scene import Angles, Platform, Reflectance, Scene
from rs.pipeline.choose import Job, choose, needed_bands
from rs.pipeline.prepare import prepare
from rs.products import product, products


@pytest.fixture(scope="module")
def parana(scenes: Path) -> Scene:
    return prepare(str(scenes / "S2_parana_20230511"))


def job_of(scene: Scene, name: str) -> Job:
    found = choose(scene, product(name))
    assert isinstance(found, Job), found
    return found


@pytest.mark.parametrize("name", SAMPLES)
def test_what_each_sample_scene_can_give(scenes: Path, name: str) -> None:
    scene = prepare(str(scenes / name))
    found = {p.name: choose(scene, p) for p in products().values()}
    assert {k: v.recipe.name for k, v in found.items() if isinstance(v, Job)} == SAMPLES[name]
    skipped = [v for v in found.values() if isinstance(v, Skipped)]
    assert {v.kind for v in skipped} <= {SkipClass.UNSUPPORTED}
    assert all(v.reason.startswith(f"{v.product}: ") for v in skipped)


@pytest.mark.parametrize("name", ["bsi", "evi", "evi2", "ndvi", "savi", "vegetation_cover"])
def test_the_wide_near_infrared_band_is_taken_where_it_is_held(scenes: Path, parana: Scene, name: str) -> None:
    narrow = prepare(str(scenes / LC09))
    assert Band.NIR in job_of(parana, name).recipe.bands
    assert Band.NIR08 in job_of(narrow, name).recipe.bands


@pytest.mark.parametrize("name", ["nbr", "ndbi", "ndmi"])
def test_the_narrow_one_is_taken_beside_shortwave_infrared(parana: Scene, name: str) -> None:
    assert Band.NIR08 in job_of(parana, name).recipe.bands
    wide = replace(parana, assets={b: a for b, a in parana.assets.items() if b is not Band.NIR08})
    assert Band.NIR in job_of(wide, name).recipe.bands


def test_a_temperature_without_its_uncertainty_is_not_taken(scenes: Path) -> None:
    found = choose(prepare(str(scenes / LC08)), product("surface_temperature"))
    assert isinstance(found, Skipped)
    assert f"thermal_uncertainty ({LC08}_ST_QA.TIF is listed and not in the folder)" in found.reason


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
    assert "recipe dogliotti2015 has no coefficients for other-1" in found.reason


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


def test_the_key_names_the_parameters_of_the_product(parana: Scene) -> None:
    made = product("vegetation_cover")
    tuned = choose(parana, replace(made, parameters={**made.parameters, "soil": 0.1}))
    own = job_of(parana, "vegetation_cover")
    assert isinstance(tuned, Job) and tuned.slot == own.slot and tuned.key != own.key
    assert tuned.parameters["coefficients"] == {"soil": 0.1, "vegetation": made.parameters["vegetation"]}
    assert tuned.parameters["product"] == tuned.product.parameters


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


def test_a_chosen_recipe_is_taken_or_nothing_is(scenes: Path, parana: Scene) -> None:
    chosen = job_of(parana, "suspended_matter:jiang2023")
    default = job_of(parana, "suspended_matter")
    assert (chosen.recipe.name, default.recipe.name) == ("jiang2023", "novoa2017")
    assert chosen.slot == default.slot and chosen.key != default.key
    assert chosen.parameters["recipe"] == "jiang2023"
    found = choose(prepare(str(scenes / LC09)), product("suspended_matter:jiang2023"))
    assert isinstance(found, Skipped) and found.kind is SkipClass.UNSUPPORTED
    assert found.reason.startswith("suspended_matter: recipe jiang2023 needs coastal (")
    assert "rededge075" in found.reason and "novoa2017" not in found.reason


def test_the_key_is_the_same_where_the_choice_is_what_would_have_been_taken(parana: Scene) -> None:
    assert job_of(parana, "suspended_matter:novoa2017").key == job_of(parana, "suspended_matter").key


def test_every_recipe_of_a_product_has_a_key_of_its_own(parana: Scene) -> None:
    names = ("mndwi", "ndwi_wide_nir", "ndwi_narrow_nir")
    assert len({job_of(parana, f"water_extent:{name}").key for name in names}) == 3
