"""What every reader owes its users, checked for all that are declared."""

from __future__ import annotations

import math
import re
from datetime import timedelta
from pathlib import Path

import pytest
from scenes import save_item
from shapely.geometry import shape

from rs.core.bands import Band, Quality
from rs.core.reader import Reader
from rs.core.scene import Correction, Grade, Reflectance, Scene, split_href
from rs.products import products
from rs.readers import reader_of, readers
from rs.testing import LandsatSpec, SafeSpec, coast, tar_product, write_landsat, write_safe, zip_product

READERS = list(readers())
RECIPES = {recipe.formula_name: (product, recipe) for product in products().values() for recipe in product.recipes}
every = pytest.mark.parametrize("reader", READERS, ids=lambda r: r.name)


@pytest.fixture(scope="session")
def synthetic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Scenes of every level in the layout of their providers."""
    folder = tmp_path_factory.mktemp("synthetic")
    for level, baseline in (("L1C", "05.11"), ("L1C", "02.09"), ("L2A", "05.11")):
        safe = SafeSpec(level=level, baseline=baseline, size=60)
        root = write_safe(folder, coast(safe.extent), safe)
    zip_product(root, folder / "packed.zip")
    for platform, level in (("landsat-5", "L2"), ("landsat-7", "L1"), ("landsat-8", "L1"), ("landsat-9", "L2")):
        landsat = LandsatSpec(level, platform, size=(20, 20))
        root = write_landsat(folder, coast(landsat.extent), landsat)
        tar_product(root, folder / f"{root.name}.tar")
    return folder


def samples(reader: Reader, *folders: Path) -> list[Path]:
    """Scenes of folders that a reader takes."""
    paths = [path for folder in folders for path in sorted(folder.iterdir())]
    return [path for path in paths if reader_of(str(path)) is reader]


def opened(reader: Reader, *folders: Path) -> list[Scene]:
    """The scenes themselves."""
    return [reader.open_scene(str(path)) for path in samples(reader, *folders)]


@every
def test_names_and_words(reader: Reader) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9-]{2,40}", reader.name)
    assert reader.title
    assert reader.sensors
    assert reader.evidence in ("real pixels", "real metadata", "synthetic")


def test_names_are_given_once() -> None:
    assert len({reader.name for reader in READERS}) == len(READERS)


@every
def test_every_reader_has_a_sample(reader: Reader, scenes: Path, synthetic: Path) -> None:
    assert samples(reader, scenes, synthetic), f"no scene for {reader.name}"
    if reader.evidence == "real pixels" and reader.name != "landsat-l1":
        assert samples(reader, scenes), f"no sample scene for {reader.name}"


def test_every_sample_has_a_reader(scenes: Path, synthetic: Path) -> None:
    assert all(reader_of(str(path)) for folder in (scenes, synthetic) for path in folder.iterdir())


@every
def test_platforms_have_usable_coefficients(reader: Reader) -> None:
    assert reader.platforms
    for name, platform in reader.platforms.items():
        assert platform.name == name
        assert platform.sensor in reader.sensors
        for recipe, values in platform.coefficients.items():
            assert recipe in RECIPES, f"{name} has coefficients for {recipe}, which no product has"
            product, formula = RECIPES[recipe][0], RECIPES[recipe][1].formula
            assert formula.coefficients is not None
            assert all(math.isfinite(v) for v in formula.coefficients(**{**product.parameters, **values}))


@every
def test_scenes_state_what_products_and_items_need(reader: Reader, scenes: Path, synthetic: Path) -> None:
    for scene in opened(reader, scenes, synthetic):
        assert scene.id
        assert scene.assets
        assert scene.time.start.utcoffset() == scene.time.end.utcoffset() == timedelta(0)
        outline = shape(dict(scene.footprint))
        assert outline.is_valid
        assert -180 <= outline.bounds[0] < outline.bounds[2] <= 180
        assert scene.platform.sensor in reader.sensors
        raw = scene.reflectance is Reflectance.TOA
        assert scene.correction is (Correction.NONE if raw else Correction.AS_DELIVERED)
        assert scene.grade is Grade.GENERAL_1
        assert scene.licence
        assert scene.attribution
        assert not set(scene.missing) & set(scene.assets)


@every
def test_scenes_are_calibrated(reader: Reader, scenes: Path, synthetic: Path) -> None:
    for scene in opened(reader, scenes, synthetic):
        for band, asset in scene.assets.items():
            assert 0 < asset.scale < 1, (scene.id, band)
            kelvin = band in (Band.THERMAL, Band.THERMAL_UNCERTAINTY)
            assert (0 <= asset.offset < 200) if kelvin else (-1 < asset.offset <= 0), (scene.id, band)
            assert asset.nodata, (scene.id, band)
            assert asset.index >= 1
            assert Path(split_href(asset.href)[0]).is_file()
            assert (asset.rival_offset is None) == (asset.rival_source == "")


@every
def test_flag_rules_can_match_and_keep_to_what_is_known(reader: Reader, scenes: Path, synthetic: Path) -> None:
    for scene in opened(reader, scenes, synthetic):
        assert scene.cloud_state_known or not scene.quality
        for source in scene.quality:
            assert source.rules
            for rule in source.rules:
                assert rule.value & ~rule.mask == 0
                assert not rule.bits & ~(source.knows | Quality.UNSURE)


@every
def test_opening_twice_gives_equal_scenes(reader: Reader, scenes: Path, synthetic: Path) -> None:
    assert opened(reader, scenes, synthetic) == opened(reader, scenes, synthetic)


@every
def test_what_is_none_is_not_matched(reader: Reader, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing")
    (tmp_path / "empty.json").write_text("{}")
    for path in (tmp_path, tmp_path / "notes.txt", tmp_path / "empty.json", tmp_path / "not_there"):
        assert reader.matches(str(path)) is False
    save_item(tmp_path, {"stac_version": "0.9.0"})
    assert reader.matches(str(tmp_path)) is False
