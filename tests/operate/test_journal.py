"""The pages of a run: claims and leases, failures that add up, and a ledger that is lost or refuses."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from rs.catalog.busy import LOCK
from rs.catalog.layout import Layout
from rs.core.result import SkipClass, Skipped
from rs.operate import journal as journals
from rs.operate.journal import PATIENCE, Journal
from rs.operate.ledger import ATTEMPTS, SCENES, SLOTS, Ledger, State, open_ledger
from rs.operate.redo import Choice, redo

SLOT = "ndvi_scene"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger."""
    made = open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    yield made
    made.close()


def pages(ledger: Ledger, tmp_path: Path, run: str) -> Journal:
    """The journal of a run that has begun."""
    made = Journal(ledger, run, Layout(tmp_path), ZoneInfo("Asia/Shanghai"))
    made.begin()
    return made


def failure(kind: SkipClass = SkipClass.RESOURCE, reason: str = "the disk is full.") -> Skipped:
    """What came of the slot."""
    return Skipped("ndvi", "scene", SLOT, reason, kind)


def row(ledger: Ledger) -> dict[str, object]:
    """The line of the slot."""
    return dict(ledger.slots(SLOTS.c.slot == SLOT)[0])


def test_failures_that_may_mend_add_up_and_the_slot_rests_then(ledger: Ledger, tmp_path: Path) -> None:
    for number in range(1, PATIENCE + 1):
        one = pages(ledger, tmp_path, f"run{number}")
        assert one.resting() == {}
        one.came([failure()])
        assert row(ledger)["failures"] == number
    assert row(ledger)["state"] == State.PARKED
    one = pages(ledger, tmp_path, "next")
    (reason, kind) = (one.resting() or {})[SLOT]
    assert kind is SkipClass.RESOURCE and "3 failures" in reason and "the disk is full." in reason
    # a plan that leaves it out says so, which is no further failure
    one.came([Skipped("ndvi", "scene", SLOT, reason, kind)])
    assert (row(ledger)["state"], row(ledger)["failures"], row(ledger)["reason"]) == (
        State.PARKED,
        3,
        "the disk is full.",
    )
    assert len(ledger.rows(select(ATTEMPTS))) == PATIENCE

    assert redo(ledger, Choice(like="full"), stale=False) == [SLOT]
    assert (row(ledger)["state"], row(ledger)["failures"]) == (State.EXPECTED, 0)
    assert pages(ledger, tmp_path, "after").resting() == {}


@pytest.mark.parametrize("kind", [SkipClass.BAD_INPUT, SkipClass.CONFLICT, SkipClass.MISSING_ANCILLARY])
def test_what_another_try_cannot_mend_never_rests(ledger: Ledger, tmp_path: Path, kind: SkipClass) -> None:
    for number in range(PATIENCE + 2):
        pages(ledger, tmp_path, f"run{number}").came([failure(kind)])
    assert (row(ledger)["state"], row(ledger)["failures"]) == (State.FAILED, 0)


def test_a_success_between_starts_the_count_anew(ledger: Ledger, tmp_path: Path) -> None:
    one = pages(ledger, tmp_path, "run")
    one.came([failure()])
    one.came([failure()])
    assert row(ledger)["failures"] == 2
    one.published(SLOT, "item")
    assert (row(ledger)["state"], row(ledger)["failures"]) == (State.PUBLISHED, 0)
    one.came([failure()])
    # what is published stays so, whatever comes of another try
    assert (row(ledger)["state"], row(ledger)["failures"], row(ledger)["stale"]) == (State.VISIBLE, 1, True)


def claim(ledger: Ledger, run: str, lease: float) -> None:
    """A slot in the hands of a run."""
    ledger.put(SLOTS, [{"slot": SLOT, "product": "ndvi", "state": State.CLAIMED, "holder": run, "lease": lease}])


def test_a_claim_is_free_when_its_run_is_dead_or_its_lease_is_over_and_never_before(
    ledger: Ledger, tmp_path: Path
) -> None:
    folder = tmp_path / "staging" / "first"
    folder.mkdir(parents=True)
    with (folder / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        pages(ledger, tmp_path, "first")
        claim(ledger, "first", time.time() + 100)
        other = pages(ledger, tmp_path, "second")
        assert (other.resting() or {})[SLOT] == ("run first is making it", SkipClass.EXPECTED)
        claim(ledger, "first", time.time() - 1)
        assert pages(ledger, tmp_path, "third").resting() == {}
        claim(ledger, "first", time.time() + 100)
    # the kernel gave its lock back: it died
    assert pages(ledger, tmp_path, "fourth").resting() == {}
    assert (row(ledger)["state"], row(ledger)["holder"]) == (State.EXPECTED, "")
    # of another machine only the lease tells
    claim(ledger, "elsewhere", time.time() + 100)
    assert SLOT in (pages(ledger, tmp_path, "fifth").resting() or {})


def test_claims_are_renewed_while_a_run_goes_on(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journals, "LEASE_SECONDS", 0.15)
    one = pages(ledger, tmp_path, "run")
    claim(ledger, "run", before := time.time())
    with one.renewing():
        deadline = time.monotonic() + 20
        while float(str(row(ledger)["lease"])) <= before and time.monotonic() < deadline:
            time.sleep(0.02)
    assert float(str(row(ledger)["lease"])) > before


def test_days_are_those_of_the_site(ledger: Ledger, tmp_path: Path) -> None:
    one = pages(ledger, tmp_path, "run")
    assert one.day(datetime(2026, 11, 24, 15, 59, tzinfo=UTC)) == "2026-11-24"
    assert one.day(datetime(2026, 11, 24, 22, 30, tzinfo=UTC)) == "2026-11-25"


def test_a_path_that_was_refused_is_forgotten_when_it_is_gone(ledger: Ledger, tmp_path: Path) -> None:
    one = pages(ledger, tmp_path, "run")
    refused = Skipped("", "junk", "", "is no scene", SkipClass.BAD_INPUT)
    one.acquired([], [("inbox/junk", refused)])
    assert [found["path"] for found in ledger.scenes()] == ["inbox/junk"]
    one.acquired([], [])
    assert ledger.scenes() == []


def test_a_ledger_that_refuses_stops_no_run_and_is_told_once(tmp_path: Path) -> None:
    ledger = open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    one = pages(ledger, tmp_path, "run")
    with ledger.writing() as db:
        db.exec_driver_sql("DROP TABLE slot")
    one.came([failure()])
    assert one.failure is not None and "no such table: slot" in str(one.failure) and "ledger.sqlite" in str(one.failure)
    first = one.failure
    one.published(SLOT, "item")
    assert one.resting() is None and one.failure is first


def test_rows_keep_what_a_change_leaves_out(ledger: Ledger) -> None:
    ledger.put(SCENES, [{"name": str(n), "day": "2026-11-24", "tile": "T1"} for n in range(1203)])
    ledger.put(SCENES, [{"name": str(n), "tile": "T2"} for n in range(0, 1203, 2)] + [{"name": "new", "tile": "T3"}])
    rows = {found["name"]: (found["day"], found["tile"]) for found in ledger.scenes()}
    assert len(rows) == 1204 and rows["new"] == (None, "T3")
    assert {rows[str(n)] for n in range(1, 1203, 2)} == {("2026-11-24", "T1")}
    assert {rows[str(n)] for n in range(0, 1203, 2)} == {("2026-11-24", "T2")}
