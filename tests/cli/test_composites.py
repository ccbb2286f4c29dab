"""Grid and bands of composites on the command line: what they do, and what is off about others."""

from __future__ import annotations

from pathlib import Path

import pytest
import rasterio
from tests.cli.command import rs
from tests.operate.sites import RIVER, new_site

ALPS = ("S2A_33TWM_20230815_0_L2A", "S2A_33TWM_20230818_0_L2A")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["ndvi", "--grid", "EPSG:32721@20"], "--grid holds for products of a period, and ndvi is made from one scene"),
        (["median,ndvi", "--bands", "red"], "--bands holds for products of a period"),
        (["median", "--grid", "EPSG:32721@ten"], "field resolution: 'ten' is no number"),
        (["median", "--grid", "nowhere.tif"], "there is no such file"),
        (["median", "--bands", "rde"], "unknown band 'rde'. Did you mean red"),
    ],
)
def test_what_is_off_is_named_before_a_scene_is_opened(
    words: list[str], told: str, scenes: Path, tmp_path: Path
) -> None:
    done = rs("produce", *words, scenes / RIVER, "-o", tmp_path / "out")
    assert done.code == 2 and told in done.text
    assert not (tmp_path / "out").exists()


def test_scenes_of_two_grids_need_one_that_is_named(scenes: Path, tmp_path: Path) -> None:
    done = rs("produce", "median", scenes / RIVER, scenes / ALPS[0], "-o", tmp_path / "out")
    assert done.code == 2, done.text
    assert "lie on different grids, and no grid is named" in done.err and "--grid EPSG:32721@10" in done.err


def test_one_band_of_one_date_on_another_grid_is_a_reprojection(scenes: Path, tmp_path: Path) -> None:
    done = rs(
        "produce", "median", scenes / RIVER, "-o", tmp_path, "--grid", "EPSG:32720@10", "--bands", "red", "--json"
    )
    assert done.code == 0, done.text
    (made,) = done.document()["made"]
    assert sorted(path.name.split(".")[0] for path in (tmp_path / made["file"]).parent.glob("*.tif")) == [
        "count",
        "red",
    ]
    with rasterio.open(tmp_path / made["file"]) as dataset:
        assert dataset.crs.to_epsg() == 32720 and dataset.res == (10, 10)
        assert all(edge % 10 == 0 for edge in dataset.bounds)


def test_a_scene_tells_that_it_may_be_a_date(scenes: Path) -> None:
    told = {row["product"]: row for row in rs("scene", scenes / ALPS[0], "--json").document()[0]["products"]}
    assert told["median"]["possible"] and told["median"]["how"].endswith("(blue, green, red, nir)")


def test_a_site_does_not_make_them(tmp_path: Path) -> None:
    site = new_site(tmp_path / "river", 'products = ["median"]')
    done = rs("run", site)
    assert done.code == 2 and "median is made from a period, and a site makes products of single scenes" in done.err
