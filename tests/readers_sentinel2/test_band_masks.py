"""Flaws that only the masks of bands tell come out as flags and no data: rasters and polygons, folder and zip."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from made import read, spec_of
from numpy.typing import NDArray
from producing import counts_in, made_of, result_of, values_in

from rs.core.bands import Band, Quality
from rs.core.scene import Scene
from rs.pipeline.load import read_band, values_on
from rs.pipeline.prepare import prepare
from rs.raster.blocks import handles, read_piece
from rs.readers import open_scene
from rs.testing import SafeSpec, World, write_safe, zip_product
from rs.testing.world import (
    CROSSTALK,
    DEFECTIVE,
    DEGRADED,
    LOST,
    NO_MEASUREMENT,
    SATURATED_L1A,
    WATER,
    flawless,
    places,
)

Classes = NDArray[np.uint8]
KINDS = [("L1C", "05.11", "compact"), ("L1C", "03.01", "compact"), ("L1C", "02.04", "old"),
         ("L2A", "05.11", "compact"), ("L2A", "02.12", "compact")]  # fmt: skip
BAD = LOST | DEGRADED | NO_MEASUREMENT | SATURATED_L1A
FLAWED = (Band.RED, Band.NIR08, Band.COASTAL)
SIDE = 20


def speckles() -> Classes:
    """Every bit alone and in pairs, and none in half of the 60 m cells."""
    random = np.random.default_rng(7)
    bits = (1 << random.integers(0, 8, (SIDE, SIDE))) | (1 << random.integers(0, 8, (SIDE, SIDE)))
    return np.where(random.random((SIDE, SIDE)) < 0.5, 0, bits).astype(np.uint8)


def flawed(extent: tuple[float, float], cells: dict[Band, Classes], classes: Classes | None = None) -> World:
    """Dark water of one value per band, so that masks alone tell what is wrong."""
    bright = {Band.GREEN: 0.09, Band.BLUE: 0.08, Band.SWIR16: 0.01, Band.CIRRUS: 0.002}
    values = {band: np.full((SIDE, SIDE), bright.get(band, 0.05)) for band in Band}
    plain = World.of_arrays(values, extent, classes)

    def flaws(band: Band, x: NDArray[np.float64], y: NDArray[np.float64]) -> Classes:
        if band not in cells:
            return flawless(band, x, y)
        rows, cols = (
            np.clip(np.floor(v / e * SIDE), 0, SIDE - 1).astype(int) for v, e in ((y, extent[1]), (x, extent[0]))
        )
        return cells[band][np.ix_(rows, cols)]

    return World(plain.values, plain.classes, flaws)


def written(folder: Path, world: World, spec: SafeSpec, form: str) -> Path:
    """A product in one of its forms."""
    root = write_safe(folder, world, spec)
    return root if form == "folder" else zip_product(root, folder / f"{root.stem}.zip")


@pytest.mark.parametrize("level, baseline, layout", KINDS)
@pytest.mark.parametrize("form", ["folder", "zip"])
def test_flawed_pixels_of_a_band_bear_no_value_in_any_form(
    tmp_path: Path, level: str, baseline: str, layout: str, form: str
) -> None:
    spec = spec_of(level=level, baseline=baseline, layout=layout)
    world = flawed(spec.extent, dict.fromkeys(FLAWED, speckles()))
    scene = open_scene(str(written(tmp_path, world, spec, form)))
    assert scene.notes == ()
    for band, asset in scene.assets.items():
        kinds = {mask.asset.name.rsplit("_", 1)[0] for mask in asset.masks}
        old = {"MSK_SATURA", "MSK_NODATA", "MSK_DEFECT", "MSK_TECQUA"}
        assert kinds == ({"MSK_QUALIT"} if spec.states_offset else old)
        with handles() as held:
            found = read_band(held, asset, asset.grid, asset.grid.whole)
        bits = world.flaws_of(band, *places(asset.grid, asset.grid.whole))
        np.testing.assert_array_equal(np.isnan(found), (bits & BAD) != 0)
        assert np.isfinite(read(asset)).all(), "the counts themselves say nothing"
        if band in FLAWED:
            assert (bits & (CROSSTALK | DEFECTIVE))[np.isfinite(found)].any()
            assert np.isnan(found).any()


@pytest.mark.parametrize("band", FLAWED)
def test_masks_follow_a_band_onto_a_finer_grid(tmp_path: Path, band: Band) -> None:
    spec = spec_of(level="L1C")
    world = flawed(spec.extent, {band: speckles()})
    asset = open_scene(str(write_safe(tmp_path, world, spec))).assets[band]
    fine = spec.grid(10)
    with handles() as held:
        parts = [(b, values_on(read_piece(held, asset, fine, b), fine, b)) for b in fine.blocks(50)]
        # the only tile of each file, whatever the blocks
        assert len(parts) > 1 and set(held.decoded.values()) == {1}
    bits = world.flaws_of(band, *places(fine, fine.whole))
    for b, found in parts:
        cut = bits[b.row : b.row + b.height, b.col : b.col + b.width]
        np.testing.assert_array_equal(np.isnan(found), (cut & BAD) != 0)


def corners() -> dict[Band, Classes]:
    """One cell of each: red saturated, green lost, red alone not measured, no shared band measured, NIR08 degraded."""
    cells = {band: np.zeros((SIDE, SIDE), np.uint8) for band in (*FLAWED, Band.GREEN, Band.BLUE, Band.SWIR16)}
    cells[Band.RED][2, 2] = SATURATED_L1A
    cells[Band.GREEN][2, 8] = LOST
    cells[Band.RED][8, 2] = NO_MEASUREMENT
    for band in (Band.RED, Band.GREEN, Band.BLUE, Band.SWIR16):
        cells[band][8, 8] = NO_MEASUREMENT
    cells[Band.NIR08][14, 2] = DEGRADED
    cells[Band.COASTAL][14, 8] = SATURATED_L1A
    return cells


@pytest.mark.parametrize("level, baseline, layout", KINDS)
@pytest.mark.parametrize("form", ["folder", "zip"])
@pytest.mark.parametrize("block", [50, 512])
def test_flaws_end_in_the_quality_bits_and_in_no_data(
    tmp_path: Path, level: str, baseline: str, layout: str, form: str, block: int
) -> None:
    spec = spec_of(level=level, baseline=baseline, layout=layout)
    world = flawed(spec.extent, corners(), np.full((SIDE, SIDE), WATER, np.uint8))
    path = written(tmp_path, world, spec, form)
    result = result_of(made_of(path, tmp_path / "made", ["floating_algae"], block=block)["floating_algae"])
    quality = counts_in(result, "quality")[2::6, 2::6]
    saturated = np.argwhere(quality & Quality.SATURATED).tolist()
    assert saturated == [[2, 2], [2, 8]], "each shared band speaks for the pixel"
    # scene classification knows what was measured, cloud masks do not
    unmeasured = np.argwhere(quality & Quality.NODATA).tolist()
    assert unmeasured == ([[8, 8]] if level == "L1C" else [])
    empty = np.isnan(values_in(result, "floating_algae"))
    step = empty.shape[0] // SIDE
    assert np.argwhere(empty[::step, ::step]).tolist() == [[2, 2], [2, 8], [8, 2], [8, 8], [14, 2]]


def test_where_all_shared_bands_saturate_something_was_measured(tmp_path: Path) -> None:
    spec = spec_of(level="L1C")
    upper = np.zeros((SIDE, SIDE), np.uint8)
    upper[:4] = SATURATED_L1A
    cells = dict.fromkeys((Band.RED, Band.GREEN, Band.BLUE, Band.SWIR16), upper)
    path = write_safe(tmp_path, flawed(spec.extent, cells), spec)
    result = result_of(made_of(path, tmp_path / "made", ["floating_algae"])["floating_algae"])
    quality = counts_in(result, "quality")
    assert ((quality[:24] & Quality.SATURATED) != 0).all()
    assert ((quality & Quality.NODATA) == 0).all()


@pytest.mark.parametrize("baseline", ["05.11", "03.01"])
def test_masks_that_are_not_there_are_noted_and_break_nothing(tmp_path: Path, baseline: str) -> None:
    spec = spec_of(level="L1C", baseline=baseline)
    root = write_safe(tmp_path, flawed(spec.extent, {}), spec)
    kind = "QUALIT" if baseline == "05.11" else "SATURA"
    for name in ("B04", "B8A"):
        next(root.rglob(f"MSK_{kind}_{name}.*")).unlink()
    for path in root.rglob("MSK_DETFOO_B03.*"):
        path.unlink()
    scene = prepare(str(root))
    assert scene.notes == (
        f"MSK_{kind}_B04, MSK_{kind}_B8A is listed and not in the folder:"
        " saturated and lost pixels of these bands are known by their counts alone",
    )
    result = result_of(made_of(scene, tmp_path / "made", ["floating_algae"])["floating_algae"])
    assert scene.notes[0] in result.notes


def test_a_product_without_band_masks_opens_without_a_word(tmp_path: Path) -> None:
    spec = spec_of(masks=False)
    scene = open_scene(str(write_safe(tmp_path, flawed(spec.extent, {}), spec)))
    assert (scene.notes, scene.detectors) == ((), {})
    assert all(asset.masks == () for asset in scene.assets.values())


@pytest.mark.parametrize("baseline, ending", [("05.11", "jp2"), ("03.01", "gml")])
def test_detector_footprints_are_named_and_not_read(tmp_path: Path, baseline: str, ending: str) -> None:
    spec = spec_of(level="L1C", baseline=baseline)
    scene: Scene = open_scene(str(write_safe(tmp_path, flawed(spec.extent, {}), spec)))
    assert set(scene.detectors) == set(scene.assets)
    assert scene.detectors[Band.NIR08].endswith(f"/QI_DATA/MSK_DETFOO_B8A.{ending}")
    assert not set(scene.detectors.values()) & set(scene.files)


def test_masks_are_digested_and_are_inputs_of_the_products_that_use_them(tmp_path: Path) -> None:
    spec = spec_of()
    scene = prepare(str(write_safe(tmp_path, flawed(spec.extent, {}), spec)))
    result = result_of(made_of(scene, tmp_path / "made", ["ndvi"])["ndvi"])
    masks = {name: digest for name, digest in result.inputs.items() if name.startswith("mask:")}
    assert set(masks) == {f"mask:MSK_QUALIT_{name}" for name in ("B02", "B03", "B04", "B08", "B11")}
    assert all(len(digest) == 64 for digest in masks.values())
