"""The experiment with many publishers has to notice what it is there to notice."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.faults.chaos.publisher import Share, Where, publish_all
from tests.faults.chaos.reader import Walk
from tests.faults.chaos.reckoning import reckon

from rs.catalog import index
from rs.catalog.layout import Layout
from rs.trust.keystore import create_key

pytestmark = pytest.mark.faults
ITEMS = 6


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """A site to which one publisher brought a few items."""
    monkeypatch.setattr(index, "LIMIT", 3)
    create_key(tmp_path / "keys", "example.org/chaos", datetime.now(UTC))
    where = Where(str(tmp_path / "site"), limit=3)
    publish_all(Share(where, str(tmp_path / "keys"), 0, ITEMS, 3, str(tmp_path / "answers")))
    return where.layout()


def reckoned(site: Layout) -> list[str]:
    """What the reckoning says."""
    base = site.root.parent
    return reckon([Where(str(site.root), limit=3)], ITEMS, base / "keys", [base / "answers"])


def test_nothing_is_wrong_with_a_sound_site(site: Layout) -> None:
    walk = Walk(site.store, 1)
    walk.once()
    assert reckoned(site) == walk.torn == []
    assert len(walk.items) == walk.checked == ITEMS


def _change(name: str, body: bytes | None) -> Callable[[Layout], None]:
    def change(site: Layout) -> None:
        (path,) = list(site.root.glob(name))
        path.unlink()
        if body is not None:
            path.write_bytes(body)

    return change


def _answered(site: Layout) -> None:
    with (site.root.parent / "answers").open("a") as answers:
        answers.write("1 6\n")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_change("data/chaos/chaos-000002/*", None), "file is missing"),
        (_change("items/chaos/chaos-000002.json", b"{}"), "item is not the one"),
        (_change("attestations/chaos/chaos-000002.dsse.json", None), "attestation"),
        (_change("index/chaos/collection.json", b"{}"), "index/chaos/collection.json differs from a rebuild"),
        (_change("register/resource/000/000/000006.json", None), "5 entries for 6 items"),
        (_answered, "chaos-000001 was answered with entry 6"),
    ],
)
def test_what_is_planted_is_found(site: Layout, change: Callable[[Layout], None], words: str) -> None:
    change(site)
    assert any(words in line for line in reckoned(site)), reckoned(site)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_change("data/chaos/chaos-000002/*", b"x"), "missing or other bytes"),
        (_change("items/chaos/chaos-000002.json", b"{"), "is no JSON"),
        (_change("attestations/chaos/chaos-000002.dsse.json", None), "its attestation is missing"),
        (_change("index/chaos/2023/catalog.json", None), "index/chaos/2023/catalog.json: is missing"),
    ],
)
def test_a_reader_sees_what_is_torn(site: Layout, change: Callable[[Layout], None], words: str) -> None:
    change(site)
    walk = Walk(site.store, 1)
    walk.once()
    assert any(words in line for line in walk.torn), walk.torn


def test_a_reader_sees_what_goes_back(site: Layout) -> None:
    walk = Walk(site.store, 1)
    walk.once()
    catalog = json.loads(site.catalog.read_bytes())
    site.catalog.write_text(json.dumps({**catalog, "rs:log_position": 3, "links": []}))
    walk.once()
    assert "index/catalog.json: went back from 6 to 3" in walk.torn
    assert sum("was listed and is not any more" in line for line in walk.torn) == ITEMS
