"""Runs of a site: what is new is made, what stands stays, what fails is named and stops nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.command import tree
from tests.operate.sites import RIVER, new_site, same_observation, scene_copy

from rs.catalog.layout import Layout
from rs.catalog.verify import verify
from rs.core.result import SkipClass
from rs.operate.order import Options, order_of
from rs.operate.report import Report
from rs.operate.run import run
from rs.operate.site import read_site

TRUTH = ("data", "items", "register", "scenes")


CHECKPOINT = "register/resource/checkpoint"


def pass_over(site: Path, cache: Path) -> Report:
    """One pass over a site, as the command line makes it."""
    report = run(order_of(read_site(site), Options(cache=cache)))
    assert list((site / "staging").iterdir()) == []
    return report


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, scenes: Path) -> Path:
    """A site with one scene in its inbox."""
    made = new_site(tmp_path_factory.mktemp("site") / "river", 'products = ["ndvi"]')
    scene_copy(scenes, made / "inbox" / "first")
    return made


def test_the_second_run_makes_nothing_and_a_new_product_is_all_that_is_new(site: Path, kernel_cache: Path) -> None:
    first = pass_over(site, kernel_cache)
    assert [(m.product, m.scene, m.entry) for m in first.made] == [("ndvi", RIVER, 1)]
    assert first.exit == 0 and first.skipped == () and first.verification.ok
    before, index = tree(site, *TRUTH), tree(site, "index")
    assert set(index) == {"index/catalog.json", "index/index.html", "index/ndvi/collection.json"}

    second = pass_over(site, kernel_cache)
    assert second.made == () and second.exit == 0
    assert [(s.product, s.stale) for s in second.standing] == [("ndvi", False)]
    assert tree(site, *TRUTH) == before
    assert tree(site, "index") == index

    text = (site / "site.toml").read_text()
    (site / "site.toml").write_text(text.replace('["ndvi"]', '["ndvi", "water_extent"]'))
    third = pass_over(site, kernel_cache)
    assert [m.product for m in third.made] == ["water_extent"]
    assert [s.product for s in third.standing] == ["ndvi"]
    # the newest checkpoint is all that changes
    assert {name: body for name, body in before.items() if name != CHECKPOINT}.items() <= tree(site, *TRUTH).items()
    assert verify(site).findings == []

    file = site / third.made[0].file
    file.write_bytes(file.read_bytes()[:-1])
    damaged = pass_over(site, kernel_cache)
    assert damaged.exit == 3
    assert [Path(f.where).name for f in damaged.verification.findings] == [file.name]


def test_doubles_and_halves_are_named_and_stop_nothing_else(scenes: Path, tmp_path: Path, kernel_cache: Path) -> None:
    """Two scenes of one observation and one without its raster: the first is published, the others are named."""
    site = new_site(tmp_path, 'products = ["ndvi"]', 'open_mode = "directed"', 'grade = "general-2"')
    for name in ("scene_2", "scene_1"):
        same_observation(scene_copy(scenes, site / "inbox" / name), name)
    half = scene_copy(scenes, site / "inbox" / "third")
    (half / "20230511.tif").unlink()
    report = pass_over(site, kernel_cache)

    assert report.exit == 3
    (made,) = report.made
    assert (made.scene, made.slot) == ("scene_1", "ndvi_sentinel-2_20230511T134711_21JVH")
    double, missing = sorted(report.failures, key=lambda s: s.kind)[::-1]
    assert (double.scene, double.kind) == ("scene_2", SkipClass.CONFLICT)
    assert "is the same observation as" in double.reason
    assert str(site / "inbox" / "scene_1") in double.reason and "scene_2" in double.reason
    assert (missing.scene, missing.kind) == ("third", SkipClass.BAD_INPUT)
    assert str(half) in missing.reason and "none of its bands is held" in missing.reason
    assert sorted(p.name for p in (site / "scenes").glob("*.json")) == ["scene_1.json", "scene_2.json"]

    (entry,) = Layout(site).open_register().read()
    item = Layout(site).item("ndvi", entry.fact.item).read_text(encoding="utf-8")
    assert '"rs:open_mode": "directed"' in item and '"rs:grade": "general-2"' in item
    assert verify(site).findings == []


def test_a_large_catalogue_is_verified_where_it_is_new(
    tmp_path: Path, scenes: Path, kernel_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = new_site(tmp_path / "river", 'products = ["ndvi"]')
    scene_copy(scenes, site / "inbox" / "first")
    assert pass_over(site, kernel_cache).verification.whole
    monkeypatch.setattr("rs.operate.run.MOST_LOOKED_AT", 0)
    (site / "site.toml").write_text('name = "river"\nproducts = ["ndvi", "water_extent"]')
    (old,) = site.glob("data/ndvi/*/ndvi.*.tif")
    old.write_bytes(b"damaged long ago")
    report = pass_over(site, kernel_cache)
    assert (report.verification.whole, report.verification.entries, report.verification.ok) == (False, 1, True)
    assert not verify(site).ok, "which is for rs verify to find"
    assert pass_over(site, kernel_cache).verification.entries == 0
