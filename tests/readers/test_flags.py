"""Sensor flags become quality bits as the published vectors say: QA_PIXEL of Landsat, SCL of Sentinel-2."""

from __future__ import annotations

import numpy as np
import pytest
from vectors import Vector, vectors

from rs.core.bands import NOT_CLEAR, Quality
from rs.core.grid import Grid, Shape, Transform
from rs.core.scene import Asset, FlagRule, QualitySource
from rs.pipeline.flags import translate
from rs.readers._landsat import QA_KNOWS, QA_PIXEL
from rs.readers._sentinel2 import SCENE_CLASSIFICATION, SCL_KNOWS

GRID = Grid("EPSG:32633", Transform(20.0, 0.0, 0.0, 0.0, -20.0, 0.0), Shape(1, 1))
FIELDS = {
    "fill": Quality.NODATA, "cirrus": Quality.CIRRUS, "cloud_shadow": Quality.CLOUD_SHADOW,
    "snow": Quality.SNOW, "water": Quality.WATER,
}  # fmt: skip


def bits_of(rules: tuple[FlagRule, ...], knows: Quality, count: int, dtype: str) -> Quality:
    """Quality bits of one count."""
    source = QualitySource(Asset("flags", "flags.tif", 1, GRID, dtype), rules, knows)
    return Quality(int(translate(source, np.array([[count]], dtype))[0, 0]))


def qa(count: int) -> Quality:
    return bits_of(QA_PIXEL, QA_KNOWS, count, "uint16")


def scl(count: int) -> Quality:
    return bits_of(SCENE_CLASSIFICATION, SCL_KNOWS, count, "uint8")


@pytest.mark.parametrize("vector", vectors("qa_pixel"), ids=str)
def test_qa_pixel(vector: Vector) -> None:
    bits, expected = qa(vector.inputs["QA_PIXEL"]), vector.expected
    for field, bit in FIELDS.items():
        assert bool(bits & bit) == bool(expected[field]), field
    assert bool(bits & Quality.CLOUD) == bool(expected["cloud"] or expected["dilated_cloud"])
    assert bool(bits & Quality.LAND) == (bits == Quality.LAND)


def test_qa_pixel_clear_land_and_clear_water() -> None:
    assert qa(21824) == Quality.LAND
    assert qa(21952) == Quality.WATER
    assert not (qa(21824) | qa(21952)) & NOT_CLEAR
    assert qa(55052) & (Quality.CLOUD | Quality.CIRRUS) == Quality.CLOUD | Quality.CIRRUS
    assert qa(1 << 1) == Quality.CLOUD


@pytest.mark.parametrize("vector", vectors("scl_clear"), ids=str)
def test_scl(vector: Vector) -> None:
    for value, land, water in zip(
        vector.inputs["SCL"], vector.expected["land_clear"], vector.expected["water_clear"], strict=True
    ):
        bits = scl(value)
        clear = not bits & NOT_CLEAR
        assert (clear and bool(bits & Quality.LAND)) == bool(land), value
        assert (clear and bool(bits & Quality.WATER)) == bool(water), value


@pytest.mark.parametrize("value", [7, 12, 99, 255])
def test_classes_without_meaning_are_unsure(value: int) -> None:
    assert scl(value) == Quality.UNSURE


@pytest.mark.parametrize("count", range(0, 65536, 977))
def test_flags_set_only_what_the_source_knows(count: int) -> None:
    assert not qa(count) & ~QA_KNOWS
    assert not scl(count % 256) & ~(SCL_KNOWS | Quality.UNSURE)


def test_a_no_data_count_and_what_is_not_finite_are_no_data() -> None:
    asset = Asset("SCL", "x.tif", 1, GRID, "float32", nodata=(4.0,))
    source = QualitySource(asset, SCENE_CLASSIFICATION, SCL_KNOWS)
    found = translate(source, np.array([[4.0, 5.0, np.nan]], np.float32))
    assert found.tolist() == [[Quality.NODATA, Quality.LAND, Quality.NODATA]]
