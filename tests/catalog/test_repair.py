"""Repair brings back what can be, keeps what was damaged, names the rest; what was signed stays evidence."""

from __future__ import annotations

import fcntl
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.catalog.findings import told
from tests.catalog.small import Small, signed_site

from rs.catalog.heads import checkpoint_of
from rs.catalog.layout import Layout
from rs.catalog.repair import Repair, repair
from rs.catalog.resume import resume
from rs.catalog.verify import verify
from rs.core.scene import OpenMode
from rs.errors import BadInput, Conflict
from rs.products import products
from rs.trust.keystore import create_key, load_signer, revoke, rotate


def mend(site: Small, *, keys: bool = True) -> Repair:
    """Repair a site, with its keys or with its ring alone."""
    signer = load_signer(site.layout.keys) if keys else None
    return repair(site.layout, products(), OpenMode.CLOSED, site.ring, signer)


def quarantined(site: Small) -> list[str]:
    """Names of what was moved away, without the digest at their end."""
    files = (path for path in site.layout.quarantine.rglob("*") if path.is_file())
    return sorted(path.relative_to(site.layout.quarantine).as_posix().rpartition(".")[0] for path in files)


def test_a_real_catalogue_with_a_damaged_file(copy: Path) -> None:
    """A second copy under another name is where the bytes come back from."""
    layout = Layout(copy)
    file = next((copy / "data" / "ndvi").rglob("ndvi.*.tif"))
    shutil.copy(file, file.with_name("spare.tif"))
    whole = file.read_bytes()
    file.write_bytes(whole[:100])
    lost = next((copy / "data" / "turbidity").rglob("turbidity.*.tif"))
    lost.unlink()
    done = repair(layout, products(), OpenMode.CLOSED, None, None)
    assert file.read_bytes() == whole
    assert [Path(where).name for where, _ in done.left] == [lost.name] and "rs run makes it again" in done.left[0][1]
    assert told(verify(layout)) == [(lost.name, "file is missing")]
    kept = [path for path in layout.quarantine.rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in kept] == [whole[:100]]


def test_a_sound_site_stays_as_it_is(tmp_path: Path) -> None:
    site = signed_site(tmp_path)
    done = mend(site)
    assert [what for _, what in done.mended] == ["index made anew"] and not done.left
    assert not site.layout.quarantine.exists() and site.verify(ring=site.ring).ok


@pytest.mark.parametrize("covered", [True, False], ids=["covered", "not yet covered"])
def test_a_wrong_attestation_moves_away(tmp_path: Path, covered: bool) -> None:
    site = signed_site(tmp_path, 1)
    entry = next(site.register.read()) if covered else site.publish("s1")
    site.attestation(entry).write_bytes(b"squatted")
    done = mend(site)
    assert len(quarantined(site)) == 1 and site.attestation(entry).exists() == covered
    assert ("signed again" in [what for _, what in done.mended]) == covered
    site.sign()
    assert site.verify(ring=site.ring).ok


def test_without_a_key_the_lost_attestation_is_named(tmp_path: Path) -> None:
    site = signed_site(tmp_path, 1)
    path = site.attestation(next(site.register.read()))
    path.unlink()
    assert mend(site, keys=False).left == [(str(path), "attestation is lost, and no key here may sign")]


@pytest.mark.parametrize("body", [b"", b"x", b"\xff"])
def test_a_damaged_checkpoint_comes_back_from_the_kept_one(tmp_path: Path, body: bytes) -> None:
    site = signed_site(tmp_path, 1)
    site.publish("s1")
    site.sign()
    whole = site.checkpoint.read_bytes()
    site.checkpoint.write_bytes(body)
    mend(site)
    assert site.checkpoint.read_bytes() == whole and quarantined(site) == ["register/checkpoint"]
    (site.layout.register / "checkpoints/000/000/000002.txt").write_bytes(body)
    mend(site)
    assert site.verify(ring=site.ring).findings == []


def test_a_signed_checkpoint_that_does_not_fit_stays_where_it_is(tmp_path: Path) -> None:
    """It is what shows that entries were lost."""
    site = signed_site(tmp_path, 2)
    site.path(2).unlink()
    mend(site)
    assert "entries were lost" in told(site.verify())[0][1]


def test_a_damaged_register_is_left_alone(tmp_path: Path) -> None:
    site = signed_site(tmp_path, 2)
    site.path(1).write_bytes(b"{}")
    with pytest.raises(BadInput, match="is not a register entry") as error:
        mend(site)
    assert "backup" in error.value.remedy


def test_after_a_revocation_all_is_signed_anew(tmp_path: Path) -> None:
    site = signed_site(tmp_path, 2)
    revoke(site.layout.keys, site.ring.newest.keyid, datetime.now(UTC))
    rotate(site.layout.keys, datetime.now(UTC))
    assert not site.verify().ok
    mend(site)
    site.sign()
    assert site.verify(ring=site.ring).ok


def test_lost_keys(tmp_path: Path) -> None:
    """New keys sign all of it; consumers get a new keyring, and the old one vouches for nothing."""
    site = signed_site(tmp_path, 2)
    old = site.ring
    site.layout.keys.rename(tmp_path / "lost")
    create_key(site.layout.keys, "river.example/again", datetime.now(UTC))
    mend(site)
    site.sign()
    assert site.verify(ring=site.ring).ok and not site.verify(ring=old).ok


def test_in_a_later_epoch(tmp_path: Path) -> None:
    site = signed_site(tmp_path / "site", 2)
    shutil.copytree(site.root, tmp_path / "backup")
    site.publish("lost")
    site.sign()
    backup = Small(tmp_path / "backup")
    resume(backup.layout, checkpoint_of(site.checkpoint.read_bytes()))
    backup.sign()
    first = next(backup.register.read(1))
    backup.attestation(first).unlink()
    assert backup.verify(ring=backup.ring).ok is False
    mend(backup)
    assert backup.verify(ring=backup.ring).ok


def test_an_asset_that_the_item_lacks_is_named(tmp_path: Path) -> None:
    site = signed_site(tmp_path, 1)
    body = site.path(1).read_bytes()
    site.path(1).write_bytes(body.replace(b'"assets":{', b'"assets":{"extra":"' + b"0" * 64 + b'",'))
    assert ("register entry 1", "names asset extra, its item does not") in mend(site).left


def test_not_while_a_run_goes_on(tmp_path: Path) -> None:
    site = signed_site(tmp_path, 1)
    (site.layout.staging / "run").mkdir(parents=True)
    with (site.layout.staging / "run" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(Conflict, match="a run goes on here"):
            mend(site)
