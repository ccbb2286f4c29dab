"""Producing: the same bytes whatever threads, blocks and splits; failures are outcomes, never half files."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from producing import made_of, result_of, skipped_of
from scenes import grid_of, write_item

from rs.core.bands import Band
from rs.core.result import Outcome, Result, SkipClass
from rs.core.scene import Scene
from rs.pipeline.prepare import prepare
from rs.products import products

Digests = dict[str, tuple[str, str]]


def digests(outcomes: Mapping[str, Outcome]) -> Digests:
    """File and content digest of every file, by product and asset."""
    return {
        f"{name}/{file.asset}": (file.digest, file.content)
        for name, outcome in outcomes.items()
        if isinstance(outcome, Result)
        for file in outcome.files
    }


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A scene of 60 x 90 px with all bands of the products, land, water, holes and cloud."""
    random, shape = np.random.default_rng(0), (60, 90)
    bands = {band: random.uniform(0.01, 0.14, shape) for band in (
        Band.COASTAL, Band.BLUE, Band.GREEN, Band.RED, Band.REDEDGE071, Band.NIR, Band.NIR08, Band.SWIR16)}  # fmt: skip
    bands[Band.SWIR22] = np.full(shape, 0.004)
    bands[Band.RED][10:14, 20:50] = np.nan
    scl = random.choice([4, 5, 6, 6, 8, 0], shape)
    return prepare(str(write_item(tmp_path_factory.mktemp("small"), bands, scl=scl, grid=grid_of(*shape))))


@pytest.fixture(scope="module")
def reference(small: Scene, tmp_path_factory: pytest.TempPathFactory) -> Digests:
    found = digests(made_of(small, tmp_path_factory.mktemp("reference"), block=512))
    assert {name.split("/")[0] for name in found} == set(products())
    return found


@pytest.mark.parametrize("threads, block", [(1, 64), (1, 2048), (4, 64), (4, 2048)])
def test_threads_and_blocks_do_not_change_a_byte(
    parana: dict[str, Outcome], scenes: Path, tmp_path: Path, threads: int, block: int
) -> None:
    made = made_of(scenes / "S2_parana_20230511", tmp_path, threads=threads, block=block)
    assert digests(made) == digests(parana)
    assert len(digests(made)) >= 20


@given(block=st.integers(5, 95), threads=st.integers(1, 4))
@settings(max_examples=5)
def test_any_split_gives_the_same_bytes(small: Scene, reference: Digests, block: int, threads: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert digests(made_of(small, Path(folder), threads=threads, block=block)) == reference


def test_products_do_not_depend_on_their_company(small: Scene, reference: Digests, tmp_path: Path) -> None:
    for name in products():
        alone = digests(made_of(small, tmp_path / name, [name]))
        assert alone == {k: v for k, v in reference.items() if k.startswith(f"{name}/")}


def test_where_the_scene_lies_does_not_enter_a_file(small: Scene, reference: Digests, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    for path in Path(small.path).iterdir():
        (moved / path.name).write_bytes(path.read_bytes())
    assert digests(made_of(moved, tmp_path / "out")) == reference


def test_results_name_slot_key_and_numbers(parana: dict[str, Outcome]) -> None:
    for name, outcome in parana.items():
        result = result_of(outcome)
        assert result.slot == f"{name}_S2_parana_20230511"
        assert result.item_id == f"{result.slot}_{result.key[:8]}"
        assert 0 < result.valid_fraction <= result.clear_fraction <= 1
        assert {file.asset for file in result.files} >= {name, "quality", "quicklook", "thumbnail", "lineage"}
        assert set(result.statistics) == {layer.name for layer in result.product.layers}
        assert result.correction == ("D" if result.product.require else "as_delivered")
        assert result.cloud_fraction is None
        assert set(result.inputs) >= {band.value for band in result.product.recipes[0].bands}
    shared = {next(f for f in result_of(o).files if f.asset == "quality") for o in parana.values()}
    assert len(shared) == 1


def test_notes_say_recipe_water_and_sky(parana: dict[str, Outcome], alps: tuple[Path, dict[str, Outcome]]) -> None:
    notes = result_of(parana["water_extent"]).notes
    assert "recipe: MNDWI: green against shortwave infrared" in notes
    assert "water bit: MNDWI > 0 and blue < 0.15; the scene has no classification" in notes
    assert notes[-1].startswith("cloud state unknown")
    alpine = result_of(alps[1]["water_extent"])
    assert "recipe: NDWI: green against near infrared (no shortwave infrared held)" in alpine.notes
    assert any(note.startswith("offset settled from pixels") for note in alpine.notes)
    assert alpine.cloud_fraction is not None


def test_a_damaged_band_is_bad_input_and_leaves_no_file(small: Scene, tmp_path: Path) -> None:
    cut = tmp_path / "nir.tif"
    cut.write_bytes(Path(small.assets[Band.NIR].href).read_bytes()[:3000])
    broken = replace(small, assets={**small.assets, Band.NIR: replace(small.assets[Band.NIR], href=str(cut))})
    outcomes = made_of(broken, tmp_path / "staging", ["ndvi", "water_extent"])
    skip = skipped_of(outcomes["ndvi"])
    assert skip.kind is SkipClass.BAD_INPUT
    assert str(cut) in skip.reason
    assert "band 1" in skip.reason
    assert [name for _, _, files in os.walk(tmp_path / "staging") for name in files] == []


def test_a_staging_folder_that_cannot_be_made_is_a_matter_of_resources(small: Scene, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    skip = skipped_of(made_of(small, tmp_path / "file" / "below", ["ndvi"])["ndvi"])
    assert skip.kind is SkipClass.RESOURCE
    assert skip.kind.is_failure
    assert "cannot be written" in skip.reason
