"""A recipe that was chosen, through the pipeline: published numbers of Jiang 2023 come out of a scene's files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from landsat import LC09
from producing import made_of, result_of, skipped_of, values_in
from product_vectors import Vector, product_vectors
from scenes import band_asset, grid_of, item_of, save_item, write_tif

from rs.core.result import SkipClass
from rs.products import product

CHOSEN = "suspended_matter:jiang2023"
BANDS = {"coastal": 443, "blue": 490, "green": 560, "red": 665, "rededge075": 740, "nir08": 865}
DARK = {"swir16": 0.0, "swir22": 0.0}
"""Nothing is left at 1.6 and 2.2 um that would be taken off as haze."""

STEP, OFFSET = 1e-6, -0.001
"""Counts finer than any sensor's: the published numbers keep their digits."""


def scene_of(folder: Path, vector: Vector) -> Path:
    """A Sentinel-2 item whose every pixel has the reflectance of a vector."""
    grid = grid_of(8, 8)
    reflectance = {band: np.pi * vector.inputs[f"Rrs{nm}"] for band, nm in BANDS.items()} | DARK
    assets = {}
    for band, value in reflectance.items():
        counts = np.full(grid.shape, round((value - OFFSET) / STEP), np.uint16)
        write_tif(folder / f"{band}.tif", counts, grid, nodata=0)
        assets[band] = band_asset(f"{band}.tif", band, scale=STEP, offset=OFFSET)
    return save_item(folder, item_of(grid, assets))


@pytest.mark.parametrize("vector", product_vectors("jiang2023"), ids=lambda v: str(v.expected["band"]))
def test_published_numbers_of_jiang(vector: Vector, tmp_path: Path) -> None:
    scene = scene_of(tmp_path, vector)
    result = result_of(made_of(scene, tmp_path / "chosen", [CHOSEN])["suspended_matter"])
    layer = result.product.layers[0]
    values = values_in(result, "suspended_matter")
    # half a count of the layer, and what a step of the input makes of the published number
    np.testing.assert_allclose(values, vector.expected["TSS"], atol=layer.scale / 2 + 1e-3)
    assert (result.recipe, result.product.name) == ("jiang2023", "suspended_matter")
    assert any(note.startswith("recipe: Jiang 2023") for note in result.notes)

    default = result_of(made_of(scene, tmp_path / "default", ["suspended_matter"])["suspended_matter"])
    assert default.recipe == "novoa2017"
    assert default.slot == result.slot and default.key != result.key


def test_a_scene_that_cannot_feed_it_gives_nothing_in_its_place(scenes: Path, tmp_path: Path) -> None:
    made = made_of(scenes / LC09, tmp_path, [CHOSEN, "turbidity"])
    lost = skipped_of(made["suspended_matter"])
    assert lost.kind is SkipClass.UNSUPPORTED
    assert lost.reason.startswith("suspended_matter: recipe jiang2023 needs coastal")
    assert result_of(made["turbidity"]).recipe == "nechad2009_red"


def test_the_product_says_which_recipe_it_may_take() -> None:
    assert [recipe.name for recipe in product(CHOSEN).candidates] == ["jiang2023"]
    assert len(product("suspended_matter").candidates) == len(product(CHOSEN).recipes) == 3
