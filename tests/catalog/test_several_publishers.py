"""Moments between the steps of two publishers, one by one; tests/faults has them by the thousand."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from signing import chain
from tests.faults.chaos.synthetic import PRODUCT, fact_of, publish

from rs.catalog import following
from rs.catalog import sign as signing
from rs.catalog.derived import POSITION
from rs.catalog.entry import Action, Fact
from rs.catalog.index import derive, rebuild
from rs.catalog.layout import CATALOG, Layout, node_name
from rs.catalog.register import LONGEST, Register, _pause
from rs.catalog.sign import sign
from rs.core.scene import OpenMode
from rs.store.local import LocalStore
from rs.trust.keys import Signer

Site = tuple[Layout, Register]


class Unlocked(LocalStore):
    """A folder that keeps nobody out, as a bucket."""

    locks = False


@pytest.fixture(params=["folder", "bucket"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Site, Site]:
    """One site as two publishers see it, each with views of its own."""
    kind = LocalStore if request.param == "folder" else Unlocked
    layouts = [Layout(tmp_path / name, kind(tmp_path / "site")) for name in ("one", "two")]
    (one, two) = ((layout, layout.open_register()) for layout in layouts)
    return one, two


RING, (SIGNER,) = chain(datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
def signer() -> Signer:
    """A key."""
    return SIGNER


def show(site: Site, upto: int | None = None) -> int:
    """Derive the index."""
    return derive(*site, {}, OpenMode.CLOSED, upto)


def read(site: Site, name: str) -> dict[str, Any]:
    """A derived file."""
    found: dict[str, Any] = json.loads(site[0].store.read(name) or b"")
    return found


def listed(site: Site) -> int:
    """Items that the collection lists."""
    return sum(link["rel"] == "item" for link in read(site, node_name(PRODUCT, ""))["links"])


def test_what_is_not_signed_yet_is_not_shown(pair: tuple[Site, Site], signer: Signer) -> None:
    one, two = pair
    publish(*one, 1)
    size = sign(*one, signer, RING).size
    publish(*two, 2)
    assert show(one, size) == 1 and listed(one) == read(one, CATALOG)[POSITION] == 1
    assert show(two, sign(*two, signer, RING).size) == 2 and listed(one) == read(one, CATALOG)[POSITION] == 2
    assert show(one, size) == 2 and listed(one) == 2


def test_signing_goes_on_from_what_another_publisher_signs_meanwhile(
    pair: tuple[Site, Site], signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = pair
    publish(*one, 1)
    noted = signing._noted
    others = iter([lambda: (publish(*two, 2), sign(*two, signer, RING))])

    def meanwhile(register: Register) -> Any:
        for other in others:
            other()
        return noted(register)

    monkeypatch.setattr(signing, "_noted", meanwhile)
    assert sign(*one, signer, RING).size == 2


def test_a_catalogue_never_says_more_than_it_lists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pair: tuple[Site, Site]
) -> None:
    """Both share the views, and one commits after the other has looked."""
    layout = Layout(tmp_path / "shared")
    layout.register.mkdir(parents=True)
    one, two = ((layout, layout.open_register()) for _ in range(2))
    publish(*one, 1)
    looked = following.follow

    def then_another_commits(*words: Any) -> Any:
        found = looked(*words)
        publish(*two, 2)
        return found

    monkeypatch.setattr(following, "follow", then_another_commits)
    show(one)
    assert read(one, CATALOG)[POSITION] == listed(one) == 1
    monkeypatch.undo()
    show(one)
    assert read(one, CATALOG)[POSITION] == listed(one) == 2


def test_a_later_catalogue_is_followed_and_not_made_anew(
    pair: tuple[Site, Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = pair
    publish(*one, 1)
    show(one)
    looked = following.follow

    def then_another_shows(*words: Any) -> Any:
        found = looked(*words)
        monkeypatch.undo()
        publish(*two, 2)
        if not two[0].store.locks:
            show(two)
        return found

    written: list[str] = []
    replace = LocalStore.replace

    def watched(store: LocalStore, name: str, body: bytes, later: Callable[[bytes], bool] | None = None) -> bool:
        written.append(name)
        return replace(store, name, body, later)

    monkeypatch.setattr(following, "follow", then_another_shows)
    show(one)
    monkeypatch.setattr(LocalStore, "replace", watched)
    show(one)
    assert read(one, CATALOG)[POSITION] == listed(one) == 2
    assert len(written) <= 2, "what stands there already was made anew"


def test_what_is_withdrawn_is_shown_by_no_file(pair: tuple[Site, Site]) -> None:
    """A bucket cannot be kept from writing what is being removed: there an emptied file stays until repair."""
    one, two = pair
    publish(*one, 1)
    show(one)
    fact = fact_of(1)
    one[1].commit(Fact(Action.WITHDRAW, fact.slot, fact.key, PRODUCT, fact.item, "", {}, fact.item))
    show(two)
    name, store = node_name(PRODUCT, ""), one[0].store
    assert [link for link in read(one, CATALOG)["links"] if link["rel"] == "child"] == []
    assert store.exists(name) is not store.locks
    assert store.locks or read(one, name)["links"] == []
    rebuild(*one, {}, OpenMode.CLOSED)
    assert not store.exists(name)
    publish(*two, 2)
    show(two)
    assert listed(two) == 1


def test_pauses_grow_with_the_time_of_an_attempt_and_end() -> None:
    assert all(0 <= _pause(0, 0.01) <= 0.01 for _ in range(100))
    assert max(_pause(attempt, 0.05) for attempt in range(999)) > 0.1
    assert all(_pause(attempt, 60.0) <= LONGEST for attempt in range(999))
