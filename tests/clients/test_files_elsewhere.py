"""Files of every product, and files of every shape and kind, in readers of other makers: the same pixels and words."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import rioxarray
import tifffile
from cogs import complaints, shapes_of
from pyramids import level_above, made
from scenes import grid_of
from tests.cli.command import rs
from tests.clients.tools import Facts, read_by, read_by_geotiff_js

from rs.core.product import Resampling, Takes
from rs.products import product, products
from rs.raster import layout
from rs.raster.cog import RasterSpec, open_sink
from rs.testing import LandsatSpec, coast, write_landsat

pytestmark = pytest.mark.clients

SCENES = ("S2_parana_20230511", "S2A_33TWM_20230815_0_L2A")
DATES = ("S2A_33TWM_20230815_0_L2A", "S2A_33TWM_20230818_0_L2A")
BASE = RasterSpec(grid_of(8, 8), "int16", -32768, 0.0001, 0.5, "FNU", "A layer", Resampling.AVERAGE)
COLOURS = {0: (1, 2, 3, 255), 5: (4, 5, 6, 255), 6: (7, 8, 9, 255)}
SHAPES = ((1, 1), (3, 700), (512, 512), (513, 1025), (1300, 512), (1600, 2100))


@pytest.fixture(scope="module")
def of_products(tmp_path_factory: pytest.TempPathFactory, scenes: Path) -> list[Path]:
    """Rasters of all products: of two samples and a made Landsat scene with several tiles, of two dates."""
    out, folder = tmp_path_factory.mktemp("published"), tmp_path_factory.mktemp("landsat")
    spec = LandsatSpec("L2", "landsat-9", size=(700, 900))
    landsat = write_landsat(folder, coast(spec.extent), spec)
    names = [name for name in products() if product(name).takes is Takes.SCENE]
    done = rs("produce", ",".join(names), *(scenes / name for name in SCENES), landsat, "-o", out)
    assert "Failed:" not in done.text and done.code == 0, done.text
    periods = [name for name in products() if product(name).takes is Takes.PERIOD]
    done = rs("produce", ",".join(periods), *(scenes / name for name in DATES), "-o", out)
    assert "Failed:" not in done.text and done.code == 0, done.text
    files = sorted(out.glob("data/**/*.tif"))
    assert {path.parent.parent.name for path in files} - {"quality"} == {*names, *periods} == set(products())
    return files


@pytest.fixture(scope="module")
def of_kinds(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Rasters that no sample product is: odd shapes, all data types, colours, no no-data, BigTIFF."""
    folder = tmp_path_factory.mktemp("kinds")
    files = [write(folder / f"shape_{rows}_{cols}.tif", (rows, cols), BASE) for rows, cols in SHAPES]
    for dtype in ("uint8", "uint16"):
        files.append(write(folder / f"{dtype}.tif", (700, 1030), replace(BASE, dtype=dtype)))
    bare = replace(BASE, scale=1.0, offset=0.0, unit="")
    # QGIS takes scaled values as float32, which cannot hold these
    for dtype in ("int32", "float32", "float64"):
        files.append(write(folder / f"{dtype}.tif", (700, 1030), replace(bare, dtype=dtype)))
    plain = replace(bare, dtype="uint8", nodata=None, overviews=Resampling.MODE)
    files.append(write(folder / "colours.tif", (900, 600), replace(plain, colours=COLOURS)))
    files.append(write(folder / "nearest.tif", (900, 600), replace(plain, overviews=Resampling.NEAREST)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layout, "CLASSIC_LIMIT", 1000)
        files.append(write(folder / "big.tif", (1100, 1300), BASE))
    return files


def write(path: Path, shape: tuple[int, int], spec: RasterSpec) -> Path:
    """A file of made counts, none of which is no data where the spec has none."""
    raster = made(shape, spec.dtype, "none" if spec.nodata is None else "wedge", None, 3)
    nodata = None if spec.nodata is None else raster.nodata
    whole = replace(spec, grid=grid_of(*shape), nodata=nodata)
    sink = open_sink(f"{path}.part", whole)
    sink.write(whole.grid.whole, raster.counts)
    sink.finish(str(path), {"minimum": 1.0})
    return path


@pytest.fixture(scope="module")
def files(of_products: list[Path], of_kinds: list[Path]) -> list[Path]:
    """All of them."""
    return of_products + of_kinds


@pytest.fixture(scope="module")
def expected(files: list[Path]) -> Facts:
    """What rasterio, which has a GDAL of its own, says."""
    return {str(path): facts_of(path) for path in files}


def digest(pixels: np.ndarray[Any, Any]) -> list[object]:
    """Rows, columns, SHA-256."""
    return [*pixels.shape, hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).hexdigest()]


def facts_of(path: Path) -> dict[str, Any]:
    """What is said of a file, and its levels."""
    levels = []
    for level in range(len(shapes_of(path))):
        with rasterio.open(path, **({"overview_level": level - 1} if level else {})) as dataset:
            levels.append(digest(dataset.read(1)))
    with rasterio.open(path) as dataset:
        return {
            "levels": levels, "nodata": dataset.nodata, "scale": dataset.scales[0], "offset": dataset.offsets[0],
            "unit": dataset.units[0] or "", "overviews": dataset.tags()["OVR_RESAMPLING_ALG"],
            "crs": str(dataset.crs.to_epsg()),
        }  # fmt: skip


def assert_equal(found: Facts, expected: Facts, *left_out: str) -> None:
    """Everything that both say is the same."""
    assert set(found) == set(expected)
    for path, facts in found.items():
        wanted = {key: value for key, value in expected[path].items() if key not in left_out}
        assert {key: facts.get(key) for key in wanted} == wanted, path


def test_rio_cogeo_finds_nothing_to_say(files: list[Path]) -> None:
    assert {path.name: said for path in files if (said := complaints(path))} == {}


def test_debians_gdal_checks_and_decodes(files: list[Path], expected: Facts) -> None:
    found = read_by("gdal_read.py", "osgeo.gdal", files)
    assert {path: facts["complaints"] for path, facts in found.items() if facts["complaints"]} == {}
    assert_equal(found, expected)


def test_geotiff_js_decodes(files: list[Path], expected: Facts) -> None:
    assert_equal(read_by_geotiff_js(files), expected)


def test_qgis_opens_reads_and_draws(files: list[Path], expected: Facts) -> None:
    found = read_by("qgis_read.py", "qgis.core", files)
    for path, facts in found.items():
        with rasterio.open(path) as dataset:
            counts = dataset.read(1)
        assert facts["counts"] == digest(counts.astype(np.float64)), path
        # QGIS lists no overview that is smaller than an icon
        assert facts["pyramids"] == len([level for level in expected[path]["levels"][1:] if min(level[:2]) > 32]), path
        is_plain = (counts == np.median(counts)).mean() > 0.95
        assert facts["colours"] > 1 or is_plain, path
    assert_equal(found, expected, "levels", "unit", "overviews")


def test_tifffile_decodes(files: list[Path], expected: Facts) -> None:
    """But floats, whose predictor takes a library of codecs more."""
    for path in files:
        with tifffile.TiffFile(path) as file:
            if file.pages[0].dtype.kind != "f":
                assert [digest(page.asarray()) for page in file.pages] == expected[str(path)]["levels"], path


def test_rioxarray_reads_calibration_and_overviews(files: list[Path], expected: Facts) -> None:
    for path in files:
        facts = expected[str(path)]
        array = rioxarray.open_rasterio(path)
        said = array.attrs
        assert (said["scale_factor"], said["add_offset"], said.get("units", "")) == (
            facts["scale"], facts["offset"], facts["unit"],
        ), path  # fmt: skip
        assert array.rio.nodata == facts["nodata"] and said["OVR_RESAMPLING_ALG"] == facts["overviews"], path
        masked = rioxarray.open_rasterio(path, mask_and_scale=True)
        counts = array.values[0]
        valid = np.ones(counts.shape, bool) if facts["nodata"] is None else counts != facts["nodata"]
        np.testing.assert_array_equal(np.isfinite(masked.values[0]), valid)
        values = counts[valid] * facts["scale"] + facts["offset"]
        np.testing.assert_allclose(masked.values[0][valid], values, rtol=1e-6, atol=1e-3 * facts["scale"])


def test_overviews_are_made_as_the_file_says(files: list[Path]) -> None:
    """By the method that OVR_RESAMPLING_ALG names, each level of the one below, with no data left out."""
    methods = set()
    for path in files:
        with rasterio.open(path) as dataset:
            level, nodata, method = dataset.read(1), dataset.nodata, dataset.tags()["OVR_RESAMPLING_ALG"]
        for number in range(len(shapes_of(path)) - 1):
            level = level_above(level, Resampling(method.lower()), nodata)
            with rasterio.open(path, overview_level=number) as dataset:
                np.testing.assert_array_equal(dataset.read(1), level, err_msg=str(path))
            methods.add(method)
    assert methods >= {"AVERAGE", "MODE", "NEAREST"}
