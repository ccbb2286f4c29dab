"""Proofs hold for a reader that was written from the RFCs alone, and for nothing that was changed."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from tests.catalog import rfc6962
from tests.catalog.small import NAME, Small, signed_site

from rs.catalog.prove import prove
from rs.errors import CheckFailed, UsageError


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7, 8, 9, 13])
def test_every_item_under_every_size(tmp_path: Path, count: int) -> None:
    site = Small(tmp_path).with_keys()
    checkpoints: dict[int, str] = {}
    for number in range(count):
        site.publish(f"s{number}")
        size = site.sign().size
        checkpoints[size] = site.checkpoint.read_text()
    entries = list(site.register.read())
    leaves = [entry.fact.leaf() for entry in entries]
    for entry in entries:
        for old, note in checkpoints.items():
            proof = prove(site.register, entry.fact.item, old)
            assert rfc6962.check(proof, note)
            assert rfc6962.signed(proof["checkpoint"], NAME, site.ring.newest.public)
            assert rfc6962.head(proof["checkpoint"])[2] == rfc6962.tree(leaves)
            assert rfc6962.head(note)[2] == rfc6962.tree(leaves[:old])


def test_a_changed_proof_does_not_hold(tmp_path: Path) -> None:
    site = signed_site(tmp_path, 7)
    old = site.checkpoint.read_text()
    site.publish("s7")
    site.sign()
    item = next(site.register.read(2)).fact.item
    proof = prove(site.register, item, 7)
    assert rfc6962.check(proof, old)
    wrong = base64.b64encode(bytes(32)).decode()
    for field in ("inclusion", "consistency"):
        for place in range(len(proof[field])):
            changed = [*proof[field][:place], wrong, *proof[field][place + 1 :]]
            assert not rfc6962.check({**proof, field: changed}, old)
        assert not rfc6962.check({**proof, field: proof[field][:-1]}, old)
    assert not rfc6962.check({**proof, "entry": proof["entry"] + 1}, old)
    assert not rfc6962.check({**proof, "leaf": proof["leaf"].replace("publish", "withdraw")}, old)


def test_the_last_entry_about_an_item_is_proven(tmp_path: Path) -> None:
    site = signed_site(tmp_path, 2)
    entry = site.withdraw("s0")
    site.sign()
    proof = prove(site.register, entry.fact.item)
    assert proof["entry"] == 3 and '"action":"withdraw"' in proof["leaf"] and rfc6962.check(proof)


def test_what_cannot_be_proven_says_why(tmp_path: Path) -> None:
    site = Small(tmp_path).with_keys()
    first = site.publish("s0").fact.item
    with pytest.raises(UsageError, match="nothing is signed"):
        prove(site.register, first)
    site.sign()
    late = site.publish("s1").fact.item
    for item, old, words in (("absent", 0, "no item 'absent'"), ("", 0, "no item ''"),
                             (late, 0, "covers 1 entries, not 2"), (first, 9, "covers 1 entries, not 9")):  # fmt: skip
        with pytest.raises(UsageError, match=words):
            prove(site.register, item, old)
    site.sign()
    site.path(2).unlink()
    with pytest.raises(CheckFailed, match="not the one of this checkpoint"):
        prove(site.register, first)
