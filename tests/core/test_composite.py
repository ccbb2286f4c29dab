"""Composites: what their digest covers, what a product must declare, what a period says of its scenes."""

from __future__ import annotations

import importlib
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rs.core.bands import Band, Quality
from rs.core.composite import Composite
from rs.core.grid import Shape
from rs.core.period import Period
from rs.core.product import Layer, Product
from rs.core.scene import Correction, Grade, Platform, Reflectance, Scene, TimeSpan
from rs.core.slot import slot_of_period
from rs.products import product

MEDIAN = product("median")
SOURCE = '''"""A module with a method."""

from rs.algorithms import temporal

SHARE = 0.5


def helper(cube):
    """Helps."""
    return cube * SHARE


def method(cube):
    """A method."""
    return helper(cube), temporal.network(3)
'''


def digest_of(folder: Path, text: str) -> str:
    """Digest of the method of a module with this source."""
    (folder / "made_method.py").write_text(text)
    sys.modules.pop("made_method", None)
    importlib.invalidate_caches()
    try:
        module = importlib.import_module("made_method")
        return Composite(module.method, "made", "Made", (Band.RED,)).digest
    finally:
        sys.modules.pop("made_method", None)


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ('"""Helps."""', '"""Helps well."""', True),
        ("# none", "# a comment", True),
        ("cube * SHARE", "cube + SHARE", False),
        ("SHARE = 0.5", "SHARE = 0.25", False),
        ("network(3)", "network(4)", False),
    ],
)
def test_the_digest_covers_what_the_method_uses(
    old: str, new: str, same: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert (digest_of(tmp_path, SOURCE.replace(old, new)) == digest_of(tmp_path, SOURCE)) is same


def test_products_of_one_part_have_digests_of_their_own() -> None:
    assert len({MEDIAN.digest, product("geomedian").digest}) == 2
    assert MEDIAN.digest == product("median").digest and MEDIAN.candidates == ()


def broken(**changes: object) -> Product:
    """The median with some fields changed."""
    return replace(MEDIAN, **changes)  # type: ignore[arg-type]


def test_a_composite_declares_bands_first_and_masks_nothing_else() -> None:
    count, bands = MEDIAN.layers[-1], MEDIAN.layers[:-1]
    narrow = broken(layers=(bands[2], count))
    assert narrow.main.name == "red"
    other = replace(bands[0], dtype="uint16", nodata=65535, valid=(0.0, 3.2))
    for changes, told in (
        ({"layers": (count, *bands)}, "its first layers are its bands"),
        ({"layers": (count,)}, "its first layers are its bands"),
        ({"layers": (other, count)}, "layers of bands are int16"),
        ({"require": Quality.WATER}, "rejects what is not clear, and nothing else"),
        ({"composite": None}, "a recipe or a composite"),
        ({"recipes": product("ndvi").recipes}, "a recipe or a composite"),
    ):
        with pytest.raises(ValueError, match=told):
            broken(**changes)


def scene_at(name: str, hours: float = 0.0, **stated: object) -> Scene:
    """A scene of a time, of no file."""
    when = datetime(2024, 5, 1, tzinfo=UTC) + timedelta(hours=hours)
    fields = {
        "platform": Platform("sentinel-2a", "sentinel-2"), "reflectance": Reflectance.SURFACE,
        "correction": Correction.AS_DELIVERED, "assets": {}, "footprint": {}, "licence": "CC-BY-4.0",
        "licence_url": "https://a.example/terms", "attribution": "A", "tile": "33TWM", **stated,
    }  # fmt: skip
    return Scene(name, f"/scenes/{name}", time=TimeSpan.at(when), **fields)  # type: ignore[arg-type]


@given(st.permutations(range(5)))
def test_the_order_of_scenes_does_not_matter(order: list[int]) -> None:
    scenes = [scene_at("b"), scene_at("a"), scene_at("c", -5), scene_at("d", 30), scene_at("e", 9)]
    period, grid = Period(tuple(scenes[k] for k in order)), grid_of_one()
    assert [scene.id for scene in period.scenes] == ["c", "a", "b", "e", "d"]
    assert period.id == Period(tuple(scenes)).id and period.id.startswith("20240430-20240502_")
    assert slot_of_period("median", period, grid) == slot_of_period("median", Period(tuple(scenes)), grid)
    assert slot_of_period("median", period, grid).endswith("_33TWM")
    assert period.time == TimeSpan(scenes[2].time.start, scenes[3].time.end)


def grid_of_one() -> object:
    """A grid of one pixel."""
    from rs.core.grid import Grid, Transform

    return Grid("EPSG:32633", Transform(10.0, 0.0, 0.0, 0.0, -10.0, 0.0), Shape(1, 1))


def test_what_scenes_agree_on_holds_for_the_period() -> None:
    one = scene_at("a", properties={"constellation": "sentinel-2", "grid:code": "MGRS-33TWM", "orbit": 1})
    two = scene_at(
        "b", 1, properties={"constellation": "sentinel-2", "grid:code": "MGRS-33TWM", "orbit": 2}, tile="33TWN",
        platform=Platform("sentinel-2b", "sentinel-2"), licence="other", licence_url="", attribution="B",
        grade=Grade.IMPORTANT, notes=("settled",), baseline="05.10",
    )  # fmt: skip
    both = Period((two, one))
    assert both.platform.name == "sentinel-2a,sentinel-2b" and both.platform.sensor == "sentinel-2"
    assert both.properties == {"constellation": "sentinel-2", "grid:code": "MGRS-33TWM"}
    assert Period((one, two), own_grid=False).properties == {"constellation": "sentinel-2"}
    assert (both.tile, both.licence, both.licence_url, both.attribution) == ("", "other", "", "A; B")
    assert (both.grade, both.baseline, both.notes) == (Grade.IMPORTANT, "05.10", ("b: settled",))
    assert Period((one,)).tile == "33TWM" and Period((one,), own_grid=False).tile == ""
    assert slot_of_period("median", both, grid_of_one()).split("_")[-1].startswith("grid-")  # type: ignore[arg-type]


def test_one_datatake_of_one_platform_is_one_acquisition() -> None:
    other = Platform("sentinel-2b", "sentinel-2")
    scenes = (
        scene_at("a", datatake="t1"), scene_at("b", datatake="t1"), scene_at("c", datatake="t1", platform=other),
        scene_at("d", datatake="t2"), scene_at("e"), scene_at("f"),
    )  # fmt: skip
    assert [[s.id for s in date] for date in Period(scenes).acquisitions] == [["a", "b"], ["c"], ["d"], ["e"], ["f"]]


def test_a_period_needs_a_scene() -> None:
    with pytest.raises(ValueError, match="needs a scene"):
        Period(())
    assert isinstance(MEDIAN.layers[0], Layer)
