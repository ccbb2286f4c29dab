"""The generator of Sentinel-2 products: names, tiling, checksums, the same bytes on every run."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import rasterio
from made import spec_of, speckled

from rs.core.bands import Band
from rs.core.grid import Block
from rs.testing import SafeSpec, coast, write_safe, zip_product
from rs.testing.mgrs import tile_corner
from rs.testing.world import counts_of, places

COMPACT = re.compile(r"S2[ABC]_MSIL(1C|2A)_\d{8}T\d{6}_N\d{4}_R\d{3}_T\d{2}[A-Z]{3}_\d{8}T\d{6}\.SAFE")
OLD = re.compile(r"S2A_(OPER|USER)_PRD_MSIL(1C|2A)_PDMC_\d{8}T\d{6}_R\d{3}_V\d{8}T\d{6}_\d{8}T\d{6}\.SAFE")


def digests(root: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder."""
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize(
    "tile, place",
    [
        ("46RER", ("EPSG:32646", 499_980, 3_100_020)),
        ("01WCP", ("EPSG:32601", 300_000, 7_400_040)),
        ("07HFE", ("EPSG:32707", 600_000, 6_500_020)),
        ("49QGF", ("EPSG:32649", 699_960, 2_600_040)),
    ],
)
def test_tiles_lie_where_the_provider_puts_them(tile: str, place: tuple[str, int, int]) -> None:
    assert tile_corner(tile) == place


@pytest.mark.parametrize("tile", ["00QGF", "61QGF", "49IGF", "49QJF", "49QGW", "9QGF"])
def test_names_of_no_tile_are_refused(tile: str) -> None:
    with pytest.raises(ValueError, match="is not the name of a tile"):
        tile_corner(tile)


@pytest.mark.parametrize("level", ["L1C", "L2A"])
@pytest.mark.parametrize("layout, pattern", [("compact", COMPACT), ("old", OLD)])
def test_names_are_those_of_the_provider(tmp_path: Path, level: str, layout: str, pattern: re.Pattern[str]) -> None:
    spec = spec_of(level=level, layout=layout, baseline="02.04", platform="sentinel-2a", size=60)
    root = write_safe(tmp_path, coast(spec.extent), spec)
    assert pattern.fullmatch(root.name)
    names = [path.relative_to(root).as_posix() for path in root.rglob("*.jp2")]
    folder = r"GRANULE/[^/]+/IMG_DATA/" + ("" if level == "L1C" else r"R[126]0m/")
    assert names
    assert all(re.fullmatch(folder + r"\w+\.jp2", name) for name in names)


def test_images_are_tiled_as_the_provider_has_it(tmp_path: Path) -> None:
    spec = spec_of(size=1_500, pixel=73.2)
    root = write_safe(tmp_path, coast(spec.extent), spec)
    for ending, tile, side in (("B02_10m", 1024, 1500), ("B11_20m", 640, 750), ("B01_60m", 192, 250)):
        with rasterio.open(next(root.rglob(f"*{ending}.jp2"))) as dataset:
            assert dataset.driver == "JP2OpenJPEG"
            assert dataset.block_shapes == [(tile, tile)]
            assert dataset.shape == (side, side)
            assert dataset.crs.to_epsg() == 32649


def test_the_manifest_lists_every_file_with_its_checksum(tmp_path: Path) -> None:
    for baseline, name, algorithm in (("05.11", "SHA3-256", "sha3_256"), ("02.09", "MD5", "md5")):
        root = write_safe(tmp_path, coast((600.0, 600.0)), spec_of(size=60, baseline=baseline))
        listed = {}
        for part in ElementTree.parse(root / "manifest.safe").getroot().iter("byteStream"):
            location, checksum = part[0], part[1]
            assert checksum.get("checksumName") == name
            path = root / location.attrib["href"]
            assert int(part.attrib["size"]) == path.stat().st_size
            assert checksum.text == hashlib.new(algorithm, path.read_bytes()).hexdigest()
            listed[path.relative_to(root).as_posix()] = True
        assert set(listed) == set(digests(root)) - {"manifest.safe"}


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    spec = spec_of(level="L1C", size=60)
    roots = [write_safe(tmp_path / name, coast(spec.extent, toa=True), spec) for name in ("one", "two")]
    assert digests(roots[0]) == digests(roots[1])
    archives = [zip_product(root, tmp_path / f"{k}.zip") for k, root in enumerate(roots)]
    assert archives[0].read_bytes() == archives[1].read_bytes()


@pytest.mark.parametrize("band", [Band.RED, Band.SWIR16, Band.CIRRUS, Band.THERMAL])
def test_a_block_is_the_part_of_the_whole(band: Band) -> None:
    spec = spec_of(size=240)
    grid, world = spec.grid(10), coast(spec.extent)
    whole = world.values(band, *places(grid, grid.whole))
    block = Block(70, 33, 40, 90)
    part = coast(spec.extent).values(band, *places(grid, block))
    np.testing.assert_array_equal(part, whole[70:110, 33:123])


def test_the_coast_has_all_that_a_benchmark_needs() -> None:
    spec = SafeSpec(size=1_098, pixel=100.0)
    classes = coast(spec.extent).classes(*places(spec.grid(10), spec.grid(10).whole))
    shares = np.bincount(classes.ravel(), minlength=12) / classes.size
    for number, least in ((0, 0.02), (3, 0.005), (4, 0.1), (5, 0.1), (6, 0.3), (8, 0.01), (9, 0.01), (10, 0.01)):
        assert shares[number] > least, number


def test_counts_are_the_nearest_and_special_values_are_kept() -> None:
    values = np.array([[np.nan, np.inf, -9.0, 9e9, 0.12344, 0.12345, 0.12346]])
    assert counts_of(values, 1e-4, -0.1, 65_535).tolist() == [[0, 65_535, 1, 65_534, 2234, 2234, 2235]]


@pytest.mark.parametrize("level", ["L1C", "L2A"])
@pytest.mark.parametrize("baseline, kinds", [("05.11", "CLASSI DETFOO QUALIT"),
                                             ("03.01", "CLOUDS DEFECT DETFOO NODATA SATURA TECQUA")])  # fmt: skip
def test_masks_are_those_that_real_metadata_list(tmp_path: Path, level: str, baseline: str, kinds: str) -> None:
    spec = spec_of(level=level, baseline=baseline, size=60)
    root = write_safe(tmp_path, coast(spec.extent), spec)
    listed = {}
    for mask in ElementTree.parse(next(root.rglob("MTD_TL.xml"))).getroot().iter("MASK_FILENAME"):
        assert (root / (mask.text or "")).is_file()
        listed.setdefault(mask.attrib["type"], []).append(mask.attrib.get("bandId", ""))
    assert set(listed) == {f"MSK_{kind}" for kind in kinds.split()}
    for kind, bands in listed.items():
        whole = kind in ("MSK_CLASSI", "MSK_CLOUDS")
        assert sorted(bands) == ([""] if whole else sorted(str(k) for k in range(13)))


def test_masks_bear_eight_bands_and_the_detector(tmp_path: Path) -> None:
    spec = spec_of(size=60)
    root = write_safe(tmp_path, speckled(spec.extent), spec)
    with rasterio.open(next(root.rglob("MSK_QUALIT_B11.jp2"))) as dataset:
        assert (dataset.count, set(dataset.dtypes), dataset.shape) == (8, {"uint8"}, (30, 30))
        planes = dataset.read()
    assert [plane.any() for plane in planes] == [False] * 7 + [True]
    assert planes[7, -1, -1] == 1
    with rasterio.open(next(root.rglob("MSK_DETFOO_B02.jp2"))) as dataset:
        assert set(np.unique(dataset.read(1)[:, [0, -1]]).tolist()) == {7, 8}


def test_sizes_that_do_not_fit_are_refused() -> None:
    for stated in ({"size": 100}, {"size": 0}, {"size": 126, "pixel": 7.0}, {"level": "L3"}, {"layout": "new"}):
        with pytest.raises(ValueError, match=r"does not cut|no such product"):
            spec_of(**stated)


def test_a_world_of_arrays_is_stretched_over_the_extent() -> None:
    spec = spec_of(size=120)
    world = speckled(spec.extent, side=60)
    fine = world.values(Band.RED, *places(spec.grid(10), spec.grid(10).whole))
    coarse = world.values(Band.RED, *places(spec.grid(20), spec.grid(20).whole))
    np.testing.assert_array_equal(fine[::2, ::2], coarse)
    np.testing.assert_array_equal(fine[1::2, 1::2], coarse)


def test_the_command_line_writes_one_scene(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "rs.testing"]
    done = subprocess.run([*words, "safe", str(tmp_path), "--size", "60", "--zip"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).suffix == ".zip"
    assert Path(done.stdout.strip()).stat().st_size > 1_000
    bare = tmp_path / "bare"
    done = subprocess.run([*words, "safe", str(bare), "--size", "60", "--no-masks"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in bare.rglob("MSK_*")] == ["MSK_CLASSI_B00.jp2"]
    wrong = subprocess.run([*words, "safe", str(tmp_path), "--size", "61"], capture_output=True, text=True)
    assert wrong.returncode == 2
    assert "61 px" in wrong.stderr
