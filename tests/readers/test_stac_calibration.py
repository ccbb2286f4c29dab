"""Calibration of STAC items: scale and offset from item or file, every claim about the offset kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from scenes import Change, band_asset, grid_of, read_item, save_item, stated, write_tif

from rs.core.bands import Band
from rs.core.scene import Scene
from rs.errors import Contradiction, MissingPart
from rs.readers import open_scene

Opened = Callable[[Change], Scene]
BANDS = (("red", 1), ("nir", 2))


def form_1_0(item: dict[str, Any]) -> None:
    """Rewrite an item of 1.1 as one of 1.0, with eo:bands and raster:bands."""
    item["stac_version"] = "1.0.0"
    properties = item["properties"]
    properties["proj:epsg"] = int(properties.pop("proj:code").removeprefix("EPSG:"))
    for asset in item["assets"].values():
        bands = asset.pop("bands", None)
        if bands:
            asset["eo:bands"] = [{"name": b["name"], "common_name": b["eo:common_name"]} for b in bands]
            asset["raster:bands"] = [
                {"scale": b["raster:scale"], "offset": b["raster:offset"], "nodata": b["nodata"]} for b in bands
            ]


def one_asset(item: dict[str, Any]) -> None:
    """Describe both bands as those of a single file."""
    both = [band_asset("both.tif", name)["bands"][0] for name, _ in BANDS]
    item["assets"] = {"data": {"href": "both.tif", "roles": ["data"], "bands": both}, "scl": item["assets"]["scl"]}


def join(folder: Path) -> None:
    """Put both bands into one file."""
    pixels = np.stack([np.asarray(rasterio.open(folder / f"{name}.tif").read(1)) for name, _ in BANDS])
    write_tif(folder / "both.tif", pixels, grid_of(6, 8), nodata=0)


def test_forms_1_0_and_1_1_give_equal_scenes(folder: Path) -> None:
    new = open_scene(str(folder))
    item = read_item(folder)
    form_1_0(item)
    save_item(folder, item)
    assert open_scene(str(folder)) == new


@pytest.mark.parametrize("old", [False, True])
def test_several_bands_of_one_asset(folder: Path, opened: Opened, old: bool) -> None:
    def change(item: dict[str, Any]) -> None:
        one_asset(item)
        if old:
            form_1_0(item)

    apart = open_scene(str(folder)).assets
    join(folder)
    together = opened(change).assets
    for name, index in BANDS:
        one, other = together[Band(name)], apart[Band(name)]
        assert (one.index, Path(one.href).name) == (index, "both.tif")
        assert (one.grid, one.scale, one.offset, one.nodata) == (other.grid, other.scale, other.offset, other.nodata)


def test_bands_are_known_by_common_name_band_name_or_key(opened: Opened) -> None:
    def change(item: dict[str, Any]) -> None:
        for key, band in (("red", {"name": "B04"}), ("nir", {"name": "x", "eo:common_name": "nir"})):
            item["assets"][f"asset-{key}"] = item["assets"].pop(key)
            item["assets"][f"asset-{key}"]["bands"] = [{**band, "raster:scale": 0.0001, "nodata": 0}]

    assert set(opened(change).assets) == {Band.RED, Band.NIR}


@pytest.mark.parametrize("centre, band", [(0.704, "rededge071"), (0.74, "rededge075"), (0.783, "rededge078")])
def test_red_edges_are_told_apart_by_wavelength(opened: Opened, centre: float, band: str) -> None:
    def change(item: dict[str, Any]) -> None:
        item["assets"]["red"]["bands"][0].update({"eo:common_name": "rededge", "eo:center_wavelength": centre})

    assert Band(band) in opened(change).assets


def test_a_band_that_the_file_has_not_is_a_contradiction(opened: Opened) -> None:
    with pytest.raises(Contradiction, match="asset red: band 2 is described and the file has 1"):
        opened(lambda item: item["assets"]["red"]["bands"].append({"name": "B02", "eo:common_name": "blue"}))


def test_counts_without_a_scale_are_refused(opened: Opened) -> None:
    with pytest.raises(MissingPart, match="asset red: no scale is stated for uint16"):
        opened(lambda item: item["assets"]["red"]["bands"][0].pop("raster:scale"))


def test_scale_and_offset_of_the_file_are_taken_where_the_item_has_none(folder: Path, opened: Opened) -> None:
    with rasterio.open(folder / "red.tif", "r+") as dataset:
        dataset.scales, dataset.offsets = (0.0002,), (-0.05,)
    red = opened(lambda item: item["assets"].update(red=band_asset("red.tif", "red", scale=None, offset=None))).assets
    assert (red[Band.RED].scale, red[Band.RED].offset, red[Band.RED].rival_offset) == (0.0002, -0.05, None)


@pytest.mark.parametrize(
    "properties, offset, lower, rival",
    [
        ({}, -0.1, -0.1, None),
        ({}, None, 0.0, None),
        ({"s2__processing_baseline": "03.01"}, None, 0.0, None),
        ({"s2__processing_baseline": "04.00"}, -0.1, -0.1, None),
        ({"s2__processing_baseline": "05.09"}, 0.0, -0.1, 0.0),
        ({"s2__processing_baseline": "04.00"}, None, -0.1, 0.0),
        ({"earthsearch__boa_offset_applied": True}, -0.1, -0.1, 0.0),
        ({"earthsearch__boa_offset_applied": True, "s2__processing_baseline": "05.09"}, 0.0, 0.0, None),
        ({"earthsearch__boa_offset_applied": False, "s2__processing_baseline": "05.09"}, -0.1, -0.1, None),
    ],
)
def test_claims_about_the_offset_are_all_kept(
    opened: Opened, properties: dict[str, Any], offset: float | None, lower: float, rival: float | None
) -> None:
    def change(item: dict[str, Any]) -> None:
        stated(**properties)(item)
        item["assets"]["red"] = band_asset("red.tif", "red", offset=offset)

    red = opened(change).assets[Band.RED]
    assert (red.offset, red.rival_offset) == (lower, rival)
    assert bool(red.rival_source) is (rival is not None)
