"""A restored backup: an error until the gap is declared, a notice afterwards, and nothing comes back unasked."""

from __future__ import annotations

import fcntl
import shutil
from pathlib import Path

import pytest
from tests.catalog.findings import told
from tests.catalog.small import Small, signed_site

from rs.catalog import resume as resume_module
from rs.catalog.entry import Action, Entry, Fact
from rs.catalog.heads import checkpoint_of
from rs.catalog.register import Register
from rs.catalog.resume import Resumed, resume
from rs.errors import Conflict, UsageError


def restored(site: Small, folder: Path, more: int) -> tuple[Small, bytes]:
    """The site as a backup from before the last entries has it, and the checkpoint that a consumer kept."""
    backup = Path(shutil.copytree(site.root, folder))
    for number in range(more):
        site.publish(f"lost{number}")
    site.sign()
    return Small(backup), site.checkpoint.read_bytes()


def go_on(site: Small, *kept: bytes) -> Resumed:
    """Resume with the checkpoints that were kept, then sign."""
    made = resume(site.layout, *map(checkpoint_of, kept))
    site.sign()
    return made


def test_a_gap_is_an_error_before_and_declared_after(tmp_path: Path) -> None:
    site, kept = restored(signed_site(tmp_path / "site", 3), tmp_path / "backup", 2)
    assert site.verify(ring=site.ring).ok
    lost = "is of 5 entries, the register ends at 3: entries were lost"
    assert told(site.verify(ring=site.ring, kept=kept)) == [("kept checkpoint", lost)]
    made = go_on(site, kept)
    assert (made.epoch, made.known.size, made.held, made.items) == (2, 5, 3, 3)
    found = site.verify(ring=site.ring, kept=kept)
    assert found.ok and found.entries == 4
    assert "declared gap: of epoch 1, 5 entries were known and 3 held" in [f.what for f in found.findings]


def test_checkpoints_of_all_ages_afterwards(tmp_path: Path) -> None:
    source = signed_site(tmp_path / "site", 2)
    early = source.checkpoint.read_bytes()
    shutil.copytree(source.root, tmp_path / "backup")
    between = []
    for slot in ("a", "b", "c"):
        source.publish(slot)
        source.sign()
        between.append(source.checkpoint.read_bytes())
    site = Small(tmp_path / "backup")
    go_on(site, between[1])
    assert site.verify(ring=site.ring, kept=early).ok
    assert site.verify(ring=site.ring, kept=between[0]).ok
    assert site.verify(ring=site.ring, kept=between[1]).ok
    found = site.verify(ring=site.ring, kept=between[2])
    assert told(found) == [("kept checkpoint", "is of 5 entries of epoch 1, of which only 4 are declared")]
    newest = (site.layout.register / "epoch-2" / "checkpoint").read_bytes()
    assert newest.decode().split("\n")[3].startswith("resumes river.example/rs/resource 4 ")
    assert told(source.verify(ring=source.ring, kept=newest)) == [
        ("kept checkpoint", "is of epoch 2, the register is in epoch 1: it was set back")
    ]


def test_a_fork_after_a_restore_can_be_declared_too(tmp_path: Path) -> None:
    """The operator went on before anyone noticed: two histories were signed, and the new epoch says so."""
    site, kept = restored(signed_site(tmp_path / "site", 2), tmp_path / "backup", 1)
    site.publish("instead")
    site.sign()
    assert "this is a fork" in told(site.verify(ring=site.ring, kept=kept))[0][1]
    go_on(site, kept)
    assert site.verify(ring=site.ring, kept=kept).ok


def test_lost_items_are_made_again_and_old_ones_stay_signed(tmp_path: Path) -> None:
    site, kept = restored(signed_site(tmp_path / "site", 2), tmp_path / "backup", 1)
    before = {path.name: path.read_bytes() for path in (site.root / "attestations").rglob("*.json")}
    go_on(site, kept)
    site.publish("lost0")
    site.sign()
    after = {path.name: path.read_bytes() for path in (site.root / "attestations").rglob("*.json")}
    assert before.items() <= after.items() and len(after) == 3
    assert site.verify(ring=site.ring, kept=kept).ok


def test_what_was_withdrawn_stays_out(tmp_path: Path) -> None:
    source = signed_site(tmp_path / "site", 3)
    gone = source.withdraw("s1")
    source.publish("s1", version=2)
    source.sign()
    site, kept = restored(source, tmp_path / "backup", 1)
    made = go_on(site, kept)
    assert made.items == 3 and set(site.register.live()) == {"s0", "s1", "s2"}
    assert site.verify(ring=site.ring, kept=kept).ok
    site.withdraw("s1")
    with pytest.raises(Conflict, match=r"was withdrawn \(a test\)"):
        site.register.commit(Fact(Action.PUBLISH, "s1", gone.fact.key, "ndvi", gone.fact.item, gone.fact.item_digest))


def test_superseded_items_are_no_strays(tmp_path: Path) -> None:
    source = signed_site(tmp_path / "site", 1)
    first = next(source.register.read())
    source.publish("s0", version=2, supersedes=first.fact.item)
    source.sign()
    site, kept = restored(source, tmp_path / "backup", 1)
    go_on(site, kept)
    assert not [f for f in site.verify().findings if "named by no register entry" in f.what]


def test_killed_between_entries_and_called_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site, kept = restored(signed_site(tmp_path / "site", 4), tmp_path / "backup", 2)
    write = resume_module._write
    for allowed in range(5):
        calls = iter(range(allowed))

        def dies(*words: object, calls: object = calls) -> None:
            if next(calls, None) is None:  # type: ignore[call-overload]
                raise KeyboardInterrupt
            write(*words)  # type: ignore[arg-type]

        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(resume_module, "_write", dies)
            resume(site.layout, checkpoint_of(kept))
        # the old epoch is in force, and what was written of the next one is nobody's business
        assert site.register.epoch == 1 and site.verify(ring=site.ring).ok
    go_on(site, kept)
    assert site.register.epoch == 2 and site.verify(ring=site.ring, kept=kept).ok
    with pytest.raises(UsageError, match="is of epoch 1, the register is in epoch 2"):
        resume(site.layout, checkpoint_of(kept))


def test_killed_and_called_again_after_the_old_epoch_went_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site, kept = restored(signed_site(tmp_path / "site", 4), tmp_path / "backup", 2)
    write = resume_module._write

    def dies_last(old: Register, entry: Entry) -> None:
        if entry.number == 1:
            raise KeyboardInterrupt
        write(old, entry)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(resume_module, "_write", dies_last)
        resume(site.layout, checkpoint_of(kept))
    for slot in ("s0", "s1", "s2"):
        site.withdraw(slot)
    go_on(site, kept)
    assert set(site.register.live()) == {"s3"} and site.verify(ring=site.ring, kept=kept).ok


def test_twice_lost(tmp_path: Path) -> None:
    site, kept = restored(signed_site(tmp_path / "site", 2), tmp_path / "one", 1)
    go_on(site, kept)
    second = Path(shutil.copytree(site.root, tmp_path / "two"))
    site.publish("more")
    site.sign()
    later = (site.layout.register / "epoch-2" / "checkpoint").read_bytes()
    again = Small(second)
    go_on(again, later)
    assert again.register.epoch == 3
    assert again.verify(ring=again.ring, kept=later).ok and again.verify(ring=again.ring, kept=kept).ok


def test_a_backup_from_before_the_last_epochs(tmp_path: Path) -> None:
    """The same old backup is restored three times: whole epochs are lost, every checkpoint is accounted for."""
    source, first = restored(signed_site(tmp_path / "site", 2), tmp_path / "old", 1)
    kept, number = [first], 1
    for turn in ("one", "two", "three"):
        site = Small(Path(shutil.copytree(tmp_path / "old", tmp_path / turn)))
        made = go_on(site, *kept)
        number += 1
        assert (made.epoch, made.held, made.items) == (number, 2 if number == 2 else 0, 2)
        site.publish(f"of {turn}")
        site.sign()
        assert all(site.verify(ring=source.ring, kept=known).ok for known in kept), turn
        kept.append((site.layout.register / f"epoch-{number}" / "checkpoint").read_bytes())
        assert site.verify(ring=source.ring, kept=kept[-1]).signed == 4


def test_a_lost_epoch_that_comes_back_whole_is_in_force_again(tmp_path: Path) -> None:
    """What an epoch starts with follows from what was held and known: opened again it has the same root."""
    site, kept = restored(signed_site(tmp_path / "site", 2), tmp_path / "old", 1)
    shutil.copytree(tmp_path / "old", tmp_path / "again")
    go_on(site, kept)
    later = (site.layout.register / "epoch-2" / "checkpoint").read_bytes()
    again = Small(tmp_path / "again")
    assert go_on(again, later).epoch == 2
    assert all(again.verify(ring=again.ring, kept=known).ok for known in (kept, later))


def test_killed_before_the_lost_epochs_were_opened_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site, kept = restored(signed_site(tmp_path / "site", 2), tmp_path / "old", 1)
    shutil.copytree(tmp_path / "old", tmp_path / "again")
    go_on(site, kept)
    site.publish("more")
    site.sign()
    later = (site.layout.register / "epoch-2" / "checkpoint").read_bytes()
    again = Small(tmp_path / "again")
    write = resume_module._write

    def dies_in_the_third(old: Register, entry: Entry) -> None:
        if old.epoch == 2:
            raise KeyboardInterrupt
        write(old, entry)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(resume_module, "_write", dies_in_the_third)
        resume(again.layout, checkpoint_of(later))
    # the second epoch is in force, with the items; that more was signed of it shows
    assert again.register.epoch == 2 and len(again.register.live()) == 2
    lost = "is of 4 entries, the register ends at 3: entries were lost"
    assert ("kept checkpoint", lost) in told(again.verify(ring=again.ring, kept=later))
    assert go_on(again, later).epoch == 3
    assert all(again.verify(ring=again.ring, kept=known).ok for known in (kept, later))


def test_nothing_to_resume(tmp_path: Path) -> None:
    site = signed_site(tmp_path, 2)
    for known in ([], [checkpoint_of(site.checkpoint.read_bytes())]):
        with pytest.raises(UsageError, match="holds 2 entries, all that"):
            resume(site.layout, *known)
    assert site.register.epoch == 1


def test_not_while_a_run_goes_on(tmp_path: Path) -> None:
    site, kept = restored(signed_site(tmp_path / "site", 2), tmp_path / "backup", 1)
    (site.layout.staging / "run").mkdir(parents=True)
    with (site.layout.staging / "run" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(Conflict, match="a run goes on here"):
            resume(site.layout, checkpoint_of(kept))
    resume(site.layout, checkpoint_of(kept))


@pytest.mark.parametrize("what", [b'"known_size":"3"', b'"held_size":"2"', b'"action":"resume"'])
def test_a_changed_first_entry_is_named(tmp_path: Path, what: bytes) -> None:
    site, kept = restored(signed_site(tmp_path / "site", 2), tmp_path / "backup", 1)
    go_on(site, kept)
    first = site.layout.register / "epoch-2" / "000" / "000" / "000001.json"
    name, value = what.rstrip(b'"').rsplit(b'"', 1)
    body = first.read_bytes()
    assert what in body
    new = b"publish" if value == b"resume" else b"x"
    first.write_bytes(body.replace(what, name + b'"' + new + b'"'))
    assert not site.verify(ring=site.ring, kept=kept).ok
    assert not site.verify().ok


def test_a_flipped_checkpoint_of_an_earlier_epoch_is_named(tmp_path: Path) -> None:
    site, kept = restored(signed_site(tmp_path / "site", 2), tmp_path / "backup", 1)
    go_on(site, kept)
    site.checkpoint.write_bytes(site.checkpoint.read_bytes().replace(b"\n2\n", b"\n3\n"))
    assert [name for name, _ in told(site.verify())] == ["checkpoint"]
