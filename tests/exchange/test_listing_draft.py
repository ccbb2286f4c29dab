"""Drafts as files: same state same bytes, refusals, and nothing that a person wrote is lost."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from rs.catalog.layout import Layout
from rs.catalog.register import Action, Fact
from rs.catalog.verify import verify
from rs.errors import BadInput, CheckFailed, Conflict, OutputError, RsError, UnknownName, UsageError
from rs.exchange.listing import version_of, write_draft
from rs.exchange.published import published
from rs.exchange.schema import check_listing
from rs.products import product

Amend = Callable[[Path, str, Callable[[dict[str, Any]], None]], None]


def withdraw(site: Path, name: str, entry: int) -> None:
    register = Layout(site).open_register()
    fact = next(e for e in register.read() if e.number == entry).fact
    assert fact.product == name
    register.commit(Fact(Action.WITHDRAW, fact.slot, fact.key, name, fact.item, "", supersedes=fact.item))


def index_up_to(site: Path, position: int) -> None:
    path = Layout(site).catalog
    path.write_text(json.dumps({**json.loads(path.read_bytes()), "rs:log_position": position}))


def test_the_default_place_bears_the_digest(site: Path) -> None:
    path, body = write_draft(site, "turbidity", None)
    assert path == site / "listings" / "turbidity" / f"{body['version']}.json"
    assert json.loads(path.read_bytes()) == body
    assert body["version"] == version_of(body)
    check_listing(body, "draft")


def test_the_same_register_gives_the_same_bytes(site: Path, published_site: Path, tmp_path: Path) -> None:
    first, _ = write_draft(site, "turbidity", None)
    before = first.read_bytes(), first.stat().st_mtime_ns
    again, _ = write_draft(site, "turbidity", None)
    assert again == first
    assert (again.read_bytes(), again.stat().st_mtime_ns) == before
    other, _ = write_draft(published_site, "turbidity", tmp_path / "elsewhere" / "draft.json")
    assert other.read_bytes() == first.read_bytes()


def test_news_of_another_product_changes_nothing(site: Path) -> None:
    first, _ = write_draft(site, "turbidity", None)
    withdraw(site, "water_extent", 6)
    assert write_draft(site, "turbidity", None)[0] == first


def test_news_of_the_product_is_a_new_draft(site: Path) -> None:
    first, before = write_draft(site, "turbidity", None)
    withdraw(site, "turbidity", 5)
    index_up_to(site, 7)
    second, after = write_draft(site, "turbidity", None)
    assert second != first and first.exists()
    assert (before["quality"]["items"], after["quality"]["items"]) == (2, 1)
    assert after["provenance"]["position"] == 7
    assert [row["entry"] for row in after["provenance"]["items"]] == [2]


def test_an_edited_draft_is_not_overwritten(site: Path) -> None:
    path, body = write_draft(site, "turbidity", None)
    edited = json.dumps({**body, "contact": {"name": "Sea office", "email": "sea@example.org"}})
    path.write_text(edited)
    with pytest.raises(Conflict, match=r"nothing was overwritten.*--out"):
        write_draft(site, "turbidity", None)
    assert path.read_text() == edited


def test_a_file_of_ones_own_is_not_overwritten(site: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.json"
    mine.write_text("{}")
    with pytest.raises(Conflict):
        write_draft(site, "turbidity", mine)
    assert mine.read_text() == "{}"
    with pytest.raises(RsError):
        write_draft(site, "turbidity", tmp_path)


def test_a_place_that_cannot_be_a_folder(site: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        write_draft(site, "turbidity", tmp_path / "file" / "draft.json")


def test_drafts_do_not_disturb_verification(site: Path) -> None:
    write_draft(site, "turbidity", None)
    found = verify(site)
    assert found.ok and not found.findings


def test_an_unknown_product_names_the_known_ones(site: Path) -> None:
    with pytest.raises(UnknownName, match=r"Did you mean turbidity\?.*ndvi"):
        write_draft(site, "turbidty", None)


@pytest.mark.parametrize("where", ["", "nowhere"])
def test_a_folder_without_a_register(tmp_path: Path, where: str) -> None:
    with pytest.raises(UsageError, match="nothing of turbidity is published there"):
        write_draft(tmp_path / where, "turbidity", None)
    assert not list(tmp_path.rglob("*"))


def test_a_product_that_is_not_published_there(site: Path) -> None:
    with pytest.raises(UsageError, match="nothing of water_colour is published there"):
        write_draft(site, "water_colour", None)


def test_a_product_that_was_withdrawn(site: Path) -> None:
    withdraw(site, "turbidity", 2)
    withdraw(site, "turbidity", 5)
    with pytest.raises(UsageError, match="nothing of turbidity is published there"):
        write_draft(site, "turbidity", None)


def test_an_index_behind_the_register(site: Path) -> None:
    index_up_to(site, 4)
    with pytest.raises(UsageError, match="the index is at register entry 4, turbidity at 5"):
        write_draft(site, "turbidity", None)


@pytest.mark.parametrize("body", [None, b"{", b"{}"])
def test_a_broken_collection(site: Path, body: bytes | None) -> None:
    path = Layout(site).collection("turbidity")
    path.unlink()
    if body is not None:
        path.write_bytes(body)
    with pytest.raises((UsageError, CheckFailed), match="collection"):
        write_draft(site, "turbidity", None)


def test_a_missing_index(site: Path) -> None:
    shutil.rmtree(site / "index")
    with pytest.raises(UsageError, match="rebuilds the index"):
        write_draft(site, "turbidity", None)


def test_a_changed_item(site: Path) -> None:
    path = next((site / "items" / "turbidity").glob("*landsat*"))
    path.write_text(path.read_text().replace("general-1", "general-4"))
    with pytest.raises(CheckFailed, match=r"is not the item of register entry 5\. Run rs verify"):
        write_draft(site, "turbidity", None)
    path.unlink()
    with pytest.raises(CheckFailed, match="missing"):
        write_draft(site, "turbidity", None)
    assert not (site / "listings").exists()


def test_a_damaged_picture(site: Path) -> None:
    path = site / write_draft(site, "turbidity", None)[1]["preview"]["path"]
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(CheckFailed, match=r"quicklook.*damaged"):
        write_draft(site, "turbidity", None)


def test_a_damaged_register(site: Path) -> None:
    next((site / "register").rglob("000002.json")).write_text("{")
    shutil.rmtree(site / "cache")
    with pytest.raises(BadInput, match="not a register entry"):
        write_draft(site, "turbidity", None)


def test_the_strictest_grade_wins(site: Path, amend: Amend) -> None:
    def stricter(item: dict[str, Any]) -> None:
        if "landsat" in item["id"]:
            item["properties"]["rs:grade"] = "important"

    amend(site, "turbidity", stricter)
    body = write_draft(site, "turbidity", None)[1]
    assert body["grade"] == "important"
    assert [row["grade"] for row in body["provenance"]["items"]] == ["general-1", "important"]


def test_the_open_mode_is_that_of_the_collection_and_closed_without_one(site: Path) -> None:
    path = Layout(site).collection("turbidity")
    body = json.loads(path.read_bytes())
    path.write_text(json.dumps({**body, "rs:open_mode": "directed"}))
    draft = write_draft(site, "turbidity", None)[1]
    assert draft["open_mode"] == "directed"
    assert {row["open_mode"] for row in draft["provenance"]["items"]} == {"closed"}
    del body["rs:open_mode"]
    path.write_text(json.dumps(body))
    assert write_draft(site, "turbidity", None)[1]["open_mode"] == "closed"


def test_only_the_installed_version_is_offered(site: Path, amend: Amend) -> None:
    def older(item: dict[str, Any]) -> None:
        if "landsat" in item["id"]:
            item["properties"]["version"] = "0.9.0"

    amend(site, "turbidity", older)
    body = write_draft(site, "turbidity", None)[1]
    assert body["what"]["platforms"] == {"sentinel-2": 1}
    assert [row["product_version"] for row in body["provenance"]["left_out"]] == ["0.9.0"]
    amend(site, "turbidity", lambda item: item["properties"].update(version="0.9.0"))
    with pytest.raises(UsageError, match=r"no live item of turbidity is of version 1\.0\.0"):
        write_draft(site, "turbidity", None)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda i: i["properties"].update({"rs:themes": ["urban"]}), "rs:themes"),
        (lambda i: i["assets"]["turbidity"]["bands"][0].update({"raster:scale": 0.1}), "turbidity/raster:scale is 0.1"),
        (lambda i: i["assets"]["turbidity"]["bands"][0].update(unit="NTU"), "turbidity/unit is 'NTU'"),
        (lambda i: i["properties"].pop("rs:recipe"), "lacks 'rs:recipe'"),
        (lambda i: i["properties"].pop("version"), "lacks 'version'"),
        (lambda i: i["assets"].pop("quicklook"), "lacks 'quicklook'"),
    ],
)
def test_an_item_that_says_other_things(
    site: Path, amend: Amend, change: Callable[[dict[str, Any]], None], says: str
) -> None:
    amend(site, "turbidity", change)
    with pytest.raises(CheckFailed, match=says):
        write_draft(site, "turbidity", None)


def test_published_reads_the_items_by_slot(published_site: Path) -> None:
    found = published(published_site, product("ndvi"))
    slots = [one.entry.fact.slot for one in found.items]
    assert slots == sorted(slots) and len(slots) == 2 and found.left_out == ()


def test_the_command(site: Path) -> None:
    from rs.cli.main import app

    runner = CliRunner()
    told = runner.invoke(app, ["listing", "new", "ndvi", "--site", str(site)])
    assert told.exit_code == 0
    assert "ndvi-1.0.0" in told.output and "/price_plans" in told.output
    printed = runner.invoke(app, ["listing", "new", "ndvi", "--site", str(site), "--json"])
    assert json.loads(printed.output) == json.loads(next((site / "listings" / "ndvi").iterdir()).read_bytes())
