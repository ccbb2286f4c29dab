"""Signatures, checkpoints and keyrings: whatever is changed, dropped or made up is named."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.catalog.findings import noticed, told
from tests.catalog.small import Small, days_ago, signed_site
from tests.catalog.test_verify_flips import flipped

from rs.catalog.entry import parse
from rs.catalog.sign import sign
from rs.errors import Untrusted
from rs.trust.keys import Signer
from rs.trust.keystore import load_signer, revoke, rotate
from rs.trust.note import Kind, Verifier, cosign

QUICK = settings(deadline=None, max_examples=60)


def forged(site: Small, number: int, signer: Signer | None = None) -> None:
    """An old entry changed, and all that rests on it made to fit; signed anew where there is a key."""
    entry = parse(site.path(number).read_bytes(), number, "")
    changed = replace(entry, fact=replace(entry.fact, about={"changed": "yes"}))
    site.path(number).write_bytes(changed.body())
    shutil.rmtree(site.root / "cache")
    if signer is not None:
        site.checkpoint.unlink()
        shutil.rmtree(site.layout.register / "checkpoints")
        sign(site.layout, site.register, signer)


@pytest.fixture(scope="module")
def victim(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """A signed site with two keys in its ring, damaged and mended by every example."""
    site = signed_site(tmp_path_factory.mktemp("victim"), 3)
    rotate(site.layout.keys, datetime.now(UTC))
    site.publish("s9")
    site.sign()
    return site


PARTS = {
    "attestation": "attestations/*/*.json", "entry": "register/resource/000/000/*.json",
    "checkpoint": "register/resource/checkpoint", "kept": "register/resource/checkpoints/000/000/*",
    "keyring": "keys/keyring.json", "item": "items/*/*.json", "file": "data/*/*/*",
}  # fmt: skip


@pytest.mark.parametrize("part", PARTS)
@given(data=st.data())
@QUICK
def test_a_flipped_bit_is_named(victim: Small, part: str, data: st.DataObject) -> None:
    ring = victim.ring
    path = data.draw(st.sampled_from(sorted(victim.root.glob(PARTS[part]))), "file")
    assert victim.verify(ring=ring).ok
    with flipped(path, data):
        own, trusted = victim.verify(), victim.verify(ring=ring)
    # an entry may show at its item, its files and the checkpoints instead
    assert not own.ok and (part == "entry" or str(path) in {finding.where for finding in own.findings})
    # the consumer has a keyring of their own: whatever happened to the one there
    assert trusted.ok == (part == "keyring")


def test_another_keyring_vouches_for_nothing(tmp_path: Path) -> None:
    site, other = signed_site(tmp_path / "site", 2), signed_site(tmp_path / "other", 2)
    found = site.verify(ring=other.ring)
    assert ("checkpoint", "signed note bears no signature by a known key") in told(found)
    assert ("checkpoint", "2 of 2 entries are signed by no key of the keyring") in told(found)
    assert sum(name.endswith(".dsse.json") for name, _ in told(found)) == 2 and found.signed == 0


def test_what_was_never_signed_is_an_error_with_trust_alone(tmp_path: Path) -> None:
    site, other = Small(tmp_path / "site"), signed_site(tmp_path / "other", 1)
    site.publish("s0")
    assert site.verify().ok and not site.verify().signer
    assert told(site.verify(ring=other.ring)) == [
        ("checkpoint", "1 of 1 entries are signed by no key of the keyring")
    ]  # fmt: skip


def test_an_entry_that_no_key_signed_is_an_error_for_a_consumer(tmp_path: Path) -> None:
    """Anyone who can write there can append; for the publisher it is what the next run signs."""
    site = signed_site(tmp_path, 2)
    site.publish("extra")
    assert site.verify().ok and "checkpoint" in noticed(site.verify())
    assert told(site.verify(ring=site.ring)) == [
        ("checkpoint", "1 of 3 entries are signed by no key of the keyring")
    ]  # fmt: skip


def test_a_missing_attestation_is_named(tmp_path: Path) -> None:
    site = signed_site(tmp_path, 2)
    path = site.attestation(next(site.register.read()))
    path.unlink()
    assert told(site.verify()) == [(path.name, "attestation of register entry 1 is missing")]


def test_a_dropped_last_entry(tmp_path: Path) -> None:
    site = signed_site(tmp_path, 3)
    kept = site.checkpoint.read_bytes()
    site.path(3).unlink()
    assert ("checkpoint", "is of 3 entries, the register ends at 2: entries were lost") in told(site.verify())
    # dropped with everything that tells: only who kept a checkpoint knows
    shutil.rmtree(site.layout.register / "checkpoints")
    site.checkpoint.unlink()
    shutil.rmtree(site.root / "cache")
    site.sign()
    assert site.verify(ring=site.ring).ok
    assert told(site.verify(ring=site.ring, kept=kept)) == [
        ("kept checkpoint", "is of 3 entries, the register ends at 2: entries were lost")
    ]


CHANGED = "the first 3 entries are not those of then: an old entry was changed, or this is a fork"


def test_an_old_entry_changed_without_the_key(tmp_path: Path) -> None:
    site = signed_site(tmp_path, 3)
    forged(site, 2)
    assert told(site.verify()) == [("checkpoint", CHANGED), ("000003.txt", CHANGED)]


def test_an_old_entry_changed_and_signed_by_a_stranger(tmp_path: Path) -> None:
    site, stranger = signed_site(tmp_path / "site", 3), signed_site(tmp_path / "stranger", 1)
    ring = site.ring
    shutil.rmtree(site.layout.keys)
    shutil.rmtree(site.root / "attestations")
    shutil.copytree(stranger.layout.keys, site.layout.keys)
    forged(site, 2, load_signer(site.layout.keys))
    assert site.verify().ok
    wrong = {name for name, _ in told(site.verify(ring=ring))}
    assert "checkpoint" in wrong and len(wrong) == 5


def test_an_old_entry_changed_by_who_has_the_key_shows_against_a_kept_checkpoint_alone(tmp_path: Path) -> None:
    site = signed_site(tmp_path, 3)
    kept = site.checkpoint.read_bytes()
    forged(site, 2, load_signer(site.layout.keys))
    assert site.verify(ring=site.ring).ok
    assert told(site.verify(ring=site.ring, kept=kept)) == [("kept checkpoint", CHANGED)]


def test_a_fork_shows_to_whoever_kept_the_other_branch(tmp_path: Path) -> None:
    site = signed_site(tmp_path / "one", 2)
    shutil.copytree(site.root, tmp_path / "two")
    fork = Small(tmp_path / "two")
    for branch, slot in ((site, "left"), (fork, "right")):
        branch.publish(slot)
        branch.sign()
    for mine, other in ((site, fork), (fork, site)):
        assert mine.verify(ring=mine.ring, kept=mine.checkpoint.read_bytes()).ok
        found = mine.verify(ring=mine.ring, kept=other.checkpoint.read_bytes())
        assert told(found) == [("kept checkpoint", CHANGED)]


def test_a_checkpoint_of_before_is_fine_while_the_register_only_grew(tmp_path: Path) -> None:
    site = signed_site(tmp_path, 2)
    kept = site.checkpoint.read_bytes()
    site.publish("more")
    site.sign()
    assert site.verify(ring=site.ring, kept=kept).ok


@pytest.mark.parametrize(
    "change",
    [lambda b: b"", lambda b: b[:-1], lambda b: b"\xff" + b, lambda b: b.replace(b"\n2\n", b"\n3\n"),
     lambda b: b.replace(b"resource", b"resource/epoch-7"), lambda b: b"x" * 2**21],
)  # fmt: skip
def test_a_kept_checkpoint_that_is_none(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    site = signed_site(tmp_path, 2)
    for ring in (site.ring, None):
        found = site.verify(ring=ring, kept=change(site.checkpoint.read_bytes()))
        assert [name for name, _ in told(found)][:1] == ["kept checkpoint"] or ring is None


def test_rotation_leaves_old_signatures_valid(tmp_path: Path) -> None:
    site = signed_site(tmp_path, 2)
    rotate(site.layout.keys, datetime.now(UTC))
    assert site.verify(ring=site.ring).ok
    site.publish("later")
    site.sign()
    found = site.verify(ring=site.ring)
    assert found.ok and found.signed == 3 and site.ring.newest.keyid[:16] in found.signer


def test_a_ring_from_before_the_rotation_does_not_know_the_new_key(tmp_path: Path) -> None:
    site = signed_site(tmp_path, 1)
    old = site.ring
    rotate(site.layout.keys, datetime.now(UTC))
    site.publish("later")
    site.sign()
    found = site.verify(ring=old)
    assert not found.ok and any("not one of the keys" in what for _, what in told(found))
    assert old.updated(site.ring) == site.ring


def test_a_revoked_key_counts_only_with_proof_of_age(tmp_path: Path) -> None:
    site = signed_site(tmp_path, 2)
    kept, now = site.checkpoint.read_bytes(), datetime.now(UTC)
    ring = site.ring.revoked(site.ring.newest.keyid, now)
    without = site.verify(ring=ring)
    assert {name.rpartition(".")[2] for name, _ in told(without)} == {"checkpoint", "json"}
    assert len(told(without)) == 3 and "is revoked" in str(without.findings)
    assert site.verify(ring=ring, kept=kept, kept_at=now).ok
    assert not site.verify(ring=ring, kept=kept).ok
    late = site.verify(ring=ring.revoked(ring.newest.keyid, days_ago(5)), kept=kept, kept_at=now)
    assert len(told(late)) == 3


def test_what_a_thief_adds_after_the_kept_checkpoint_is_refused(tmp_path: Path) -> None:
    site = signed_site(tmp_path, 2)
    kept, now = site.checkpoint.read_bytes(), datetime.now(UTC)
    site.withdraw("s0")
    site.sign()
    found = site.verify(ring=site.ring.revoked(site.ring.newest.keyid, now), kept=kept, kept_at=now)
    assert told(found) == [
        ("checkpoint", "covers 2 of 3 entries, the others only by a revoked key: nothing proves their age")
    ]


def test_what_was_signed_anew_after_a_revocation_holds_for_all(tmp_path: Path) -> None:
    """With an old kept checkpoint and without one."""
    site = signed_site(tmp_path, 2)
    kept, now = site.checkpoint.read_bytes(), datetime.now(UTC)
    revoke(site.layout.keys, site.ring.newest.keyid, now)
    rotate(site.layout.keys, datetime.now(UTC))
    for path in (tmp_path / "attestations").rglob("*.json"):
        path.unlink()
    site.checkpoint.unlink()
    site.sign()
    assert site.verify(ring=site.ring).ok
    assert site.verify(ring=site.ring, kept=kept, kept_at=now).ok


def test_a_witness_proves_the_age(tmp_path: Path) -> None:
    site, witness = signed_site(tmp_path / "site", 2), signed_site(tmp_path / "witness", 1)
    signer = load_signer(witness.layout.keys)
    key, now = Verifier(signer.name, signer.public, Kind.COSIGNATURE), datetime.now(UTC)
    kept = site.checkpoint.read_bytes()
    ring = site.ring.revoked(site.ring.newest.keyid, now)
    found = site.verify(ring=ring, kept=cosign(kept, signer, now), witness=key)
    assert found.ok and any(f.what.startswith(f"was seen by {signer.name} at ") for f in found.findings)
    assert told(site.verify(ring=ring, kept=kept, witness=key))[0][1].endswith("bears no signature by a known key")
    early = site.ring.revoked(site.ring.newest.keyid, days_ago(1))
    assert not site.verify(ring=early, kept=cosign(kept, signer, now), witness=key).ok


def test_a_checkpoint_under_the_name_of_another_is_named(tmp_path: Path) -> None:
    site = signed_site(tmp_path, 1)
    site.publish("more")
    site.sign()
    folder = site.layout.register / "checkpoints" / "000" / "000"
    shutil.copy(folder / "000001.txt", folder / "000002.txt")
    assert told(site.verify()) == [("000002.txt", "is the checkpoint of 1 entries under another name")]


@pytest.mark.parametrize("name", ["checkpoint", "attestation"])
def test_a_file_of_hostile_size_is_not_read(tmp_path: Path, name: str) -> None:
    site = signed_site(tmp_path, 1)
    path = site.checkpoint if name == "checkpoint" else site.attestation(next(site.register.read()))
    with path.open("wb") as stream:
        stream.truncate(2**40)
    found = site.verify(ring=site.ring)
    assert any("more than 16777216" in what for _, what in told(found))


def test_a_keyring_of_a_stranger_is_no_newer_one(tmp_path: Path) -> None:
    one, other = signed_site(tmp_path / "one", 1), signed_site(tmp_path / "other", 1)
    with pytest.raises(Untrusted, match="missing or changed"):
        one.ring.updated(other.ring)
