"""Envelopes: another implementation opens ours, we open theirs, and everything else is refused by name."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from securesystemslib.dsse import Envelope
from securesystemslib.signer import CryptoSigner, SSlibKey
from signing import chain

from rs.errors import Untrusted, UsageError
from rs.trust.canonical import canonical_json
from rs.trust.dsse import IN_TOTO, pae, seal, unseal

NOW = datetime(2024, 6, 1, tzinfo=UTC)
RING, (SIGNER, NEXT) = chain(datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC))
STRANGERS, (STRANGER,) = chain(datetime(2024, 1, 1, tzinfo=UTC), name="someone/else", seed=7)
KEY = SSlibKey(SIGNER.keyid, "ed25519", "ed25519", {"public": SIGNER.public.hex()})
GOOD = seal(b'{"a":1}', IN_TOTO, SIGNER)
BODY = json.loads(GOOD)


def test_what_is_signed_is_what_the_protocol_says() -> None:
    assert pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )
    assert pae("é", b"") == b"DSSEv1 2 \xc3\xa9 0 "


@given(st.binary())
def test_what_is_sealed_is_unsealed(payload: bytes) -> None:
    envelope = seal(payload, IN_TOTO, SIGNER)
    assert unseal(envelope, RING, NOW) == payload
    assert seal(payload, IN_TOTO, SIGNER) == envelope
    assert canonical_json(json.loads(envelope)) == envelope


@given(st.binary(max_size=50), st.sampled_from([IN_TOTO, "text/plain", "http://example.com/HelloWorld"]))
def test_another_implementation_verifies_ours_and_we_theirs(payload: bytes, kind: str) -> None:
    ours = Envelope.from_dict(json.loads(seal(payload, kind, SIGNER)))
    assert ours.payload == payload
    assert ours.verify([KEY], 1) == {SIGNER.keyid: KEY}
    theirs = Envelope(payload, kind, {})
    theirs.sign(CryptoSigner(SIGNER.private, KEY))
    assert unseal(json.dumps(theirs.to_dict()).encode(), RING, NOW, payload_type=kind) == payload
    assert canonical_json(theirs.to_dict()) == seal(payload, kind, SIGNER)


def test_one_signature_that_counts_is_enough() -> None:
    other = json.loads(seal(b'{"a":1}', IN_TOTO, NEXT))["signatures"][0]
    unknown = {**other, "keyid": "0" * 64}
    wrong = {**BODY["signatures"][0], "sig": base64.b64encode(b"\0" * 64).decode()}
    both = {**BODY, "signatures": [unknown, wrong, other, *BODY["signatures"]]}
    assert unseal(canonical_json(both), RING, NOW) == b'{"a":1}'
    for signatures, words in (
        ([unknown], "not one of the keys"),
        ([wrong], "does not fit"),
        ([other], "not yet valid"),
        ([{**BODY["signatures"][0], "keyid": NEXT.keyid}], "not yet valid"),
    ):
        with pytest.raises(Untrusted, match=words):
            unseal(canonical_json({**BODY, "signatures": signatures}), RING, NOW)


def test_the_type_is_the_one_asked_for() -> None:
    with pytest.raises(Untrusted, match="is asked for"):
        unseal(seal(b"x", "text/plain", SIGNER), RING, NOW)
    with pytest.raises(Untrusted, match="does not fit"):
        unseal(canonical_json({**BODY, "payloadType": "text/plain"}), RING, NOW, payload_type="text/plain")


def test_dates_and_revocation_of_the_key_count() -> None:
    with pytest.raises(Untrusted, match="no longer valid"):
        unseal(GOOD, RING, NOW + timedelta(days=900))
    revoked = RING.revoked(SIGNER.keyid, NOW + timedelta(days=1))
    with pytest.raises(Untrusted, match="revoked"):
        unseal(GOOD, revoked, NOW)
    assert unseal(GOOD, revoked, NOW, NOW + timedelta(hours=1)) == b'{"a":1}'
    with pytest.raises(UsageError, match="zone"):
        unseal(GOOD, RING, datetime(2024, 6, 1))


SIGNATURE = BODY["signatures"][0]


@pytest.mark.parametrize(
    "body",
    [
        {}, [], None, "x", 1,
        {**BODY, "more": 1},
        {name: BODY[name] for name in ("payload", "payloadType")},
        {**BODY, "payload": 1}, {**BODY, "payload": "%"}, {**BODY, "payload": BODY["payload"][:-1]},
        {**BODY, "payload": BODY["payload"] + "\n"}, {**BODY, "payload": "eyJhIjoyfQ=="}, {**BODY, "payloadType": None},
        {**BODY, "payloadType": ""}, {**BODY, "payloadType": IN_TOTO.upper()},
        {**BODY, "signatures": []}, {**BODY, "signatures": {}}, {**BODY, "signatures": [1]},
        {**BODY, "signatures": [[]]},
        {**BODY, "signatures": [SIGNATURE] * 101},
        {**BODY, "signatures": [{"sig": SIGNATURE["sig"]}]},
        {**BODY, "signatures": [{**SIGNATURE, "cert": ""}]},
        {**BODY, "signatures": [{**SIGNATURE, "keyid": None}]},
        {**BODY, "signatures": [{**SIGNATURE, "keyid": ""}]},
        {**BODY, "signatures": [{**SIGNATURE, "keyid": SIGNATURE["keyid"].upper()}]},
        {**BODY, "signatures": [{**SIGNATURE, "sig": ""}]},
        {**BODY, "signatures": [{**SIGNATURE, "sig": SIGNATURE["sig"][:-4]}]},
        {**BODY, "signatures": [{**SIGNATURE, "sig": SIGNATURE["sig"].rstrip("=")}]},
        {**BODY, "signatures": [SIGNATURE, {**SIGNATURE, "sig": "%"}]},
    ],
)  # fmt: skip
def test_envelopes_of_another_form(body: Any) -> None:
    with pytest.raises(Untrusted) as found:
        unseal(json.dumps(body).encode(), RING, NOW)
    assert found.value.where and found.value.remedy


@pytest.mark.parametrize(
    "body",
    [
        b"", b"\xff", GOOD[:-1], GOOD + b"x", GOOD.replace(b'"payload":', b'"payload":"","payload":'),
        b"[" * 100_000, GOOD + b" " * 2**24, b'{"payload":' * 90,
    ],
    ids=range(8),
)  # fmt: skip
def test_bytes_of_another_form(body: bytes) -> None:
    with pytest.raises(Untrusted):
        unseal(body, RING, NOW)


@given(st.data())
def test_no_changed_byte_goes_unseen(data: st.DataObject) -> None:
    body = bytearray(GOOD)
    at = data.draw(st.integers(0, len(body) - 1))
    body[at] = data.draw(st.integers(0, 255).filter(lambda x: x != body[at]))
    with pytest.raises(Untrusted):
        unseal(bytes(body), RING, NOW)


def test_a_ring_of_someone_else_opens_nothing() -> None:
    theirs = seal(b"{}", IN_TOTO, STRANGER)
    assert unseal(theirs, STRANGERS, NOW) == b"{}"
    for envelope, ring in ((theirs, RING), (GOOD, STRANGERS)):
        with pytest.raises(Untrusted, match="not one of the keys"):
            unseal(envelope, ring, NOW)


def test_calls_that_are_off() -> None:
    for kind in ("", "text", "text/plain\n", "text/é"):
        with pytest.raises(UsageError, match="media type"):
            seal(b"", kind, SIGNER)
    with pytest.raises(UsageError, match="more than"):
        seal(b"\0" * 2**24, IN_TOTO, SIGNER)
