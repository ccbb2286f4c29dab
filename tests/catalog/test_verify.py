"""Verification finds every damage to items and files, names it, and reports nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.catalog.findings import entry_of, noticed, told

from rs.catalog.verify import verify
from rs.core.slot import canonical_json


def test_a_fresh_catalogue_is_clean(river: Path, sample: Path) -> None:
    found = verify(river)
    data = [path for path in (river / "data").rglob("*") if path.is_file()]
    assert (found.entries, found.items, found.files) == (4, 4, len(data))
    assert found.findings == [] and found.ok
    assert verify(sample).findings == []


def test_a_damaged_file_is_named(copy: Path) -> None:
    _, _, _, files = entry_of(copy, "turbidity")
    for file in files:
        body = file.read_bytes()
        file.write_bytes(body[:-1])
        assert told(verify(copy)) == [(file.name, f"file has {len(body) - 1} bytes, the item says {len(body)}")]
        file.write_bytes(body[:-1] + bytes([body[-1] ^ 1]))
        assert told(verify(copy)) == [(file.name, "file is damaged: its digest is not the registered one")]
        file.unlink()
        assert told(verify(copy)) == [(file.name, "file is missing")]
        file.write_bytes(body)
        assert verify(copy).findings == []


def test_a_shared_file_is_named_for_every_item_that_needs_it(copy: Path) -> None:
    file = next((copy / "data" / "quality").rglob("*.tif"))
    file.unlink()
    assert told(verify(copy)) == [(file.name, "file is missing")] * 4


def test_a_deleted_item_is_named_and_its_files_are_no_strays(copy: Path) -> None:
    """Their names bear the digests that the register entry gives."""
    number, _, item, files = entry_of(copy, "ndvi")
    item.unlink()
    found = verify(copy)
    assert told(found) == [(item.name, f"item of register entry {number} is missing")]
    assert noticed(found) == []
    files[0].write_bytes(b"damaged")
    assert told(verify(copy))[1:] == [(files[0].name, "file is damaged: its digest is not the registered one")]


def test_a_changed_item_is_named(copy: Path) -> None:
    number, _, item, _ = entry_of(copy, "ndvi")
    body = json.loads(item.read_bytes())
    body["properties"]["title"] = "changed"
    item.write_text(json.dumps(body))
    found = verify(copy)
    assert told(found) == [(item.name, f"item is not the one of register entry {number} (digest differs)")]
    assert noticed(found) == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"assets": {"ndvi": {}}}', b"\xff"])
def test_an_item_that_cannot_be_read_is_named(copy: Path, body: bytes) -> None:
    number, _, item, _ = entry_of(copy, "ndvi")
    item.write_bytes(body)
    found = verify(copy)
    assert told(found) == [(item.name, f"item is not the one of register entry {number} (digest differs)")]
    assert noticed(found) == []


def test_an_asset_that_only_one_side_knows_is_named(copy: Path) -> None:
    number, entry, item, files = entry_of(copy, "ndvi")
    body = json.loads(entry.read_bytes())
    del body["fact"]["assets"]["lineage"]
    entry.write_bytes(canonical_json(body) + b"\n")
    lineage = next(file.name for file in files if file.name.startswith("lineage"))
    assert told(verify(copy)) == [
        (item.name, f"asset lineage is in only one of item and register entry {number}"),
        (lineage, "file is damaged: its digest is not the registered one"),
    ]


def test_strays_are_left_over_and_nothing_is_wrong(copy: Path) -> None:
    strays = [copy / "data" / "ndvi" / "stray.tif", copy / "items" / "ndvi" / "stray.json", copy / "items" / "loose"]
    for stray in strays:
        stray.write_bytes(b"stray")
    found = verify(copy)
    assert found.ok and told(found) == []
    assert noticed(found) == sorted(stray.name for stray in strays)
    assert all("named by no register entry" in finding.what for finding in found.findings)
