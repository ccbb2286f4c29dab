"""Every command with --json prints one JSON document and nothing else, also when it fails."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.catalog.small import signed_site
from tests.cli.command import rs
from tests.operate.sites import RIVER, new_site, scene_copy

from rs.cli.main import commands
from rs.products import products

CALLS: dict[str, list[str]] = {
    "rs demo": ["demo", "--out", "SITE"],
    "rs doctor": ["doctor"],
    "rs sensors": ["sensors"],
    "rs products": ["products"],
    "rs scene": ["scene", "SCENE"],
    "rs produce": ["produce", "ndvi", "SCENE", "-o", "OUT"],
    "rs run": ["run", "SITE"],
    "rs verify": ["verify", "SAMPLE"],
    "rs validate": ["validate", "turbidity", "--matchups", "MATCHUPS"],
    "rs listing new": ["listing", "new", "turbidity", "--site", "SAMPLE", "-o", "OUT"],
    "rs repair": ["repair", "SIGNED"],
    "rs gc": ["gc", "SIGNED"],
    "rs trust init": ["trust", "init", "OUT"],
    "rs trust rotate": ["trust", "rotate", "SIGNED"],
    "rs trust revoke": ["trust", "revoke", "SIGNED", "KEY", "--since", "2026-01-01T00:00:00Z"],
    "rs trust keys": ["trust", "keys", "SIGNED"],
    "rs trust cosign": ["trust", "cosign", "CHECKPOINT", "--keys", "SIGNED", "--trust", "KEYS"],
    "rs status": ["status", "KNOWN"],
    "rs why": ["why", "KNOWN", "ndvi", "2023-05-11"],
    "rs audit": ["audit", "KNOWN"],
    "rs stale": ["stale", "KNOWN"],
    "rs redo": ["redo", "KNOWN"],
    "rs recall": ["recall", "KNOWN", RIVER, "--reason", "a test"],
    "rs site new": ["site", "new", "OUT"],
    "rs site check": ["site", "check", "SITE"],
    "rs register read": ["register", "read", "SIGNED"],
    "rs register head": ["register", "head", "SIGNED"],
    "rs register proof": ["register", "proof", "SIGNED", "ITEM"],
    "rs register resume": ["register", "resume", "RESTORED", "--known", "CHECKPOINT"],
}
SHOWS: dict[str, list[str]] = {
    "rs demo": ["root", "exit", "made", "standing", "skipped", "verification"],
    "rs doctor": ["ok", "versions", "checks", "limits", "settings"],
    "rs produce": ["root", "exit", "made", "standing", "skipped", "verification"],
    "rs run": ["root", "exit", "made", "standing", "skipped", "verification"],
    "rs verify": ["ok", "entries", "items", "files", "bytes", "findings"],
    "rs validate": ["product", "line", "rows", "scores", "matchups_sha256"],
    "rs listing new": ["id", "version"],
    "rs repair": ["mended", "left"],
    "rs gc": ["bytes", "removed", "found"],
    "rs trust cosign": ["origin", "entries", "seen", "witness"],
    "rs audit": ["expected", "there", "explained", "gaps"],
    "rs redo": ["queued"],
    "rs recall": ["scene", "withdrawn", "late"],
    "rs site new": ["site", "written"],
    "rs site check": ["name", "products", "timezone", "sources", "open_mode", "grade"],
    "rs register head": ["epoch", "entries", "root", "signed", "origin"],
    "rs register proof": ["item", "entry", "leaf", "size", "inclusion", "checkpoint"],
    "rs register resume": ["epoch", "known", "held", "lost", "items"],
}


def document(words: list[str], places: Mapping[str, object]) -> Any:
    """The document of a call that succeeds."""
    done = rs(*[places.get(word, word) for word in words], "--json")
    assert done.code == 0, done.text
    return done.document()


def test_every_command_is_tried_here() -> None:
    assert {row["command"] for row in commands()} == set(CALLS)


def matchups(folder: Path) -> Path:
    """Three spectra with a turbidity that the product gets about right."""
    path = folder / "matchups.csv"
    path.write_text(
        "observed,unit,platform,rho_w_red,rho_w_nir08\n8.4,FNU,sentinel-2a,0.03,0.005\n"
        "45,FNU,sentinel-2a,0.06,0.02\n2.3,FNU,sentinel-2a,0.01,0.002\n"
    )
    return path


def signed_places(folder: Path) -> dict[str, object]:
    """A signed site, one of its items, its key, its checkpoint, and a backup that lacks the last entry."""
    signed = signed_site(folder / "signed", 1)
    restored = shutil.copytree(signed.root, folder / "restored")
    item = signed.publish("more").fact.item
    signed.sign()
    return {"SIGNED": signed.root, "ITEM": item, "KEY": signed.ring.newest.keyid, "KEYS": signed.layout.keys,
            "CHECKPOINT": signed.checkpoint,
            "RESTORED": restored}  # fmt: skip


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory, scenes: Path) -> Path:
    """A site after its first run."""
    made = new_site(tmp_path_factory.mktemp("known") / "river", 'products = ["ndvi"]')
    scene_copy(scenes, made / "inbox" / "first")
    assert rs("run", made).code == 0
    return made


@pytest.mark.parametrize("name", sorted(set(CALLS) - {"rs demo"}))
def test_one_document(name: str, site: Path, known: Path, scenes: Path, sample: Path, tmp_path: Path) -> None:
    places = {"SITE": site, "KNOWN": shutil.copytree(known, tmp_path / "known"), "SCENE": scenes / RIVER,
              "SAMPLE": sample, "OUT": tmp_path / "out", "MATCHUPS": matchups(tmp_path),
              **signed_places(tmp_path)}  # fmt: skip
    body = document(CALLS[name], places)
    assert (body or name == "rs stale") and set(SHOWS.get(name, [])) <= set(body if isinstance(body, dict) else ())


@pytest.mark.services
def test_one_document_of_the_demo(site: Path) -> None:
    """The flow, over a site of one scene: its server and its logs print nothing between."""
    body = document(CALLS["rs demo"], {"SITE": site})
    assert set(SHOWS["rs demo"]) <= set(body) and len(body["made"]) == 1


def one(words: list[object], code: int) -> Any:
    """The document of a call that ends with this code."""
    done = rs(*words, "--json")
    assert done.code == code, done.text
    return done.document()


def test_a_product_in_full_is_its_collection() -> None:
    body = one(["products", "ndvi"], 0)
    assert (body["type"], body["id"]) == ("Collection", "ndvi")


def test_products_are_rows() -> None:
    assert [row["name"] for row in one(["products"], 0)] == list(products())


def test_a_scene_is_told_whole_and_a_bad_one_beside_it(scenes: Path, tmp_path: Path) -> None:
    good, bad = one(["scene", scenes / RIVER, tmp_path / "absent"], 3)
    assert good["id"] == RIVER and {band["band"] for band in good["bands"]} >= {"red", "nir", "swir22"}
    assert all(len(band["sha256"]) == 12 for band in good["bands"])
    told = {p["product"]: p["possible"] for p in good["products"]}
    # no band of Sentinel-2 is thermal
    assert told == {name: name != "surface_temperature" for name in products()}
    assert bad["path"] == str(tmp_path / "absent")
    assert set(bad["detail"]) == {"error", "what", "where", "remedy"} and bad["detail"]["error"] == "NotAScene"


@pytest.mark.parametrize(
    ("words", "code", "kind"),
    [
        (["products", "nvdi"], 2, "UnknownName"),
        (["produce", "nvdi", "SCENE", "-o", "OUT"], 2, "UnknownName"),
        (["produce", ",", "SCENE", "-o", "OUT"], 2, "UsageError"),
        (["run", "OUT"], 2, "UsageError"),
        (["verify", "OUT"], 1, "BadInput"),
        (["listing", "new", "nvdi", "--site", "SAMPLE"], 2, "UnknownName"),
    ],
)
def test_an_error_is_a_document_too(
    words: list[str], code: int, kind: str, scenes: Path, sample: Path, tmp_path: Path
) -> None:
    places = {"SCENE": scenes / RIVER, "OUT": tmp_path / "out", "SAMPLE": sample}
    body = one([places.get(word, word) for word in words], code)
    assert set(body) == {"error", "what", "where", "remedy"}
    assert body["error"] == kind and body["what"] and body["remedy"]
    assert not (tmp_path / "out").exists()
