"""The keyring: which signature counts when, and which documents are taken."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signing import chain

from rs.errors import Untrusted, UsageError
from rs.trust.canonical import canonical_json
from rs.trust.keyring import Keyring
from rs.trust.keys import Endorsement, PublicKey, Signer, keyid_of, parse_time, time_text
from rs.trust.note import open_note, sign_note

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
FIRST, SECOND_KEY, THIRD = (datetime(2024 + n, 1, 1, tzinfo=UTC) for n in range(3))
RING, SIGNERS = chain(FIRST, SECOND_KEY, THIRD)
A, B, C = (signer.keyid for signer in SIGNERS)
FORMER, _ = chain(FIRST)
Z = datetime(1, 1, 1, tzinfo=timezone(DAY / 24 * 5))


def test_each_key_counts_in_its_own_time() -> None:
    assert RING.at(A, FIRST).keyid == A
    assert RING.at(A, SECOND_KEY).keyid == A
    assert RING.at(B, SECOND_KEY).keyid == B
    assert RING.at(C, THIRD + 729 * DAY).keyid == C
    assert RING.newest.keyid == C
    assert [RING.until(key) for key in RING.keys] == [SECOND_KEY, THIRD, THIRD + 730 * DAY]
    # times of registers are cut to the second, and so is the one asked for
    assert RING.at(A, SECOND_KEY + SECOND * 0.9).keyid == A


@pytest.mark.parametrize(
    ("keyid", "when", "words"),
    [
        (A, FIRST - SECOND, "not yet valid at 2023-12-31T23:59:59Z"),
        (A, SECOND_KEY + SECOND, "no longer valid at 2025-01-01T00:00:01Z"),
        (B, FIRST, "not yet valid"),
        (C, THIRD + 731 * DAY, "no longer valid"),
        ("0" * 64, FIRST, "not one of the keys"),
        ("", FIRST, "not one of the keys"),
    ],
)
def test_what_does_not_count(keyid: str, when: datetime, words: str) -> None:
    with pytest.raises(Untrusted, match=words) as found:
        RING.at(keyid, when)
    assert found.value.where == f"key {keyid[:16]}"
    assert found.value.remedy


def test_times_are_compared_across_zones() -> None:
    there = timezone(timedelta(hours=8))
    assert RING.at(A, (SECOND_KEY).astimezone(there)).keyid == A
    with pytest.raises(Untrusted):
        RING.at(A, datetime(2024, 1, 1, 7, tzinfo=there))


def test_a_revoked_key_counts_only_where_its_age_is_proven() -> None:
    since = FIRST + 100 * DAY
    ring = RING.revoked(A, since)
    signed = FIRST + 10 * DAY
    assert ring.at(A, signed, proven_before=since).keyid == A
    assert ring.at(A, signed, proven_before=signed).keyid == A
    for proven in (None, since + SECOND, since + 900 * DAY):
        with pytest.raises(Untrusted, match="is revoked from 2024-04-10T00:00:00Z"):
            ring.at(A, signed, proven_before=proven)
    # a date before the revocation is what a thief would write
    with pytest.raises(Untrusted, match="nothing proves"):
        ring.at(A, FIRST)
    with pytest.raises(Untrusted, match="dated later than it is proven"):
        ring.at(A, signed, proven_before=signed - SECOND)
    assert ring.at(B, SECOND_KEY).keyid == B


def test_a_revocation_only_moves_back() -> None:
    ring = RING.revoked(A, SECOND_KEY)
    assert ring.revoked(A, FIRST).key(A).revoked_from == FIRST
    assert ring.revoked(A, THIRD) == ring
    with pytest.raises(Untrusted):
        RING.revoked("0" * 64, FIRST)


def test_times_without_zone_are_refused() -> None:
    naive = datetime(2024, 1, 1)
    for ask in (
        lambda: RING.at(A, naive),
        lambda: RING.at(A, FIRST, naive),
        lambda: RING.at("unknown", naive),
        lambda: RING.revoked(A, naive),
        lambda: PublicKey("a", SIGNERS[0].public, naive, FIRST),
        lambda: time_text(naive),
        lambda: time_text(Z),
    ):
        with pytest.raises(UsageError, match=r"zone|no time of UTC"):
            ask()


def test_a_document_reads_back() -> None:
    ring = RING.revoked(B, SECOND_KEY)
    assert Keyring.parse(ring.document()) == ring
    assert ring.document() == ring.document()
    assert b"PRIVATE" not in ring.document()


def test_a_ring_without_its_chain_is_refused() -> None:
    a, b, c = RING.keys
    _, strangers = chain(FIRST, SECOND_KEY, name="someone/else", seed=7)
    assert b.endorsement
    later = b.valid_until + DAY
    for keys in (
        (), (b, c), (a, c), (a, b, b), (b, a), (c, b, a),
        (a, replace(b, endorsement=None)),
        (a, replace(b, name="example.org/other")),
        (a, replace(b, valid_until=later)),
        (a, replace(b, valid_from=b.valid_from - DAY)),
        (a, replace(b, public=c.public)),
        (a, replace(b, endorsement=Endorsement(a.keyid, b"\0" * 64))),
        (a, replace(b, endorsement=Endorsement(a.keyid, b""))),
        (a, replace(b, endorsement=Endorsement(c.keyid, b.endorsement.signature))),
        (a, strangers[1].key),
    ):  # fmt: skip
        with pytest.raises(Untrusted):
            Keyring(keys)


def test_a_newer_ring_is_taken_on_the_word_of_the_held_one() -> None:
    assert FORMER.updated(RING) is RING
    assert RING.updated(RING) is RING
    revoked = RING.revoked(C, THIRD)
    assert RING.updated(revoked) is revoked
    assert revoked.updated(revoked.revoked(C, THIRD - DAY))


def test_a_ring_never_shrinks_changes_or_forgets() -> None:
    other, _ = chain(FIRST + DAY)
    for newer in (FORMER, other):
        with pytest.raises(Untrusted, match="missing or changed"):
            RING.updated(newer)
    held = RING.revoked(A, FIRST)
    for newer in (RING, RING.revoked(A, SECOND_KEY)):
        with pytest.raises(Untrusted, match="taken back"):
            held.updated(newer)


def test_a_key_endorsed_by_a_revoked_or_expired_one_needs_trust_of_its_own() -> None:
    with pytest.raises(Untrusted, match="endorsed by a key that was not good") as found:
        FORMER.updated(RING.revoked(A, FIRST))
    assert "telephone" in found.value.remedy
    late, _ = chain(FIRST, FIRST + 800 * DAY)
    with pytest.raises(Untrusted, match="endorsed by a key that was not good"):
        FORMER.updated(late)
    # as a document that is trusted by itself, both are fine
    assert Keyring.parse(late.document()) == late


@pytest.mark.parametrize(
    "change",
    [
        {"keyid": "0" * 64}, {"keyid": 3}, {"name": "a b"}, {"name": ""}, {"name": None}, {"algorithm": "rsa"},
        {"public": ""}, {"public": "AQ=="}, {"public": 1}, {"public": "A" * 43 + "="}, {"public": "%"},
        {"valid_from": "2024-01-01"}, {"valid_from": "2024-01-01T00:00:00+00:00"},
        {"valid_from": "2024-13-01T00:00:00Z"},
        {"valid_from": "٢024-01-01T00:00:00Z"}, {"valid_from": 0}, {"valid_from": "2034-01-01T00:00:00Z"},
        {"valid_from": "2024-01-01T24:00:00Z"}, {"valid_until": "0000-01-01T00:00:00Z"}, {"valid_until": None},
        {"revoked_from": ""}, {"revoked_from": False}, {"revoked_from": []},
        {"endorsement": {}}, {"endorsement": {"by": "", "signature": ""}}, {"endorsement": "x"},
        {"endorsement": {"by": "", "signature": "", "more": 1}}, {"private": "x"},
    ],
    ids=str,
)  # fmt: skip
def test_documents_with_one_thing_wrong(change: dict[str, Any]) -> None:
    body = json.loads(FORMER.document())
    body["keys"][0].update(change)
    with pytest.raises(Untrusted):
        Keyring.parse(json.dumps(body).encode())


def test_documents_of_another_form() -> None:
    body = json.loads(FORMER.document())
    key = body["keys"][0]
    lacking = [{name: value for name, value in key.items() if name != gone} for gone in key]
    others: list[Any] = [
        {**body, "type": "x"}, {**body, "more": 1}, {"keys": body["keys"]}, {**body, "keys": []}, {**body, "keys": {}},
        {**body, "keys": [1]}, {**body, "keys": [None]}, {**body, "keys": [[]]}, {**body, "keys": [key] * 1001},
        [], 1, None,
        *({**body, "keys": [one]} for one in lacking),
    ]  # fmt: skip
    for other in others:
        with pytest.raises(Untrusted):
            Keyring.parse(json.dumps(other).encode())
    with pytest.raises(Untrusted, match="more than"):
        Keyring.parse(FORMER.document() + b" " * 2**20)


@given(st.data())
def test_no_changed_byte_of_a_ring_changes_what_is_endorsed(data: st.DataObject) -> None:
    body = bytearray(RING.document())
    at = data.draw(st.integers(0, len(body) - 2))
    body[at] = data.draw(st.integers(0, 255).filter(lambda x: x != body[at]))
    try:
        found = Keyring.parse(bytes(body))
    except Untrusted:
        return
    assert [key.core() for key in found.keys[1:]] == [key.core() for key in RING.keys[1:]]


def test_signed_notes_are_checked_with_a_ring() -> None:
    note = open_note(sign_note("text\n", [SIGNERS[1]]), RING.verifiers)
    assert [keyid_of(x.verifier.public) for x in note.signatures] == [B]


def test_a_signer_stays_where_it_is_and_shows_nothing() -> None:
    signer = SIGNERS[0]
    assert "private" not in repr(signer).lower()
    with pytest.raises(UsageError, match="never leaves its process"):
        pickle.dumps(signer)
    with pytest.raises(UsageError, match="belongs to another public key"):
        Signer(SIGNERS[1].key, signer.private)


def test_the_core_of_a_key_is_what_is_documented() -> None:
    assert json.loads(RING.keys[1].core()) == {
        "type": "rs-key/v1", "name": "example.org/log", "public": json.loads(RING.document())["keys"][1]["public"],
        "valid_from": "2025-01-01T00:00:00Z", "valid_until": "2027-01-01T00:00:00Z", "endorsed_by": A,
    }  # fmt: skip
    assert canonical_json(json.loads(RING.keys[1].core())) == RING.keys[1].core()


@given(st.datetimes(timezones=st.just(UTC)))
def test_times_read_back(time: datetime) -> None:
    assert parse_time(time_text(time), "here") == time.replace(microsecond=0)
