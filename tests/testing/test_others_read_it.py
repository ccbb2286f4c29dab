"""Programs of others open the synthetic products, so that the generator is not only its own inverse."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from made import read, spec_of, speckled

from rs.core.bands import Band
from rs.readers import open_scene
from rs.testing import World, write_safe

GDAL_DRIVER = """
import json, sys, warnings
import numpy as np, rasterio
warnings.simplefilter("ignore")
found = {}
with rasterio.open(sys.argv[1], driver="SENTINEL2") as product:
    parts = [name for name in product.subdatasets if name.split(":")[-2] in ("10m", "20m", "60m")]
    facts = product.tags()
for name in parts:
    with rasterio.open(name) as part:
        for index in range(1, part.count + 1):
            band = part.tags(index).get("BANDNAME")
            key = f"{name.split(':')[-2]}/{band}"
            np.save(f"{sys.argv[2]}/{len(found)}.npy", part.read(index))
            found[key] = {"file": f"{len(found)}.npy", "crs": str(part.crs), "transform": list(part.transform)[:6]}
print(json.dumps({"bands": found, "facts": facts}))
"""
NAMES = {
    "10m/B2": Band.BLUE, "10m/B3": Band.GREEN, "10m/B4": Band.RED, "10m/B8": Band.NIR, "20m/B5": Band.REDEDGE071,
    "20m/B6": Band.REDEDGE075, "20m/B7": Band.REDEDGE078, "20m/B8A": Band.NIR08, "20m/B11": Band.SWIR16,
    "20m/B12": Band.SWIR22, "60m/B1": Band.COASTAL, "60m/B9": Band.NIR09, "60m/B10": Band.CIRRUS,
}  # fmt: skip


def made(tmp_path: Path, **stated: object) -> tuple[Path, World]:
    """A product of 120 px and its world."""
    spec = spec_of(**stated)
    world = speckled(spec.extent)
    return write_safe(tmp_path, world, spec), world


@pytest.mark.parametrize("level", ["L1C", "L2A"])
@pytest.mark.parametrize("baseline, layout", [("05.11", "compact"), ("02.09", "compact"), ("02.04", "old")])
def test_the_sentinel2_driver_of_gdal_reads_the_same_counts(
    tmp_path: Path, level: str, baseline: str, layout: str
) -> None:
    root, _ = made(tmp_path, level=level, baseline=baseline, layout=layout, platform="sentinel-2a")
    metadata = next(path for path in root.glob("*.xml") if "MTD" in path.name)
    # an environment of its own: the project's hides the neighbours of a file, which this driver needs
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("GDAL_", "CPL_"))}
    words = [sys.executable, "-c", GDAL_DRIVER, str(metadata), str(tmp_path)]
    done = subprocess.run(words, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    scene = open_scene(str(root))
    wanted = {key for key, band in NAMES.items() if band in scene.assets}
    assert wanted <= set(answer["bands"])
    for key in wanted:
        seen, asset = answer["bands"][key], scene.assets[NAMES[key]]
        counts = np.load(tmp_path / seen["file"]).astype(float)
        values = np.where(np.isin(counts, asset.nodata), np.nan, counts * asset.scale + asset.offset)
        np.testing.assert_allclose(values, read(asset), rtol=0, atol=1e-12)
        assert seen["crs"] == asset.grid.crs
        assert seen["transform"] == list(asset.grid.transform)
    assert answer["facts"]["PROCESSING_BASELINE"] == baseline
    assert answer["facts"]["DATATAKE_1_SPACECRAFT_NAME"] == "Sentinel-2A"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("level", ["L1C", "L2A"])
@pytest.mark.parametrize("baseline, complete", [("05.11", True), ("02.09", False)])
def test_stactools_makes_an_item_that_agrees(tmp_path: Path, level: str, baseline: str, complete: bool) -> None:
    from stactools.sentinel2.stac import create_item

    root, _ = made(tmp_path, level=level, baseline=baseline, complete=complete)
    item, scene = create_item(str(root)), open_scene(str(root))
    stated = item.properties
    assert stated["grid:code"] == scene.properties["grid:code"]
    assert stated["platform"] == scene.platform.name
    assert stated["proj:code"] == scene.assets[Band.RED].grid.crs
    assert stated["s2:datatake_id"].startswith(f"GS2B_{scene.datatake}_")
    assert stated["sat:relative_orbit"] == scene.properties["sat:relative_orbit"]
    assert stated["view:sun_elevation"] == pytest.approx(90.0 - (scene.angles.sun_zenith or 0.0))
    assert stated["view:sun_azimuth"] == pytest.approx(scene.angles.sun_azimuth)
    assert stated["view:incidence_angle"] == pytest.approx(scene.angles.view_zenith)
    assert stated["view:azimuth"] == pytest.approx(scene.angles.view_azimuth)
    red = item.assets["red"].extra_fields
    assert red["raster:bands"][0]["offset"] == scene.assets[Band.RED].offset
    assert red["proj:transform"][:6] == list(scene.assets[Band.RED].grid.transform)
    names = {Path(asset.href).name for asset in item.assets.values()}
    assert {Path(asset.href).name for asset in scene.assets.values()} <= names
