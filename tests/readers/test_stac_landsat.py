"""STAC items of Landsat: every satellite with its own sensor, coefficients, flags and band names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scenes import grid_of, item_of, save_item, write_tif

from rs.core.bands import Band, Quality
from rs.core.scene import Correction, Reflectance, Scene
from rs.pipeline.load import translate
from rs.readers import open_scene
from rs.readers._landsat import PLATFORMS

GRID = grid_of(4, 5, pixel=30.0)
CIRRUS_COUNT = 21824 | 1 << 2


def scene_of(folder: Path, names: list[str], *, name: str = "made", **properties: Any) -> Scene:
    """A scene of Level 2 whose bands have no common names, with a QA_PIXEL."""
    folder.mkdir(exist_ok=True)
    assets: dict[str, Any] = {}
    for band in names:
        write_tif(folder / f"{band}.tif", np.full(GRID.shape, 9000, np.uint16), GRID, nodata=0)
        stated = {"name": band, "raster:scale": 2.75e-5, "raster:offset": -0.2, "nodata": 0}
        assets[band] = {"href": f"{band}.tif", "roles": ["data"], "bands": [stated]}
    write_tif(folder / "QA.tif", np.full(GRID.shape, CIRRUS_COUNT, np.uint16), GRID)
    assets["qa_pixel"] = {"href": "QA.tif", "roles": ["data"]}
    stated = {"constellation": "landsat", "processing:level": "L2SP", **properties}
    return open_scene(str(save_item(folder, item_of(GRID, assets, name=name, **stated))))


@pytest.mark.parametrize("stated", ["{}", "LANDSAT_{}", "Landsat {}", "landsat{}"])
@pytest.mark.parametrize("number, sensor", [(4, "tm"), (5, "tm"), (7, "etm"), (8, "oli"), (9, "oli")])
def test_a_named_satellite_has_its_own_tables(tmp_path: Path, number: int, sensor: str, stated: str) -> None:
    text = stated.format(number) if stated != "{}" else f"landsat-{number}"
    scene = scene_of(tmp_path, ["B3"], platform=text)
    assert scene.platform == PLATFORMS[f"landsat-{number}"]
    assert scene.platform.sensor == f"landsat-{sensor}"
    assert scene.notes == ()
    assert scene.platform.coefficients and scene.platform.wavelengths
    assert set(scene.assets) == {Band.GREEN if number > 7 else Band.RED}


def test_tm_of_landsat_4_borrows_from_landsat_5() -> None:
    four, five = PLATFORMS["landsat-4"], PLATFORMS["landsat-5"]
    assert (four.coefficients, four.wavelengths) == (five.coefficients, five.wavelengths)


@pytest.mark.parametrize("name, expected", [("LT05_L2SP_1", 5), ("LE07_L2SP_1", 7), ("LT04_L2SP_1", 4), ("LC80_1", 8)])
def test_the_name_of_the_product_tells_an_unnamed_satellite(tmp_path: Path, name: str, expected: int) -> None:
    scene = scene_of(tmp_path, ["B3"], name=name, platform=None)
    assert scene.platform == PLATFORMS[f"landsat-{expected}"]
    assert scene.notes == (f"platform not stated: landsat-{expected} by the name of the item",)


@pytest.mark.parametrize("instruments, sister", [(["tm"], 5), (["etm+"], 7), (["ETM"], 7), (["oli", "tirs"], 8)])
def test_the_instrument_chooses_the_sister(tmp_path: Path, instruments: list[str], sister: int) -> None:
    scene = scene_of(tmp_path, ["B3"], platform=None, instruments=instruments)
    assert scene.platform.sensor == PLATFORMS[f"landsat-{sister}"].sensor
    assert scene.platform.coefficients == PLATFORMS[f"landsat-{sister}"].coefficients
    assert scene.platform.wavelengths == {}
    assert scene.notes == (
        f"platform not stated: coefficients of landsat-{sister} are used, which carries"
        f" {instruments[0].lower()} too",
    )  # fmt: skip


@pytest.mark.parametrize("instruments", [None, "tm", [3], []])
def test_without_any_word_the_default_is_taken_and_said(tmp_path: Path, instruments: Any) -> None:
    scene = scene_of(tmp_path, ["B3"], platform="landsat-10", instruments=instruments)
    assert (scene.platform.name, scene.platform.sensor) == ("landsat-10", "landsat-oli")
    assert scene.notes == ("platform landsat-10: coefficients of landsat-8 are used, the family's default",)


@pytest.mark.parametrize("platform, cirrus", [("landsat-5", False), ("landsat-7", False), ("landsat-8", True)])
def test_only_oli_has_cirrus_in_its_flags(tmp_path: Path, platform: str, cirrus: bool) -> None:
    (source,) = scene_of(tmp_path, ["B3"], platform=platform).quality
    assert (Quality.CIRRUS in source.knows) is cirrus
    found = translate(source, np.array([[CIRRUS_COUNT]], np.uint16))
    assert bool(int(found[0, 0]) & Quality.CIRRUS) is cirrus


def test_names_of_bands_are_those_of_the_instrument(tmp_path: Path) -> None:
    """B4 is the near infrared of TM and the red of OLI; B10 is no cirrus of Landsat."""
    old = scene_of(tmp_path / "5", ["B4", "SR_B7"], platform="landsat-5")
    assert set(old.assets) == {Band.NIR08, Band.SWIR22}
    new = scene_of(tmp_path / "9", ["B4", "B9", "B10", "SR_B5"], platform="landsat-9")
    assert set(new.assets) == {Band.RED, Band.CIRRUS, Band.NIR08}


@pytest.mark.parametrize("level, correction", [("L1TP", Correction.NONE), ("L2SP", Correction.AS_DELIVERED)])
def test_level_1_is_not_corrected(tmp_path: Path, level: str, correction: Correction) -> None:
    scene = scene_of(tmp_path, ["B3"], platform="landsat-8", **{"processing:level": level})
    assert scene.correction is correction
    assert (scene.reflectance is Reflectance.TOA) is (correction is Correction.NONE)
