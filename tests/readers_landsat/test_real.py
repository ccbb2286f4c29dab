"""Real Landsat data: Alabama before the collections, New York without MTL, the temperature of Level 2."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from made import read
from rasterio.windows import Window

from rs.core.bands import Band, Quality
from rs.core.scene import Reflectance
from rs.errors import MissingPart
from rs.pipeline.load import read_flags
from rs.raster.blocks import handles
from rs.readers import open_scene


@pytest.mark.shared
def test_alabama_opens_as_top_of_atmosphere(shared: Path) -> None:
    scene = open_scene(str(shared / "data" / "landsat8_l1_alabama"))
    assert scene.reflectance is Reflectance.TOA
    assert list(scene.assets) == [Band.BLUE, Band.GREEN, Band.RED, Band.NIR08, Band.SWIR16, Band.SWIR22]
    assert set(scene.missing) == {Band.COASTAL, Band.PAN, Band.CIRRUS, Band.THERMAL}
    assert scene.notes == (
        "the files were renamed: they are taken by the prefix of their MTL, not as it lists them",
        "a cut: 627 x 603 px of 7661 x 7821 px",
        "BQA from before the collections: it knows no cloud shadow, and its water bits are not used",
        "thermal is band 10: brightness temperature at the sensor, not of the surface",
    )
    assert (scene.id, scene.datatake, scene.tile) == ("LC80200392015216LGN00", "20150804T161921", "020039")
    assert scene.angles.sun_zenith == pytest.approx(25.25639068)
    sine = np.sin(np.radians(64.74360932))
    assert (scene.assets[Band.RED].scale, scene.assets[Band.RED].offset) == pytest.approx((2e-5 / sine, -0.1 / sine))


@pytest.mark.shared
def test_reflectance_and_clouds_of_alabama_are_likely(shared: Path) -> None:
    scene = open_scene(str(shared / "data" / "landsat8_l1_alabama"))
    (source,) = scene.quality
    grid = source.asset.grid
    with handles() as held:
        bits = read_flags(held, source, grid, grid.whole)
    cloud = (bits & int(Quality.CLOUD)) != 0
    clear = bits == 0
    assert 0.05 < cloud.mean() < 0.12
    assert 0.5 < clear.mean() < 0.75
    blue, nir, swir = (read(scene.assets[band]) for band in (Band.BLUE, Band.NIR08, Band.SWIR22))
    assert np.nanmedian(blue[cloud]) > 1.4 * np.nanmedian(blue[clear])
    assert 0.06 < np.nanmedian(blue[clear]) < 0.12
    assert 0.2 < np.nanmedian(nir[clear]) < 0.4
    assert -0.005 < np.nanpercentile(swir[clear], 0.5) < 0.03


@pytest.mark.shared
def test_new_york_says_that_its_mtl_is_missing(shared: Path) -> None:
    folder = sorted((shared / "data" / "landsat8_newyork_2018_3km").iterdir())[0]
    with pytest.raises(MissingPart, match=r"LC08_L1TP_\d{6}_2018\d{4}_MTL.txt is not there") as caught:
        open_scene(str(folder))
    assert caught.value.where == str(folder)


def test_the_sample_scene_has_its_temperature(scenes: Path) -> None:
    scene = open_scene(str(scenes / "LC08_L2SP_001062_20201031_20201106_02_T2"))
    thermal = scene.assets[Band.THERMAL]
    assert (thermal.scale, thermal.offset, thermal.nodata) == (0.00341802, 149.0, (0.0,))
    with handles() as held:
        counts = held.read(thermal, Window(0, 0, thermal.grid.shape.cols, thermal.grid.shape.rows))
    assert counts.max() * thermal.scale + thermal.offset == pytest.approx(306.0, abs=5.0)
    assert scene.missing[Band.THERMAL_UNCERTAINTY].endswith("_ST_QA.TIF is listed and not in the folder")
    assert {source.asset.name for source in scene.quality} == {"QA_PIXEL", "QA_RADSAT"}
