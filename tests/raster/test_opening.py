"""Opening rasters from outside: by their bytes, within limits, with errors that name the place."""

from __future__ import annotations

import shutil
import warnings
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.errors import NotGeoreferencedWarning
from scenes import grid_of, write_tif

from rs.core.grid import Grid
from rs.errors import MissingPart, UnreadableRaster
from rs.raster import opening
from rs.raster.opening import crs_name, driver_of, open_raster, raster_grid

GRID = grid_of(64, 80)
PIXELS = np.random.default_rng(0).integers(1, 9999, GRID.shape).astype(np.uint16)


def blank(path: Path, **profile: object) -> Path:
    """A file without pixels: a header only."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(path, "w", driver="GTiff", SPARSE_OK=True, **{"dtype": "uint8", "count": 1, **profile}):
            pass
    return path


@pytest.mark.parametrize("driver", ["GTiff", "JP2OpenJPEG"])
@pytest.mark.parametrize("suffix", ["tif", "jp2", "bin"])
def test_the_bytes_decide_not_the_suffix(tmp_path: Path, driver: str, suffix: str) -> None:
    options = {"QUALITY": "100", "REVERSIBLE": "YES"} if driver == "JP2OpenJPEG" else {}
    made = write_tif(tmp_path / ("x.jp2" if options else "x.tif"), PIXELS, GRID, driver=driver, **options)
    path = shutil.copy(made, tmp_path / f"scene.{suffix}")
    assert driver_of(str(path)) == driver
    with open_raster(str(path)) as dataset:
        assert dataset.driver == driver
        assert (dataset.read(1) == PIXELS).all()
        assert raster_grid(str(path), dataset) == GRID


def test_a_bare_codestream_is_jpeg_2000_too(tmp_path: Path) -> None:
    path = write_tif(tmp_path / "x.j2k", PIXELS, GRID, driver="JP2OpenJPEG", QUALITY="100", REVERSIBLE="YES")
    assert path.read_bytes().startswith(b"\xff\x4f\xff\x51")
    with open_raster(str(path)) as dataset:
        assert (dataset.read(1) == PIXELS).all()


def test_bigtiff_and_big_endian_open(tmp_path: Path) -> None:
    for name, option in {"big": {"BIGTIFF": "YES"}, "endian": {"ENDIANNESS": "BIG"}}.items():
        path = write_tif(tmp_path / name, PIXELS, GRID, **option)
        with open_raster(str(path)) as dataset:
            assert (dataset.read(1) == PIXELS).all()


@pytest.mark.parametrize(
    "body",
    [
        b'<VRTDataset rasterXSize="1" rasterYSize="1"><SRS>EPSG:4326</SRS></VRTDataset>',
        b'<?xml version="1.0"?><GDAL_WMS></GDAL_WMS>',
        b'{"type": "gdal_streamed_alg", "command_line": "gdal raster read /etc/passwd"}',
        b"<!DOCTYPE html><html>403 Forbidden</html>",
        b"\x89PNG\r\n\x1a\n",
        b"",
    ],
    ids=["vrt", "xml", "gdalg", "html", "png", "empty"],
)
def test_other_formats_in_disguise_are_refused(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "B04.tif"
    path.write_bytes(body)
    with pytest.raises(UnreadableRaster, match="neither GeoTIFF nor JPEG 2000") as caught:
        open_raster(str(path))
    assert caught.value.where == str(path)
    assert caught.value.remedy


def test_a_header_without_a_directory_does_not_open(tmp_path: Path) -> None:
    path = tmp_path / "B04.tif"
    path.write_bytes(write_tif(tmp_path / "whole.tif", PIXELS, GRID).read_bytes()[:60])
    with pytest.raises(UnreadableRaster, match="does not open as GTiff") as caught:
        open_raster(str(path))
    assert caught.value.where == str(path)


def test_a_file_that_is_not_there_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(MissingPart, match="not there"):
        open_raster(str(tmp_path / "no.tif"))
    with pytest.raises(UnreadableRaster, match="cannot be read"):
        open_raster(str(tmp_path))


@pytest.mark.parametrize(
    "profile",
    [{"width": 20_001, "height": 1}, {"width": 1, "height": 20_001}, {"width": 4, "height": 4, "count": 501}],
    ids=["wide", "high", "many bands"],
)
def test_a_header_over_the_limits_is_refused(tmp_path: Path, profile: dict[str, int]) -> None:
    path = blank(tmp_path / "huge.tif", **profile)
    with pytest.raises(UnreadableRaster, match="the limit is 20000 px and 500 bands"):
        open_raster(str(path))


def test_blocks_over_the_limit_are_refused_before_any_is_read(tmp_path: Path) -> None:
    path = blank(tmp_path / "strip.tif", width=20_000, height=12_000, blockysize=4_000)
    assert path.stat().st_size < 2**20
    with pytest.raises(UnreadableRaster, match="over 64 MiB"):
        open_raster(str(path))
    with open_raster(str(blank(tmp_path / "fine.tif", width=20_000, height=20_000, tiled=True))) as dataset:
        assert dataset.shape == (opening.MAX_SIDE, opening.MAX_SIDE)


def test_georeference_is_none_where_the_file_has_none(tmp_path: Path) -> None:
    path = str(blank(tmp_path / "bare.tif", width=4, height=4))
    with open_raster(path) as dataset:
        assert raster_grid(path, dataset) is None


def test_a_rotated_grid_is_refused(tmp_path: Path) -> None:
    turned = rasterio.Affine(10, 1, 0, 1, -10, 0)
    path = str(blank(tmp_path / "turned.tif", width=4, height=4, crs="EPSG:32633", transform=turned))
    with open_raster(path) as dataset, pytest.raises(UnreadableRaster, match="rotated"):
        raster_grid(path, dataset)


def test_names_of_reference_systems() -> None:
    assert crs_name(rasterio.CRS.from_epsg(32633)) == "EPSG:32633"
    own = rasterio.CRS.from_proj4("+proj=laea +lat_0=12 +lon_0=34 +ellps=GRS80 +units=m")
    assert rasterio.CRS.from_user_input(crs_name(own)) == own
    assert Grid(crs_name(own), GRID.transform, GRID.shape).geobox.crs is not None
