"""Any single bit, flipped anywhere in what is published, is found, and only its own item is blamed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rs.catalog.verify import Severity, verify

QUICK = settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])


@contextmanager
def flipped(path: Path, data: st.DataObject) -> Iterator[None]:
    """A file with one bit flipped, for a while."""
    body = path.read_bytes()
    changed = bytearray(body)
    changed[data.draw(st.integers(0, len(body) - 1), "byte")] ^= 1 << data.draw(st.integers(0, 7), "bit")
    path.write_bytes(changed)
    try:
        yield
    finally:
        path.write_bytes(body)


@pytest.fixture(scope="module")
def victim(tmp_path_factory: pytest.TempPathFactory, river: Path) -> Path:
    """A copy that every example damages and mends."""
    return Path(shutil.copytree(river, tmp_path_factory.mktemp("flips") / "river"))


@given(data=st.data())
@QUICK
def test_in_a_data_file(victim: Path, data: st.DataObject) -> None:
    files = sorted(path for path in (victim / "data").rglob("*") if path.is_file())
    file = data.draw(st.sampled_from(files), "file")
    with flipped(file, data):
        found = verify(victim)
    assert not found.ok
    assert {finding.where for finding in found.findings} == {str(file)}
    assert {finding.what for finding in found.findings} == {"file is damaged: its digest is not the registered one"}


@given(data=st.data())
@QUICK
def test_in_an_item(victim: Path, data: st.DataObject) -> None:
    item = data.draw(st.sampled_from(sorted((victim / "items").rglob("*.json"))), "item")
    body = json.loads(item.read_bytes())
    own = {str((item.parent / asset["href"]).resolve()) for asset in body["assets"].values()}
    with flipped(item, data):
        found = verify(victim)
    first, *others = found.findings
    assert first.where == str(item) and "is not the one of register entry" in first.what
    # a flip inside an href, a size or a bracket breaks the way to this item's own files, to no others
    for finding in others:
        blamed = finding.where == str(item) or str(Path(finding.where).resolve()) in own
        assert blamed or finding.what == "file is missing", finding
        assert finding.severity is Severity.ERROR or finding.what == "is named by no register entry"
