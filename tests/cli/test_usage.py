"""Calls that are off end with code 2, say what is wrong, and leave nothing behind."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.command import rs
from tests.operate.sites import RIVER

from rs.products import products
from rs.readers import readers


@pytest.mark.parametrize(
    "words",
    [
        ["unheard"],
        ["produce"],
        ["produce", "ndvi"],
        ["produce", "ndvi", "SCENE"],
        ["produce", "ndvi", "SCENE", "-o", "OUT", "--threads", "many"],
        ["produce", "ndvi", "SCENE", "-o", "OUT", "--threads", "-1"],
        ["produce", "ndvi", "SCENE", "-o", "OUT", "--block", "8"],
        ["produce", "ndvi", "SCENE", "-o", "OUT", "--colour", "red"],
        ["produce", ",", "SCENE", "-o", "OUT"],
        ["produce", "", "SCENE", "-o", "OUT"],
        ["run"],
        ["run", "OUT"],
        ["verify"],
        ["scene"],
        ["listing", "old"],
    ],
)
def test_code_two(words: list[str], scenes: Path, tmp_path: Path) -> None:
    places = {"SCENE": str(scenes / RIVER), "OUT": str(tmp_path / "out")}
    done = rs(*[places.get(word, word) for word in words])
    assert done.code == 2
    assert done.err.strip() and "Traceback" not in done.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("words", [["produce", "turbidty", "SCENE", "-o", "OUT"], ["products", "turbidty"]])
def test_an_unknown_product_prints_the_nearest_and_all_known_ones(words: list[str], tmp_path: Path) -> None:
    done = rs(*[str(tmp_path / word) if word.isupper() else word for word in words])
    assert done.code == 2 and done.out == ""
    assert done.err.startswith("rs: unknown product 'turbidty'. Did you mean turbidity? Known: turbidity, ")
    assert len(done.err.splitlines()) == 1
    for name in products():
        assert name in done.err


def test_sensors_and_products_are_told_as_tables() -> None:
    told, listed = rs("sensors"), rs("products")
    assert told.code == listed.code == 0
    for reader in readers():
        assert reader.name in told.out and reader.title in told.out
    for product in products().values():
        assert product.name in listed.out and product.title_zh in listed.out
    whole = rs("products", "turbidity").out
    assert "FNU" in whole and "Dogliotti" in whole and "Limits" in whole


def test_the_doctor_is_content_here() -> None:
    done = rs("doctor")
    assert done.code == 0, done.text
    assert "GTiff" in done.out and "NOT " not in done.out


def test_without_a_cache_folder_the_doctor_says_off() -> None:
    assert "kernel cache off" in rs("doctor", RS_CACHE_DIR="").out


@pytest.mark.parametrize(
    "words",
    [["produce", "suspended_matter:jiang2032", "SCENE", "-o", "OUT"], ["products", "suspended_matter:jiang2032"]],
)
def test_an_unknown_recipe_prints_the_nearest_and_all_known_ones(words: list[str], tmp_path: Path) -> None:
    done = rs(*[str(tmp_path / word) if word.isupper() else word for word in words])
    assert done.code == 2 and done.out == ""
    assert done.err.startswith(
        "rs: unknown recipe of suspended_matter 'jiang2032'. Did you mean jiang2023? Known: jiang2023"
    )
    assert "novoa2017" in done.err and "nechad2010_red" in done.err
    assert not (tmp_path / "OUT").exists()


def test_two_recipes_of_a_product_do_not_fit_one_folder(scenes: Path, tmp_path: Path) -> None:
    done = rs("produce", "ndvi:wide_nir,ndvi", scenes / RIVER, "-o", tmp_path / "out")
    assert done.code == 2
    assert "product ndvi is asked for twice, by recipe wide_nir and by the best recipe" in done.err


def test_a_product_lists_its_recipes_with_what_each_needs() -> None:
    rows = {row["name"]: row for row in rs("products", "suspended_matter", "--json").document()["rs:recipes"]}
    assert list(rows) == ["novoa2017", "jiang2023", "nechad2010_red"]
    assert rows["jiang2023"]["bands"] == ["coastal", "blue", "green", "red", "rededge075", "nir08"]
    assert rows["jiang2023"]["platforms"] == ["sentinel-2a", "sentinel-2b", "sentinel-2c"]
    assert {"landsat-5", "landsat-9"} <= set(rows["nechad2010_red"]["platforms"])
    (sun, _) = rs("products", "kd490", "--json").document()["rs:recipes"]
    assert sun["scalars"] == ["sun_zenith"]
    told = rs("products", "vegetation_cover").out
    assert "narrow_nir   red, nir08   any" in told
