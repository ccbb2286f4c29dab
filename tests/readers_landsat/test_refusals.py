"""Landsat folders that are damaged, incomplete, renamed or cut."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from made import edit, read, speckled
from rasterio.windows import Window

from rs.core.bands import Band
from rs.errors import BadInput, Contradiction, MissingPart, RsError
from rs.readers import open_scene
from rs.testing import LandsatSpec, write_landsat


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A Level 1 folder of Landsat 8 with its MTL as text."""
    spec = LandsatSpec(level="L1", platform="landsat-8", size=(30, 40), forms=("txt",))
    return write_landsat(tmp_path, speckled(spec.extent), spec)


def mtl_of(root: Path) -> Path:
    """The MTL file of a folder."""
    return next(root.glob("*_MTL.txt"))


@pytest.mark.parametrize(
    "pattern, text, kind, words",
    [
        (r"\n +REFLECTANCE_MULT_BAND_4 = \S+", "", MissingPart, "LEVEL1_RADIOMETRIC_RESCALING/REFLECTANCE_MULT_BAND_4"),
        (r"\n +QUANTIZE_CAL_MAX_BAND_4 = \S+", "", MissingPart, "PIXEL_VALUE/QUANTIZE_CAL_MAX_BAND_4 is missing"),
        (r"\n +SUN_ELEVATION = \S+", "", MissingPart, "IMAGE_ATTRIBUTES/SUN_ELEVATION is missing"),
        (r"SUN_ELEVATION = \S+", "SUN_ELEVATION = -3.5", BadInput, "no reflectance at night"),
        (r"SUN_ELEVATION = \S+", "SUN_ELEVATION = high", BadInput, "tag SUN_ELEVATION: 'high' is not a number"),
        ("LANDSAT_8", "LANDSAT_10", BadInput, "landsat-10 is not among landsat-4, landsat-5, landsat-7, landsat-8, l"),
        ("LANDSAT_8", "LANDSAT_7", Contradiction, "landsat-7 does not carry OLI_TIRS"),
        (r"\n +GROUP = IMAGE_ATTRIBUTES", "", MissingPart, "group IMAGE_ATTRIBUTES is missing"),
        ("L1TP\"", "L2SP\"", BadInput, "tag PROCESSING_LEVEL: L2SP"),
        (r"\nEND\n", "\n", BadInput, "cut short: its line END is missing"),
        (r"UTM_ZONE = \d+", "UTM_ZONE = 50", Contradiction, "is in EPSG:32649, the MTL says UTM zone 50"),
        (r"(FILE_NAME_BAND_4 = )\S+", r'\1"../../B4.TIF"', BadInput, "leads out of the scene's folder"),
    ],
)  # fmt: skip
def test_tags_that_lack_or_lie_are_named(root: Path, pattern: str, text: str, kind: type[RsError], words: str) -> None:
    edit(mtl_of(root), pattern, text)
    with pytest.raises(kind, match=words) as caught:
        open_scene(str(root))
    if "UTM_ZONE" not in pattern:
        assert caught.value.where == str(mtl_of(root))


def test_bands_without_an_mtl_say_what_is_missing(root: Path) -> None:
    mtl_of(root).unlink()
    with pytest.raises(MissingPart, match=f"{root.name}_MTL.txt is not there: it states calibration") as caught:
        open_scene(str(root))
    assert caught.value.where == str(root)
    assert "Fetch the MTL file" in caught.value.remedy


def test_a_cut_of_all_bands_is_taken_and_noted(root: Path) -> None:
    whole = open_scene(str(root))
    red = read(whole.assets[Band.RED])
    cut(root, Window(6, 4, 20, 18), skip="_B8.TIF")
    next(root.glob("*_B8.TIF")).unlink()
    scene = open_scene(str(root))
    assert scene.notes[0] == "a cut: 20 x 18 px of 40 x 30 px"
    np.testing.assert_array_equal(read(scene.assets[Band.RED]), red[4:22, 6:26])


def test_a_cut_of_one_band_or_beside_the_pixels_is_a_contradiction(root: Path) -> None:
    cut(root, Window(6, 4, 20, 18), only="_B4.TIF")
    with pytest.raises(Contradiction, match="420 m from those of the MTL") as caught:
        open_scene(str(root))
    assert caught.value.where.endswith("_B4.TIF")


def test_a_cut_that_lies_between_the_pixels_is_a_contradiction(root: Path) -> None:
    cut(root, Window(6, 4, 20, 18), shift=10.0)
    with pytest.raises(Contradiction, match="from those of the MTL"):
        open_scene(str(root))


def cut(root: Path, window: Window, *, only: str = ".TIF", skip: str = "none", shift: float = 0.0) -> None:
    """Cut rasters of a folder to a window."""
    for path in (p for p in root.glob("*.TIF") if p.name.endswith(only) and not p.name.endswith(skip)):
        with rasterio.open(path) as dataset:
            place = rasterio.Affine.translation(shift, 0.0) @ dataset.window_transform(window)
            profile, part = dataset.profile, dataset.read(window=window)
        profile.update(width=window.width, height=window.height, transform=place)
        with rasterio.open(path, "w", **profile) as out:
            out.write(part)


def test_files_renamed_together_with_their_mtl_are_found(root: Path) -> None:
    whole = open_scene(str(root))
    for path in list(root.iterdir()):
        path.rename(root / path.name.replace(root.name, "l8"))
    scene = open_scene(str(root))
    assert set(scene.assets) == set(whole.assets)
    assert Path(scene.assets[Band.RED].href).name == "l8_B4.TIF"
    assert scene.notes[0] == "the files were renamed: they are taken by the prefix of their MTL, not as it lists them"
    assert scene.id == whole.id


def test_what_is_not_held_is_missed_by_name(root: Path) -> None:
    next(root.glob("*_B5.TIF")).unlink()
    next(root.glob("*_QA_PIXEL.TIF")).unlink()
    scene = open_scene(str(root))
    assert scene.missing[Band.NIR08] == f"{root.name}_B5.TIF is listed and not in the folder"
    assert f"{root.name}_QA_PIXEL.TIF is not in the folder: the state of the sky is unknown" in scene.notes
    for path in root.glob("*.TIF"):
        path.unlink()
    with pytest.raises(MissingPart, match="none of the 10 band files"):
        open_scene(str(root))


def test_level_2_bands_without_an_mtl_say_so_too(tmp_path: Path) -> None:
    spec = LandsatSpec(size=(10, 10), forms=("json",))
    root = write_landsat(tmp_path, speckled(spec.extent), spec)
    next(root.glob("*_MTL.json")).unlink()
    with pytest.raises(MissingPart, match=f"{spec.product}_MTL.txt is not there"):
        open_scene(str(root))


DAYS = "tags DATE_ACQUIRED, SCENE_CENTER_TIME: "


@pytest.mark.parametrize(
    "level, tag, value, words",
    [
        ("L1", "SUN_ELEVATION", "482.5", "tag SUN_ELEVATION: 482.5 is outside of -90 .. 90 degrees"),
        ("L2", "SUN_ELEVATION", "-91", "tag SUN_ELEVATION: -91 is outside"),
        ("L1", "SUN_AZIMUTH", "1525.0", "tag SUN_AZIMUTH: 1525 is outside of -360 .. 360 degrees"),
        ("L1", "WRS_PATH", "1220", "tag WRS_PATH: 1220 is outside of 1 .. 233"),
        ("L2", "WRS_ROW", "0", "tag WRS_ROW: 0 is outside of 1 .. 248"),
        ("L1", "REFLECTANCE_MULT_BAND_4", "2.0", "tag REFLECTANCE_MULT_BAND_4: 2 is outside of 1e-09 .. 0.1"),
        ("L2", "REFLECTANCE_MULT_BAND_4", "-2e-5", "tag REFLECTANCE_MULT_BAND_4: -2e-05 is outside"),
        ("L1", "REFLECTANCE_ADD_BAND_4", "-1000", "tag REFLECTANCE_ADD_BAND_4: -1000 is outside of -1 .. 1"),
        ("L1", "QUANTIZE_CAL_MAX_BAND_4", "0", "tag QUANTIZE_CAL_MAX_BAND_4: 0 is outside of 1 .. 65535"),
        ("L1", "GRID_CELL_SIZE_REFLECTIVE", "-30", "tag GRID_CELL_SIZE_REFLECTIVE: -30 is outside of 0.1 .. 10000 m"),
        ("L2", "REFLECTIVE_LINES", "0", "tag REFLECTIVE_LINES: 0 is outside of 1 .. 1e+06 px"),
        ("L1", "CORNER_UL_PROJECTION_X_PRODUCT", "1e9", "_PROJECTION_X_PRODUCT: 1e+09 is outside of -2e+07 .. 2e+07 m"),
        ("L2", "TEMPERATURE_MULT_BAND_ST_B10", "34.18", "tag TEMPERATURE_MULT_BAND_ST_B10: 34.18 is outside"),
        ("L2", "TEMPERATURE_ADD_BAND_ST_B10", "-149", "tag TEMPERATURE_ADD_BAND_ST_B10: -149 is outside of 0 .. 400 K"),
        ("L1", "DATE_ACQUIRED", "1971-12-31", f"{DAYS}1971-12-31 is not a time of a satellite scene (1972 to today)"),
        ("L2", "DATE_ACQUIRED", "2999-01-01", f"{DAYS}2999-01-01 is not a time of a satellite scene"),
        ("L1", "DATE_ACQUIRED", "2024-02-30", f"{DAYS}no time in 2024-02-30"),
    ],
)
def test_numbers_and_days_that_cannot_be_are_named(
    tmp_path: Path, level: str, tag: str, value: str, words: str
) -> None:
    spec = LandsatSpec(level=level, size=(10, 10), forms=("txt",))
    root = write_landsat(tmp_path, speckled(spec.extent), spec)
    edit(mtl_of(root), rf"( {tag} = )\S+", rf"\g<1>{value}")
    with pytest.raises(BadInput) as caught:
        open_scene(str(root))
    assert words in caught.value.what
    assert caught.value.where == str(mtl_of(root))


@pytest.mark.parametrize("day", ["1972-07-25", "1984-03-01", "2024-02-29"])
def test_early_days_are_fine(root: Path, day: str) -> None:
    edit(mtl_of(root), r"DATE_ACQUIRED = \S+", f"DATE_ACQUIRED = {day}")
    assert f"{open_scene(str(root)).time.start:%Y-%m-%d}" == day
