"""Verification finds every damage to the register and its index, and reports nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.catalog.findings import entry_of, noticed, told

from rs.catalog.verify import Severity, site_root, verify
from rs.errors import BadInput


def test_an_entry_deleted_in_the_middle_is_a_gap(copy: Path) -> None:
    _, entry, _, _ = entry_of(copy, "turbidity")
    assert entry.name == "000002.json"
    entry.unlink()
    found = verify(copy)
    assert told(found) == [
        ("resource", "holds 3 entries, 1 can be reached from the first one: a gap"),
        ("catalog.json", "index is at entry 4, the register ends at 1: entries were lost"),
    ]
    # what the lost entries named is left over, and only that
    assert noticed(found) == sorted(path.name for path in _beyond(copy, "ndvi"))


def test_the_last_entry_cut_off_shows_in_the_index(copy: Path) -> None:
    _, entry, item, files = entry_of(copy, "water_extent")
    assert entry.name == "000004.json"
    entry.unlink()
    found = verify(copy)
    assert told(found) == [("catalog.json", "index is at entry 4, the register ends at 3: entries were lost")]
    assert noticed(found) == sorted(path.name for path in [item, *files])


def _beyond(root: Path, kept: str) -> list[Path]:
    """Items and files of all products but one; the quality file is shared."""
    found = [path for folder in ("items", "data") for path in (root / folder).rglob("*.*") if path.is_file()]
    return [path for path in found if path.relative_to(root).parts[1] not in (kept, "quality")]


def test_a_damaged_entry_is_named(copy: Path) -> None:
    _, entry, _, _ = entry_of(copy, "turbidity")
    entry.write_bytes(entry.read_bytes()[:40])
    found = verify(copy)
    assert not found.ok
    name, what = told(found)[0]
    assert name == entry.name and what.startswith("is not a register entry")


def test_an_entry_out_of_order_is_a_gap(copy: Path) -> None:
    _, entry, _, _ = entry_of(copy, "water_extent")
    shutil.copy(entry, entry.with_name("000009.json"))
    assert told(verify(copy)) == [("resource", "holds 5 entries, 4 can be reached from the first one: a gap")]


@pytest.mark.parametrize(
    ("body", "severity", "what"),
    [
        (None, Severity.NOTICE, "index is missing"),
        (b"{", Severity.ERROR, "index cannot be read"),
        (b"{}", Severity.ERROR, "index cannot be read"),
        (b'{"rs:log_position": 3}', Severity.NOTICE, "index is at entry 3 of 4"),
        (b'{"rs:log_position": 5}', Severity.ERROR, "entries were lost"),
    ],
)
def test_an_index_that_does_not_fit_is_named(copy: Path, body: bytes | None, severity: Severity, what: str) -> None:
    catalog = copy / "index" / "catalog.json"
    catalog.unlink()
    if body is not None:
        catalog.write_bytes(body)
    (finding,) = verify(copy).findings
    assert finding.where == str(catalog)
    assert finding.severity is severity and what in finding.what


def test_a_site_is_found_from_its_index_and_nowhere_else(copy: Path, tmp_path: Path) -> None:
    for path in (copy, copy / "index", copy / "index" / "catalog.json"):
        assert site_root(path) == copy
    with pytest.raises(BadInput, match="holds no register") as caught:
        site_root(tmp_path / "nothing")
    assert caught.value.where and caught.value.remedy
