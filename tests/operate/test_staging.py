"""Staging folders of runs that ended: told from those of runs that live, and swept."""

from __future__ import annotations

import fcntl
import time
from pathlib import Path

import pytest

from rs.catalog.busy import staging_folders
from rs.catalog.collect import DAY, garbage
from rs.catalog.layout import Layout
from rs.operate import order as running
from rs.operate.order import Order, session


@pytest.fixture
def order(tmp_path: Path) -> Order:
    """An order without scenes."""
    return Order(Layout(tmp_path), ())


def test_a_folder_is_held_when_it_gets_its_name(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a run that starts at the same time takes it for the work of a dead one."""
    seen: list[list[Path]] = []
    rename = Path.rename

    def watched(path: Path, target: Path) -> Path:
        before = staging_folders(order.layout.staging)[1]
        done = rename(path, target)
        seen.append([*before, *staging_folders(order.layout.staging)[1]])
        return done

    monkeypatch.setattr(Path, "rename", watched)
    with session(order) as state:
        assert staging_folders(order.layout.staging)[1] == []
        assert Path(state.staging).stat().st_mode & 0o777 == 0o755
    assert seen == [[]]
    assert list(order.layout.staging.iterdir()) == []


def test_a_run_sweeps_what_dead_ones_left_with_and_without_a_lock(order: Order) -> None:
    staging = order.layout.staging
    for name in ("dead", "removed-halfway", "alive"):
        (staging / name / "unit").mkdir(parents=True)
    (staging / "dead" / ".lock").touch()
    with (staging / "alive" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert [one.path.name for one in garbage(order.layout, time.time())] == ["dead", "removed-halfway"]
        with session(order):
            pass
        assert [path.name for path in staging.iterdir()] == ["alive"]


def test_a_folder_that_vanishes_meanwhile_is_no_error(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two runs sweep the same folder, or a run that ends removes its own."""

    def vanished(staging: Path) -> tuple[list[Path], list[Path]]:
        return [], [staging / "gone"]

    monkeypatch.setattr(running, "staging_folders", vanished)
    with session(order):
        pass


def test_a_folder_without_its_name_yet_goes_after_a_day(order: Order) -> None:
    new = order.layout.staging / ".new-abc"
    new.mkdir(parents=True)
    now = new.stat().st_mtime
    assert garbage(order.layout, now + DAY / 2) == []
    assert [one.path for one in garbage(order.layout, now + 2 * DAY)] == [new]
