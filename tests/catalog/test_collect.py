"""Garbage is what nothing names and nobody holds; everything else stays."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.catalog.small import Small, signed_site

from rs.catalog.collect import collect, garbage
from rs.catalog.heads import checkpoint_of
from rs.catalog.resume import resume
from rs.errors import CheckFailed

DAY = 86400
WEEK = 8 * DAY


def stray(path: Path, age: float = WEEK) -> Path:
    """A file of some age that nothing names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"stray")
    os.utime(path, (time.time() - age,) * 2)
    return path


def found(site: Small) -> list[Path]:
    """What may go."""
    return [one.path for one in garbage(site.layout, time.time())]


def running(site: Small, stack: ExitStack, name: str = "run") -> Path:
    """A staging folder that a run holds."""
    folder = site.layout.staging / name
    folder.mkdir(parents=True)
    lock = stack.enter_context((folder / ".lock").open("w"))
    fcntl.flock(lock, fcntl.LOCK_EX)
    return folder


def age_all(site: Small) -> None:
    """Everything in the site is old."""
    for path in site.root.rglob("*"):
        os.utime(path, (time.time() - 100 * DAY,) * 2)


def test_nothing_that_the_register_names(tmp_path: Path) -> None:
    site = signed_site(tmp_path, 3)
    first = next(site.register.read())
    site.publish("s0", version=2, supersedes=first.fact.item)
    site.withdraw("s1")
    site.sign()
    age_all(site)
    assert found(site) == [] and collect(site.layout, garbage(site.layout, time.time())) == 0
    assert site.verify(ring=site.ring).ok


def test_strays_a_week_old_and_temporary_names_a_day_old(tmp_path: Path) -> None:
    site = signed_site(tmp_path, 1)
    old = [stray(tmp_path / name) for name in ("data/ndvi/x.tif", "items/ndvi/x.json", "attestations/ndvi/x.dsse.json")]
    old.append(stray(tmp_path / "register/resource/000/000/.new-x.tmp", 2 * DAY))
    young = [stray(tmp_path / "data/ndvi/y.tif", 6 * DAY), stray(tmp_path / "items/.new-y.tmp", DAY / 2)]
    assert found(site) == sorted(old)
    assert collect(site.layout, garbage(site.layout, time.time())) == 5 * len(old)
    assert not any(path.exists() for path in old) and all(path.exists() for path in young)
    assert site.verify(ring=site.ring).ok


def test_staging_of_runs_that_ended(tmp_path: Path) -> None:
    site = signed_site(tmp_path, 1)
    with ExitStack() as stack:
        held = running(site, stack)
        stray(site.layout.staging / "dead" / ".lock")
        stray(site.layout.staging / "dead" / "big.tif")
        assert found(site) == [site.layout.staging / "dead"]
        collect(site.layout, garbage(site.layout, time.time()))
        assert held.exists() and not (site.layout.staging / "dead").exists()


def test_no_stray_goes_while_a_run_may_be_about_to_name_it(tmp_path: Path) -> None:
    """Files placed by a run that was killed long ago are found by the next one, which commits them."""
    site = signed_site(tmp_path, 1)
    left = stray(tmp_path / "data" / "ndvi" / "x.tif")
    with ExitStack() as stack:
        running(site, stack)
        assert found(site) == []
    listed = [one for one in garbage(site.layout, time.time()) if one.path.name != "run"]
    assert [one.path for one in listed] == [left]
    with ExitStack() as stack:
        running(site, stack, "started since")
        assert collect(site.layout, listed) == 0 and left.exists()


def test_a_run_that_took_its_lock_since_keeps_its_staging(tmp_path: Path) -> None:
    site = signed_site(tmp_path, 1)
    lock = stray(site.layout.staging / "starting" / ".lock")
    listed = garbage(site.layout, time.time())
    with lock.open() as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        collect(site.layout, listed)
        assert lock.exists()


@pytest.mark.parametrize("folder", ["listings", "agreements", "register/delivery"])
def test_what_a_paper_names_stays_with_its_files(tmp_path: Path, folder: str) -> None:
    site = signed_site(tmp_path, 1)
    other = signed_site(tmp_path / "other", 2)
    entry = next(other.register.read(1))
    for top in ("items", "data", "attestations"):
        shutil.copytree(other.root / top, tmp_path / top, dirs_exist_ok=True)
    shutil.rmtree(other.root)
    age_all(site)
    assert len(found(site)) == 4
    paper = tmp_path / folder / "paper.json"
    paper.parent.mkdir(parents=True, exist_ok=True)
    paper.write_text(json.dumps({"items": [entry.fact.item]}))
    assert found(site) == []


@pytest.mark.parametrize("how", ["entry lost", "entry damaged", "item damaged"])
def test_where_something_is_wrong_nothing_goes(tmp_path: Path, how: str) -> None:
    """What looks like a stray may be what a lost entry named: a restored backup is the usual case."""
    site = signed_site(tmp_path, 2)
    stray(tmp_path / "data" / "ndvi" / "x.tif")
    if how == "entry lost":
        site.path(2).unlink()
    elif how == "entry damaged":
        site.path(1).write_bytes(b"{}")
    else:
        site.item(next(site.register.read())).write_bytes(b"{")
    with pytest.raises(CheckFailed):
        found(site)


def test_after_a_restore_what_earlier_epochs_name_stays(tmp_path: Path) -> None:
    source = signed_site(tmp_path / "site", 1)
    first = next(source.register.read())
    source.publish("s0", version=2, supersedes=first.fact.item)
    source.sign()
    site = Small(Path(shutil.copytree(source.root, tmp_path / "backup")))
    source.publish("lost")
    source.sign()
    resume(site.layout, checkpoint_of(source.checkpoint.read_bytes()))
    site.sign()
    age_all(site)
    assert found(site) == []


def test_a_file_that_is_gone_by_then_is_no_error(tmp_path: Path) -> None:
    site = signed_site(tmp_path, 1)
    left = stray(tmp_path / "data" / "ndvi" / "x.tif")
    listed = garbage(site.layout, time.time())
    left.unlink()
    collect(site.layout, listed)
