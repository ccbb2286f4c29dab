"""Signing: every item gets its attestation, the register its checkpoint, and nothing wrong is vouched for."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from tests.catalog.findings import noticed, told
from tests.catalog.small import NAME, Small, days_ago, signed_site

from rs.catalog import sign as sign_module
from rs.catalog.checks import check_before
from rs.catalog.item import item_of
from rs.catalog.layout import Layout
from rs.catalog.publish import Publisher
from rs.catalog.sign import sign
from rs.catalog.verify import Against, verify
from rs.core.result import Result
from rs.errors import CheckFailed, UsageError
from rs.trust.keystore import create_key, load_ring, load_signer, revoke, rotate


def test_a_real_catalogue_is_signed_and_verifies(tmp_path: Path, results: list[Result]) -> None:
    layout = Layout(tmp_path)
    create_key(layout.keys, NAME, days_ago(1))
    register = layout.open_register()
    for result in results:
        Publisher(layout, register, signed=True).publish(result)
    assert sign(layout, register, load_signer(layout.keys)).size == 4
    found = verify(layout, Against(load_ring(layout.keys)))
    assert found.ok and found.signed == 4 and noticed(found) == ["catalog.json"]
    assert found.signer == f"{NAME}/resource, key {load_ring(layout.keys).newest.keyid[:16]}"
    own = verify(layout)
    assert own.ok and "own keyring" in own.signer


def test_an_attestation_is_what_other_software_expects(tmp_path: Path) -> None:
    """DSSE, in-toto statement v1 and SLSA provenance v1, read without `rs`."""
    site = signed_site(tmp_path, 1)
    (entry,) = site.register.read()
    envelope = json.loads(site.attestation(entry).read_bytes())
    payload = base64.b64decode(envelope["payload"])
    kind = envelope["payloadType"].encode()
    (signature,) = envelope["signatures"]
    public = site.ring.newest.public
    assert signature["keyid"] == hashlib.sha256(public).hexdigest()
    message = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(signature["sig"]), message)
    said = json.loads(payload)
    assert (kind, said["_type"]) == (b"application/vnd.in-toto+json", "https://in-toto.io/Statement/v1")
    assert said["predicateType"] == "https://slsa.dev/provenance/v1"
    digests = {one["name"]: one["digest"]["sha256"] for one in said["subject"]}
    assert {name: digests[f"asset:{name}"] for name in entry.fact.assets} == entry.fact.assets
    assert said["predicate"]["buildDefinition"]["externalParameters"]["key"] == entry.fact.key


def test_signing_again_changes_nothing(tmp_path: Path) -> None:
    site = signed_site(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and "cache" not in path.parts}
    site.sign()
    assert before == {path: path.read_bytes() for path in before}


def test_what_was_published_before_there_were_keys_is_signed_later(tmp_path: Path) -> None:
    site = Small(tmp_path)
    site.publish("s0")
    assert site.verify().signed == 0
    site.with_keys()
    assert [f.what for f in site.verify().findings][:1] == ["covers 0 of 1 entries; the next run signs the others"]
    site.sign()
    assert site.verify(ring=site.ring).signed == 1 and site.verify(ring=site.ring).ok


@pytest.mark.parametrize("how", ["garbage", "of another item"])
def test_a_wrong_file_in_the_place_of_an_attestation_is_never_vouched_for(tmp_path: Path, how: str) -> None:
    site = signed_site(tmp_path, 1)
    (first,) = site.register.read()
    entry = site.publish("s1")
    squatted = site.attestation(entry)
    squatted.write_bytes(b"{}" if how == "garbage" else site.attestation(first).read_bytes())
    assert [name for name, _ in told(site.verify())] == [squatted.name]
    with pytest.raises(CheckFailed, match="cannot be signed") as error:
        site.sign()
    assert error.value.where == str(squatted) and "rs repair" in error.value.remedy
    assert "covers 1 of 2 entries" in str(site.verify().findings)


def test_a_lost_item_is_not_signed(tmp_path: Path) -> None:
    site = Small(tmp_path).with_keys()
    site.item(site.publish("s0")).unlink()
    with pytest.raises(CheckFailed, match="lost or damaged and cannot be signed"):
        site.sign()
    assert not site.checkpoint.exists()


def test_a_key_that_was_changed_meanwhile_signs_nothing(tmp_path: Path) -> None:
    site = Small(tmp_path).with_keys()
    site.publish("s0")
    late = load_signer(site.layout.keys)
    rotate(site.layout.keys, datetime.now(UTC))
    with pytest.raises(UsageError, match="key was changed while this ran"):
        sign(site.layout, site.register, late)
    assert site.sign().size == 1 and site.verify(ring=site.ring).ok


def test_killed_before_the_checkpoint_and_the_key_changed_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = Small(tmp_path).with_keys()
    site.publish("s0")

    def die(name: str) -> None:
        if name == "sign.checkpoint":
            raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(sign_module, "reach", die)
        site.sign()
    assert not site.checkpoint.exists() and site.verify(ring=site.ring).ok
    rotate(site.layout.keys, datetime.now(UTC))
    site.sign()
    assert site.checkpoint.exists() and site.verify(ring=site.ring).ok


def test_a_checkpoint_never_goes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two publishers the slower one, with the shorter register, does not win."""
    site = signed_site(tmp_path, 1)
    site.publish("s1")

    def overtaken(name: str) -> None:
        if name == "sign.checkpoint":
            patched.undo()
            site.publish("s2")
            site.sign()

    with monkeypatch.context() as patched:
        patched.setattr(sign_module, "reach", overtaken)
        site.sign()
    assert site.checkpoint.read_text().split("\n")[1] == "3"
    assert site.verify(ring=site.ring).ok


def test_a_checkpoint_that_no_key_signed_does_not_stand(tmp_path: Path) -> None:
    site = signed_site(tmp_path / "site", 1)
    stranger = signed_site(tmp_path / "stranger", 1)
    site.checkpoint.write_bytes(stranger.checkpoint.read_bytes().replace(b"s0", b"s1"))
    with pytest.raises(CheckFailed, match="no signature by a known key"):
        site.sign()


def test_a_shortened_or_changed_register_is_not_signed(tmp_path: Path) -> None:
    site = signed_site(tmp_path, 3)
    body = site.path(3).read_bytes()
    site.path(3).unlink()
    with pytest.raises(CheckFailed, match="has 2 entries and is not the one that its checkpoint of 3"):
        site.sign()
    site.path(3).write_bytes(body.replace(b'"publish"', b'"withdraw"').replace(b'supersedes":""', b'supersedes":"x"'))
    with pytest.raises(CheckFailed, match="is not the one"):
        site.sign()


def test_after_a_revocation_the_next_key_signs_the_head_anew(tmp_path: Path) -> None:
    site = signed_site(tmp_path, 2)
    revoke(site.layout.keys, site.ring.newest.keyid, days_ago(1))
    with pytest.raises(UsageError, match="revoked"):
        site.sign()
    rotate(site.layout.keys, datetime.now(UTC))
    assert ("checkpoint", "covers 0 of 2 entries, the others only by a revoked key: nothing proves their age") in told(
        site.verify()
    )
    site.sign()
    assert {what.split(":")[0] for _, what in told(site.verify())} == {"attestation does not hold"}


@pytest.mark.parametrize("odd", [{"n": 2**60}, {"text": "\ud800"}])
def test_an_item_that_cannot_be_signed_is_not_published(results: list[Result], odd: dict[str, object]) -> None:
    item = item_of(results[0])
    item["properties"] |= odd
    with pytest.raises(CheckFailed, match="cannot be signed"):
        check_before(results[0], item, "here")
