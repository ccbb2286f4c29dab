"""Bad input through the command line: one paragraph, the right code, nothing half-written, a clean catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.catalog.sample import PRODUCTS
from tests.cli.command import Done, rs
from tests.faults.bad_scenes import ALPS, FAULTS, Fault
from tests.faults.wholeness import assert_whole
from tests.operate.sites import RIVER

from rs.catalog.layout import Layout

pytestmark = pytest.mark.faults

GOOD = "S2_parana_20231212"
CLOUDED = "LC08_L2SP_001062_20201031_20201106_02_T2"


def assert_told(done: Done, fault: Fault, scene: Path) -> None:
    """One paragraph names the place, the file, the reason and the remedy."""
    told = [line.strip() for line in done.text.splitlines() if fault.reason in line]
    assert len(told) == 1, done.text
    assert f"{scene}" in told[0] and fault.file in told[0]
    assert fault.remedy in told[0].split(fault.reason)[1]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_alone(fault: Fault, scenes: Path, tmp_path: Path) -> None:
    scene, out = fault.make(scenes, tmp_path), tmp_path / "out"
    done = rs("produce", "ndvi", scene, "-o", out)
    assert done.code == 1, done.text
    assert "Nothing was made." in done.out
    assert_told(done, fault, scene)
    assert_whole(out, 0)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_beside_a_good_scene(fault: Fault, scenes: Path, tmp_path: Path) -> None:
    scene, out = fault.make(scenes, tmp_path), tmp_path / "out"
    done = rs("produce", "ndvi", scene, scenes / GOOD, "-o", out)
    assert done.code == 3, done.text
    assert_told(done, fault, scene)
    (entry,) = Layout(out).open_register().read()
    assert entry.fact.slot == f"ndvi_{GOOD}"
    assert_whole(out, 1)


def test_a_missing_band_is_named(scenes: Path, tmp_path: Path) -> None:
    """The only product asked for needs it: nothing can be done."""
    scene = Fault("", ALPS, lambda folder: (folder / "B08.tif").unlink(), "", "", "").make(scenes, tmp_path)
    done = rs("produce", "ndvi", scene, "-o", tmp_path / "out")
    assert done.code == 1, done.text
    assert "Failed:" in done.out and ALPS in done.out and "B08.tif is listed and not in the folder" in done.out
    assert_whole(tmp_path / "out", 0)


def test_a_scene_without_a_clear_pixel_is_skipped_with_its_reason(scenes: Path, tmp_path: Path) -> None:
    """Nothing is wrong: code 0, no item, no empty product."""
    done = rs("produce", PRODUCTS, scenes / CLOUDED, "-o", tmp_path)
    assert done.code == 0, done.text
    assert "Failed:" not in done.out
    reasons = done.out.split("Not made:\n")[1].split("\nCatalogue")[0].splitlines()
    assert len(reasons) == 4
    assert all("no clear pixel among" in reason and "cloud)" in reason for reason in reasons)
    assert not (tmp_path / "data").exists() and not (tmp_path / "items").exists()
    assert_whole(tmp_path, 0)


def test_an_item_with_other_content_is_a_conflict(undisturbed: Path, scenes: Path, tmp_path: Path) -> None:
    """An item under the name that is due, changed and in no register: it stays, the rest is done."""
    (item,) = (undisturbed / "items" / "ndvi").iterdir()
    stands = tmp_path / "items" / "ndvi" / item.name
    stands.parent.mkdir(parents=True)
    stands.write_text(item.read_text(encoding="utf-8").replace("NDVI", "ndvi"), encoding="utf-8")
    before = stands.read_bytes()
    assert before != item.read_bytes()
    for products, code, published in (("ndvi", 1, 0), ("ndvi,water_extent", 3, 1)):
        done = rs("produce", products, scenes / RIVER, "-o", tmp_path)
        assert done.code == code, done.text
        (told,) = [line for line in done.text.splitlines() if "stands there already with other content" in line]
        assert str(stands) in told and "nothing was overwritten" in told and "run again" in told
        assert stands.read_bytes() == before
        assert_whole(tmp_path, published)


def test_an_unknown_product_is_a_matter_of_the_call(scenes: Path, tmp_path: Path) -> None:
    done = rs("produce", "ndvi,turbidty", scenes / RIVER, "-o", tmp_path / "out")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("rs: unknown product 'turbidty'. Did you mean turbidity? Known: turbidity, ")
    assert not (tmp_path / "out").exists()
