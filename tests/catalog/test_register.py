"""The register: numbered from 1 without a gap, one live item a slot, damage named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rs.catalog.register import Action, Fact, Register
from rs.errors import BadInput, Conflict


def fact(slot: str, key: str = "k1", action: Action = Action.PUBLISH, supersedes: str = "") -> Fact:
    """A fact about a slot of ndvi."""
    return Fact(action, slot, key, "ndvi", f"{slot}_{key}", "0" * 64, {"ndvi": "1" * 64}, supersedes)


def entry_path(folder: Path, number: int) -> Path:
    """Where an entry lies: 1000 a folder."""
    return folder / f"{number // 1_000_000:03d}" / f"{number // 1000 % 1000:03d}" / f"{number:06d}.json"


def test_numbers_start_at_one_and_lie_where_the_design_says(tmp_path: Path) -> None:
    register = Register(tmp_path)
    assert register.head() == 0 and list(register.read()) == [] and register.live() == {}
    entries = [register.commit(fact(f"slot{n}")) for n in range(1, 4)]
    assert [entry.number for entry in entries] == [1, 2, 3]
    assert list(register.read()) == entries
    assert [entry.number for entry in register.read(2)] == [3]
    assert sorted(tmp_path.rglob("*.*")) == [entry_path(tmp_path, n) for n in (1, 2, 3)]


@given(data=st.data(), last=st.integers(0, 200))
@example(data=None, last=999)
@example(data=None, last=1000)
@example(data=None, last=1023)
@example(data=None, last=1024)
@settings(deadline=None, max_examples=25)
def test_galloping_finds_the_head_of_a_scan(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject | None, last: int
) -> None:
    folder = tmp_path_factory.mktemp("gallop")
    for number in range(1, last + 1):
        path = entry_path(folder, number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    known = data.draw(st.integers(0, last)) if data else last // 2
    assert Register(folder).head() == Register(folder).head(known) == last


def test_commit_of_a_live_key_returns_the_standing_entry(tmp_path: Path) -> None:
    first = Register(tmp_path).commit(fact("slot"))
    again = Register(tmp_path).commit(fact("slot"))
    assert again == first
    assert Register(tmp_path).head() == 1


def test_a_slot_holds_one_live_item(tmp_path: Path) -> None:
    register = Register(tmp_path)
    register.commit(fact("slot", "k1"))
    with pytest.raises(Conflict, match="slot is taken by slot_k1") as caught:
        register.commit(fact("slot", "k2"))
    assert caught.value.where and caught.value.remedy
    for supersedes in ("", "slot_k9"):
        with pytest.raises(Conflict, match="does not hold"):
            register.commit(fact("slot", "k2", Action.SUPERSEDE, supersedes))
    assert register.head() == 1
    second = register.commit(fact("slot", "k2", Action.SUPERSEDE, "slot_k1"))
    assert register.live() == {"slot": second}


def test_a_withdrawn_slot_is_empty(tmp_path: Path) -> None:
    register = Register(tmp_path)
    register.commit(fact("slot", "k1"))
    register.commit(fact("slot", "k1", Action.WITHDRAW, "slot_k1"))
    assert register.live() == {}
    with pytest.raises(Conflict, match="does not hold"):
        register.commit(fact("slot", "k1", Action.WITHDRAW, "slot_k1"))
    assert register.commit(fact("slot", "k2")).number == 3


def test_reading_ends_at_a_gap(tmp_path: Path) -> None:
    register = Register(tmp_path)
    for n in range(5):
        register.commit(fact(f"slot{n}"))
    entry_path(tmp_path, 3).unlink()
    assert [entry.number for entry in register.read()] == [1, 2]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"number": 2}', b"\xff\xfe", b'{"number":2,"fact":{"action":"erase"}}'],
)
def test_a_damaged_entry_is_named(tmp_path: Path, body: bytes) -> None:
    register = Register(tmp_path)
    for n in range(3):
        register.commit(fact(f"slot{n}"))
    entry_path(tmp_path, 2).write_bytes(body)
    for use in (lambda: Register(tmp_path).live(), lambda: Register(tmp_path).commit(fact("new"))):
        with pytest.raises(BadInput, match="is not a register entry") as caught:
            use()
        assert caught.value.where == str(entry_path(tmp_path, 2)) and caught.value.remedy
    assert not entry_path(tmp_path, 4).exists()


def test_an_entry_under_another_number_is_named(tmp_path: Path) -> None:
    register = Register(tmp_path)
    register.commit(fact("a"))
    register.commit(fact("b"))
    entry_path(tmp_path, 2).write_bytes(entry_path(tmp_path, 1).read_bytes())
    with pytest.raises(BadInput, match="it says number 1"):
        register.live()


def test_entries_of_the_same_fact_have_the_same_core(tmp_path: Path) -> None:
    cores = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        Register(folder).commit(fact("slot"))
        body = json.loads(entry_path(folder, 1).read_bytes())
        assert set(body) == {"number", "fact", "writer", "time"} and body["fact"]["about"] == {}
        cores.append(json.dumps(body["fact"]))
    assert cores[0] == cores[1]
