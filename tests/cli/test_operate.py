"""What operators ask and do: how a site stands, why, what is missing, replacing what is stale, calling back."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from tests.cli.command import rs, tree
from tests.operate.sites import RIVER, new_site, scene_copy

DAY = "2023-05-11"


def ask(*words: object, code: int = 0) -> Any:
    """A command's JSON."""
    done = rs(*words, "--json")
    assert done.code == code, (done.out, done.err)
    return json.loads(done.out)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, scenes: Path) -> Path:
    """A site after its first run: two products of one scene, and a folder that is no scene."""
    site = new_site(
        tmp_path_factory.mktemp("site") / "river", 'products = ["ndvi", "turbidity"]', 'timezone = "Asia/Shanghai"'
    )
    scene_copy(scenes, site / "inbox" / "first")
    (site / "inbox" / "junk").mkdir()
    (site / "inbox" / "junk" / "a.txt").write_text("x")
    assert rs("run", site).code == 3
    return site


@pytest.fixture
def site(made: Path, tmp_path: Path) -> Path:
    """A copy of it to be changed, in the same place: the ledger names paths of its inbox."""
    return Path(shutil.copytree(made, tmp_path / "river"))


def test_how_it_stands_and_what_is_missing(made: Path) -> None:
    cells = ask("status", made)
    assert [(cell["product"], cell["day"], cell["there"]) for cell in cells] == [
        ("ndvi", DAY, 1),
        ("turbidity", DAY, 1),
    ]
    assert not any(cell["failed"] or cell["waiting"] or cell["stale"] for cell in cells)
    found = ask("audit", made, code=3)
    assert (found["expected"], found["there"], found["explained"]) == (2, 2, 0)
    (gap,) = found["gaps"]
    assert gap["scene"] == "junk" and "is not a scene" in gap["reason"]
    assert gap["command"] == f"rs scene {made / 'inbox' / 'junk'}"
    text = rs("status", made).out
    assert DAY in text and "turbidity" in text


def test_why_names_the_item_the_gap_or_the_day_without_a_scene(made: Path) -> None:
    (there,) = ask("why", made, "ndvi", DAY)
    assert there["state"] == "visible" and there["sentence"].startswith(f"ndvi of {RIVER} is there: item ndvi_{RIVER}_")
    first, second = ask("why", made, "ndvi", "2023-05-12")
    assert first["sentence"] == f"No scene of 2023-05-12 came: the last before is of {DAY}."
    assert "was refused, and may be of that day" in second["sentence"]
    (other,) = ask("why", made, "nbr", DAY)
    assert other["sentence"] == "The site does not make nbr; site.toml names ndvi, turbidity."
    assert rs("why", made, "ndvi", DAY, "--tile", "T50QKK").out.startswith("No scene of tile T50QKK")


def test_a_product_that_was_added_is_missing_until_a_run_makes_it(site: Path) -> None:
    path = site / "site.toml"
    path.write_text(path.read_text().replace('"turbidity"]', '"turbidity", "water_extent"]'))
    gaps = [gap for gap in ask("audit", site, code=3)["gaps"] if gap["product"]]
    assert [(gap["product"], gap["command"]) for gap in gaps] == [("water_extent", f"rs run {site}")]
    rs("run", site)
    assert not [gap for gap in ask("audit", site, code=3)["gaps"] if gap["product"]]


def test_what_is_stale_is_replaced_when_it_is_asked_for(site: Path) -> None:
    path = site / "site.toml"
    path.write_text(path.read_text().replace('"turbidity"]', '"vegetation_cover"]'))
    ask("run", site, code=3)
    path.write_text(path.read_text() + "\n[parameters.vegetation_cover]\nsoil = 0.04\n")
    ask("run", site, code=3)
    (old,) = ask("stale", site)
    assert old["product"] == "vegetation_cover"
    assert "stale" in ask("why", site, "vegetation_cover", DAY)[0]["sentence"]
    assert ask("redo", site)["queued"] == [], "only what failed, unless --stale"
    assert ask("redo", site, "--stale", "--product", "ndvi")["queued"] == []
    assert ask("redo", site, "--stale")["queued"] == [old["slot"]]
    report = ask("run", site, code=3)
    assert [one["product"] for one in report["made"]] == ["vegetation_cover"] and report["made"][0]["item"] != old[
        "item"
    ]
    assert ask("stale", site) == []
    entries = ask("register", "read", site)
    assert [e["fact"]["action"] for e in entries] == ["publish", "publish", "publish", "supersede"]
    assert entries[-1]["fact"]["supersedes"] == old["item"]
    assert ask("verify", site)["ok"]
    (now,) = ask("why", site, "vegetation_cover", DAY)
    assert report["made"][0]["item"] in now["sentence"]
    # the queue is empty: the next run leaves it alone
    assert ask("run", site, code=3)["made"] == []


def test_a_recall_withdraws_what_was_made_of_the_scene_and_nothing_else(site: Path, scenes: Path) -> None:
    other = scene_copy(scenes, site / "inbox" / "second", "S2_parana_20231212")
    assert len(ask("run", site, code=3)["made"]) == 2
    done = ask("recall", site, RIVER, "--reason", "offsets were applied twice")
    assert [item.split("_S2")[0] for item in sorted(done["withdrawn"])] == ["ndvi", "turbidity"]
    assert all(RIVER in item for item in done["withdrawn"])
    assert ask("recall", site, RIVER, "--reason", "again")["withdrawn"] == []
    last = ask("register", "read", site)[-1]["fact"]
    assert last["action"] == "withdraw" and last["about"] == {"reason": "offsets were applied twice", "recalled": RIVER}
    assert ask("run", site, code=3)["made"] == [], "it is not made again of the same bytes"
    (told,) = ask("why", site, "ndvi", DAY)
    assert told["state"] == "withdrawn" and "offsets were applied twice" in told["sentence"]
    assert ask("verify", site)["ok"] and ask("audit", site, code=3)["explained"] == 2
    assert [c["there"] for c in ask("status", site) if c["day"] != DAY] == [1, 1] and other.is_dir()


def test_a_recalled_scene_that_comes_with_other_bytes_is_made_again(site: Path) -> None:
    ask("recall", site, RIVER, "--reason", "cut off")
    file = next((site / "inbox" / "first").glob("*.tif"))
    # other bytes, the same pixels: TIFF readers pass over what no offset names
    file.write_bytes(file.read_bytes() + b"\0" * 8)
    report = ask("run", site, code=3)
    assert [one["product"] for one in report["made"]] == ["ndvi", "turbidity"]
    assert ask("verify", site)["ok"]


def test_a_lost_ledger_is_filled_by_the_next_run(site: Path) -> None:
    before = ask("status", site)
    for file in site.glob("ledger.sqlite*"):
        file.unlink()
    assert ask("status", site) == []
    assert ask("run", site, code=3)["made"] == []
    assert ask("status", site) == before
    with sqlite3.connect(site / "ledger.sqlite") as db:
        assert db.execute("SELECT count(*) FROM slot WHERE item = ''").fetchone() == (0,)


def test_an_item_stays_where_todays_settings_cannot_make_it(site: Path) -> None:
    path = site / "site.toml"
    path.write_text(path.read_text().replace('"turbidity"]', '"turbidity:nechad2009_red"]'))
    ask("run", site, code=3)
    (told,) = ask("why", site, "turbidity", DAY)
    assert told["state"] == "visible" and "no coefficients for sentinel-2" in told["sentence"]


def test_what_the_register_refuses_is_told_where_the_ledger_was_lost(site: Path) -> None:
    ask("recall", site, RIVER, "--reason", "cut off")
    for file in site.glob("ledger.sqlite*"):
        file.unlink()
    assert ask("run", site, code=1)["made"] == [], "it was withdrawn: the same bytes do not come back"
    (told,) = ask("why", site, "ndvi", DAY)
    assert told["state"] == "failed" and "was withdrawn (cut off)" in told["sentence"]
    assert told["sentence"].count("ndvi of") == 1 and "ndvi: " not in told["sentence"]
    # called back once more, the scene is left alone from then on
    assert ask("recall", site, RIVER, "--reason", "cut off")["withdrawn"] == []
    assert [one["scene"] for one in ask("run", site, code=1)["skipped"]] == [RIVER, "junk"]


@pytest.mark.parametrize("address", ["nonsense", "oracle://user:secret@host/name"])
def test_an_address_that_names_no_database_is_a_usage_error(made: Path, address: str) -> None:
    for words in (["status", made], ["run", made, "--dry-run"]):
        done = rs(*words, RS_LEDGER=address)
        assert done.code == 2 and "names no database" in done.err and "secret" not in done.text


def test_words_that_mean_nothing_are_refused(made: Path) -> None:
    done = rs("recall", made, "nothing", "--reason", "x")
    assert done.code == 2 and f"Known: {RIVER}" in done.err
    done = rs("recall", made, RIVER, "--reason", " ")
    assert done.code == 2 and "needs a reason" in done.err


def test_a_new_site_runs_and_another_in_its_place_is_refused(tmp_path: Path, scenes: Path) -> None:
    site = tmp_path / "bay"
    assert rs("site", "new", site, "--products", "ndvi", "--timezone", "Asia/Shanghai").code == 0
    assert ask("site", "check", site)["products"] == ["ndvi"]
    scene_copy(scenes, site / "inbox" / "first")
    assert ask("run", site)["exit"] == 0 and ask("audit", site)["gaps"] == []
    again = rs("site", "new", site)
    assert again.code == 1 and "there is a site already" in again.err
    wrong = rs("site", "new", tmp_path / "other", "--timezone", "Asia/Zhuhai")
    assert wrong.code == 2 and "Asia/Zhuhai" in wrong.err and not (tmp_path / "other" / "site.toml").exists()
    wrong = rs("site", "new", tmp_path / "third", "--products", "ndvy")
    assert wrong.code == 2 and "ndvi" in wrong.err


def test_a_run_can_be_narrowed_and_looked_at_before(site: Path, scenes: Path) -> None:
    scene_copy(scenes, site / "inbox" / "second", "S2_parana_20231212")
    before = tree(site, "data", "items", "register", "scenes", "staging")
    seen = ask("run", site, "--dry-run")
    assert sorted(one["product"] for one in seen["make"]) == ["ndvi", "turbidity"]
    assert len(seen["standing"]) == 2 and [one["scene"] for one in seen["skipped"]] == ["junk"]
    assert tree(site, "data", "items", "register", "scenes", "staging") == before
    assert "2 would be made, 2 stand (0 stale), 1 not" in rs("run", site, "--dry-run").out
    assert ask("run", site, "--dry-run", "--since", "2023-12-13")["make"] == []
    report = ask("run", site, "--only", "turbidity", "--since", "2023-12-12", code=3)
    assert [(one["product"], one["scene"]) for one in report["made"]] == [("turbidity", "S2_parana_20231212")]
    assert report["standing"] == [], "the other scene was left alone"
    wrong = rs("run", site, "--only", "turbidty")
    assert wrong.code == 2 and "turbidity" in wrong.err
    wrong = rs("run", site, "--since", "yesterday")
    assert wrong.code == 2 and "is no day" in wrong.err
