"""The index brought up to date equals the index made anew, byte for byte, also where bringing up to date was killed."""

from __future__ import annotations

import contextlib
import json
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from tests.cli.command import tree
from tests.support.synthetic_site import HastyDisk, Made, SyntheticSite, made

import rs.catalog.index as index
from rs.catalog.entry import Action, Entry, Fact
from rs.catalog.layout import Layout
from rs.catalog.places import Places
from rs.core.scene import OpenMode
from rs.products import products

DATES = st.sampled_from(["2020-02-29", "2020-03-01", "2020-03-02", "2021-12-31"])
SLOTS = st.integers(1, 9)
PRODUCTS = st.sampled_from(["ndvi", "turbidity"])
FEW = 3
"""LIMIT in the model, so that a handful of items makes and unmakes all levels."""
MOST_LINKS = 1000


class Killed(BaseException):
    """The process ends here."""


class MortalDisk(HastyDisk):
    """Dies before the n-th change."""

    left: int | None = None

    def _live(self) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Killed

    def replace(self, source: Path, target: Path) -> None:
        """Or die."""
        self._live()
        super().replace(source, target)

    def remove(self, path: Path) -> None:
        """Or die; temporary names are gone with the folder."""
        if path.suffix == ".json":
            self._live()
        super().remove(path)


class IndexModel(RuleBasedStateMachine):
    """Publish, supersede and withdraw; bring up to date, or be killed while doing so."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.disk = MortalDisk()
        self.site = SyntheticSite.at(Path(self.folder.name), self.disk)
        self.live: dict[tuple[str, int], Made] = {}
        self.versions: dict[tuple[str, int], int] = {}
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(index, "LIMIT", FEW)

    def teardown(self) -> None:
        self.patch.undo()
        self.folder.cleanup()

    def _next(self, product: str, slot: int, day: str) -> Made:
        version = self.versions[product, slot] = self.versions.get((product, slot), 0) + 1
        return made(slot, product=product, when=datetime.fromisoformat(f"{day}T10:00:00+00:00"), version=version)

    @rule(product=PRODUCTS, slot=SLOTS, day=DATES)
    def publish(self, product: str, slot: int, day: str) -> None:
        old = self.live.get((product, slot))
        new = self.live[product, slot] = self._next(product, slot, day)
        self.site.publish(new, old.fact.item if old else "")

    @rule(product=PRODUCTS, slot=SLOTS)
    def withdraw(self, product: str, slot: int) -> None:
        old = self.live.pop((product, slot), None)
        if old is not None:
            self.site.withdraw(old)

    @rule(product=PRODUCTS)
    def withdraw_all(self, product: str) -> None:
        for key in [key for key in self.live if key[0] == product]:
            self.site.withdraw(self.live.pop(key))

    @rule(writes=st.integers(0, 12))
    def die_while_deriving(self, writes: int) -> None:
        self.disk.left = writes
        with contextlib.suppress(Killed):
            self.site.index()
        self.disk.left = None

    @rule()
    def derive_equals_rebuild(self) -> None:
        root = Path(self.folder.name)
        assert self.site.index() == self.site.register.head()
        brought = _derived(root)
        index.rebuild(self.site.layout, self.site.register, products(), OpenMode.CLOSED)
        assert brought == _derived(root)
        listed = [name for name, body in brought.items() for name in _items(body)]
        assert sorted(listed) == sorted(one.fact.item for one in self.live.values())


@pytest.mark.parametrize("writes", range(8))
def test_what_lost_its_last_item_leaves_nothing_wherever_deriving_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    monkeypatch.setattr(index, "LIMIT", FEW)
    disk = MortalDisk()
    site = SyntheticSite.at(tmp_path, disk)
    gone = [made(number, product="turbidity") for number in range(5)]
    for new in [*gone, made(1)]:
        site.publish(new)
    site.index()
    for old in gone:
        site.withdraw(old)
    disk.left = writes
    with contextlib.suppress(Killed):
        site.index()
    disk.left = None
    site.index()
    assert sorted(_derived(tmp_path)) == ["index/catalog.json", "index/ndvi/collection.json"]


def _derived(root: Path) -> dict[str, bytes]:
    return {name: body for name, body in tree(root, "index").items() if "/.new-" not in name}


def _items(body: bytes) -> list[str]:
    return [Path(link["href"]).stem for link in json.loads(body)["links"] if link["rel"] == "item"]


TestIndexModel = IndexModel.TestCase
TestIndexModel.settings = settings(deadline=None, max_examples=25, stateful_step_count=25)


def _item(number: int, when: datetime) -> dict[str, Any]:
    return {
        "id": f"item{number}", "bbox": [0.0, 0.0, 1.0, 1.0],
        "properties": {"datetime": f"{when:%Y-%m-%dT%H:%M:%SZ}", "title": "t", "rs:grade": "general-1"},
    }  # fmt: skip


@given(
    count=st.integers(1, 2500),
    days=st.sampled_from([1, 2, 31, 366, 20_000]),
    start=st.datetimes(datetime(1972, 1, 1), datetime(2040, 1, 1)),
    seed=st.randoms(use_true_random=False),
)
@settings(deadline=None, max_examples=25)
def test_no_derived_file_has_more_than_a_thousand_links(count: int, days: int, start: datetime, seed: Any) -> None:
    places = Places(None)
    with places.writing():
        for number in range(1, count + 1):
            when = start.replace(tzinfo=UTC) + timedelta(days=seed.randrange(days), seconds=seed.randrange(86400))
            fact = Fact(Action.PUBLISH, f"slot{number}", f"key{number}", "ndvi", f"item{number}", "", {})
            places.apply(Entry(number, fact, "", ""), _item(number, when))
    found: dict[str, list[str]] = {}

    def take(name: str, body: dict[str, Any]) -> None:
        assert len(body["links"]) <= MOST_LINKS, name
        found[name] = [link["href"] for link in body["links"] if link["rel"] == "item"]

    index.expect(Layout(Path("/absent")), places, count, 1, take)
    assert sorted(Path(href).stem for hrefs in found.values() for href in hrefs) == sorted(
        f"item{number}" for number in range(1, count + 1)
    )
    places.close()
