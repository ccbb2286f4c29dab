"""An item that was copied out of a site verifies without the site, and no change to it passes."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.catalog.findings import told
from tests.catalog.small import PRODUCT, Small, days_ago, signed_site
from tests.catalog.test_verify_flips import flipped

from rs.catalog.verify_copy import verify_copy
from rs.catalog.verify_heads import Against
from rs.errors import BadInput


def tree_copy(site: Small, folder: Path) -> Path:
    """The first item with its files, in the folders that they have in a site."""
    entry = next(site.register.read())
    for path in (
        site.item(entry),
        site.attestation(entry),
        *(site.root / "data" / PRODUCT / entry.fact.slot).iterdir(),
    ):
        target = folder / path.relative_to(site.root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return folder


def flat_copy(site: Small, folder: Path) -> Path:
    """The same in one folder without any below."""
    tree_copy(site, folder / "tree")
    for path in list((folder / "tree").rglob("*.*")):
        path.rename(folder / path.name)
    shutil.rmtree(folder / "tree")
    return folder


COPIES = {"tree": tree_copy, "flat": flat_copy}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """A signed site; read only."""
    return signed_site(tmp_path_factory.mktemp("site"), 2)


@pytest.mark.parametrize("how", COPIES)
def test_a_copy_verifies_elsewhere(site: Small, tmp_path: Path, how: str) -> None:
    folder = COPIES[how](site, tmp_path)
    found = verify_copy(folder, Against(site.ring))
    assert found.ok and (found.items, found.files, found.signed) == (1, 2, 1)
    assert found.signer.startswith("river.example/rs, 20")
    assert [f.what.split(":")[0] for f in found.findings] == ["whether it was withdrawn since only the register tells"]
    unsigned = verify_copy(folder, Against())
    assert unsigned.ok and "give the publisher's keyring" in unsigned.findings[0].what and not unsigned.signer


def test_an_item_from_before_the_keys_names_no_attestation_and_has_one(tmp_path: Path) -> None:
    source = signed_site(tmp_path / "site", 1)
    entry = next(source.register.read())
    for name, copy in COPIES.items():
        folder = copy(source, tmp_path / name)
        (item,) = folder.rglob(source.item(entry).name)
        body = json.loads(item.read_bytes())
        del body["assets"]["attestation"]
        item.write_text(json.dumps(body))
        assert verify_copy(folder, Against(source.ring)).ok


@pytest.mark.parametrize("how", COPIES)
@given(data=st.data())
@settings(deadline=None, max_examples=100)
def test_a_flipped_bit_is_named(site: Small, tmp_path_factory: pytest.TempPathFactory, how: str, data: Any) -> None:
    folder = tmp_path_factory.getbasetemp() / f"flips-{how}"
    if not folder.exists():
        COPIES[how](site, folder)
    path = data.draw(st.sampled_from(sorted(p for p in folder.rglob("*") if p.is_file())), "file")
    with flipped(path, data):
        try:
            found = verify_copy(folder, Against(site.ring))
        except BadInput:
            # what is no item any more is not taken for one
            return
    if path.parts[-3:-2] == ("items",) or path.name.endswith(f"{path.stem}.json"):
        # links, type and the like are not signed: what is said of the data is
        return
    assert not found.ok


@pytest.mark.parametrize("name", ["id", "collection", "geometry", "bbox", "properties", "assets"])
def test_every_part_of_the_core_is_signed(site: Small, tmp_path: Path, name: str) -> None:
    (item,) = (tree_copy(site, tmp_path) / "items" / PRODUCT).iterdir()
    body = json.loads(item.read_bytes())
    if name == "properties":
        body[name]["datetime"] = "2025-05-01T00:00:00Z"
    elif name == "assets":
        body[name][PRODUCT]["title"] = "another"
    else:
        body[name] = {"id": "x", "collection": "x", "geometry": None, "bbox": [0, 0, 2, 2]}[name]
    item.write_text(json.dumps(body))
    ((where, what),) = told(verify_copy(tmp_path, Against(site.ring)))
    assert where.endswith(".dsse.json") and "speaks of another item:" in what


def test_what_an_api_adds_is_not_signed_and_does_not_hurt(site: Small, tmp_path: Path) -> None:
    (item,) = (tree_copy(site, tmp_path) / "items" / PRODUCT).iterdir()
    body = json.loads(item.read_bytes())
    body["links"].append({"rel": "self", "href": "https://example.org/items/1"})
    body["properties"] |= {"created": "2026-01-01T00:00:00Z", "order:status": "succeeded"}
    body["assets"][PRODUCT]["href"] = f"https://example.org/{Path(body['assets'][PRODUCT]['href']).name}"
    shutil.copy(next((tmp_path / "data" / PRODUCT / "s0").glob("ndvi*")), item.parent)
    item.write_text(json.dumps(body))
    assert verify_copy(tmp_path, Against(site.ring)).ok


def test_a_file_that_nobody_vouches_for_is_told(site: Small, tmp_path: Path) -> None:
    (item,) = (tree_copy(site, tmp_path) / "items" / PRODUCT).iterdir()
    body = json.loads(item.read_bytes())
    body["assets"]["better"] = {"href": "./better.tif"}
    item.write_text(json.dumps(body))
    found = verify_copy(tmp_path, Against(site.ring))
    assert "asset better bears no digest: nothing vouches for it" in [f.what for f in found.findings]


@pytest.mark.parametrize(
    ("which", "words"),
    [("ndvi.", "file of asset ndvi is not here"), ("lineage.", "file of asset lineage is not here"),
     (".dsse.json", "attestation is missing")],
)  # fmt: skip
def test_a_missing_part_is_named(site: Small, tmp_path: Path, which: str, words: str) -> None:
    flat_copy(site, tmp_path)
    next(p for p in tmp_path.iterdir() if which in p.name).unlink()
    ((_, what),) = told(verify_copy(tmp_path, Against(site.ring)))
    assert what.startswith(words)


def test_a_stranger_vouches_for_nothing(site: Small, tmp_path: Path) -> None:
    other = signed_site(tmp_path / "other", 1)
    ((_, what),) = told(verify_copy(flat_copy(site, tmp_path / "copy"), Against(other.ring)))
    assert "not one of the keys that are trusted here" in what


def test_a_copy_kept_since_before_a_revocation_counts(site: Small, tmp_path: Path) -> None:
    flat_copy(site, tmp_path)
    ring = site.ring.revoked(site.ring.newest.keyid, days_ago(-1))
    assert not verify_copy(tmp_path, Against(ring)).ok
    assert verify_copy(tmp_path, Against(ring, kept_at=days_ago(-0.5))).ok
    assert not verify_copy(tmp_path, Against(ring, kept_at=days_ago(-2))).ok


def twice(body: str) -> str:
    """A name that comes twice means one thing to one reader, another to the next."""
    return body.replace('"bbox"', '"id": "other", "bbox"')


@pytest.mark.parametrize(
    "change",
    [twice, lambda b: b.replace("0.5", "NaN"), lambda b: b.replace('"assets": {', '"assets": [{', 1),
     lambda b: b.replace('"properties": {', '"properties": 5, "x": {'), lambda b: "[" * 100_000, lambda b: ""],
)  # fmt: skip
def test_what_is_no_item_for_all_is_none(site: Small, tmp_path: Path, change: Callable[[str], str]) -> None:
    (item,) = (tree_copy(site, tmp_path) / "items" / PRODUCT).iterdir()
    item.write_text(change(item.read_text()))
    with pytest.raises(BadInput, match="no register and no item"):
        verify_copy(tmp_path, Against(site.ring))


@pytest.mark.parametrize(
    "change",
    [
        {"href": "x" * 5000}, {"href": "../" * 2000 + "etc/passwd"}, {"href": "/etc/passwd"}, {"href": "a\0b"},
        {"href": ""}, {"href": None}, {"href": 7}, {"file:checksum": 7}, {"file:checksum": "1220"},
        {"file:size": "many"}, {"file:size": None},
    ],
    ids=str,
)  # fmt: skip
def test_hostile_assets_are_findings(site: Small, tmp_path: Path, change: dict[str, Any]) -> None:
    (item,) = (tree_copy(site, tmp_path) / "items" / PRODUCT).iterdir()
    body = json.loads(item.read_bytes())
    body["assets"][PRODUCT] |= change
    item.write_text(json.dumps(body))
    assert not verify_copy(tmp_path, Against(site.ring)).ok


@pytest.mark.parametrize("name", ["id", "collection", "geometry", "bbox"])
def test_an_item_without_a_core_is_a_finding(site: Small, tmp_path: Path, name: str) -> None:
    (item,) = (tree_copy(site, tmp_path) / "items" / PRODUCT).iterdir()
    body = json.loads(item.read_bytes())
    del body[name]
    item.write_text(json.dumps(body))
    assert not verify_copy(tmp_path, Against(site.ring)).ok


def test_other_things_in_the_folder_are_left_alone(site: Small, tmp_path: Path) -> None:
    flat_copy(site, tmp_path)
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "folder.json").mkdir()
    with (tmp_path / "large.json").open("wb") as stream:
        stream.truncate(2**40)
    assert verify_copy(tmp_path, Against(site.ring)).ok
