"""DSSE envelopes (https://github.com/secure-systems-lab/dsse, version 1): a payload, its type, signatures on both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rs.errors import Untrusted, UsageError
from rs.trust.canonical import canonical_json
from rs.trust.ed25519 import verify
from rs.trust.encoding import MAX_BYTES, base64_bytes, base64_text, json_value, record, sequence
from rs.trust.keyring import Keyring
from rs.trust.keys import Signer

IN_TOTO = "application/vnd.in-toto+json"
MAX_SIGNATURES = 100
WHERE = "DSSE envelope"


def pae(payload_type: str, payload: bytes) -> bytes:
    """Pre-authentication encoding: what is signed (DSSE protocol, "Signature Definition")."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def seal(payload: bytes, payload_type: str, signer: Signer) -> bytes:
    """The envelope over a payload, as canonical JSON: the same bytes for the same payload and key.

    Raises UsageError for a type that is no media type, and for an envelope beyond 16 MiB.
    """
    if not payload_type.isascii() or not payload_type.isprintable() or "/" not in payload_type:
        raise UsageError(f"{payload_type[:80]!r} is no media type")
    signature = {"keyid": signer.keyid, "sig": base64_text(signer.sign(pae(payload_type, payload)))}
    body = {"payload": base64_text(payload), "payloadType": payload_type, "signatures": [signature]}
    envelope = canonical_json(body)
    if len(envelope) > MAX_BYTES:
        raise UsageError(f"the envelope has {len(envelope)} bytes, more than {MAX_BYTES}")
    return envelope


def unseal(
    envelope: bytes, ring: Keyring, when: datetime, proven_before: datetime | None = None, payload_type: str = IN_TOTO
) -> bytes:
    """The payload of an envelope that a key of the ring signed, and that is of the type asked for.

    when: when it was signed, as the payload or the register has it; proven_before: as `Keyring.at` takes it.
    Signatures that do not count are passed over while another one does. Raises Untrusted where the form is not
    exact or no signature counts, and then says why the first did not; UsageError for times without zone.
    """
    fields = {"payload": str, "payloadType": str, "signatures": list}
    body = record(json_value(envelope, WHERE), fields, WHERE)
    if body["payloadType"] != payload_type:
        raise Untrusted(f"holds {body['payloadType'][:80]!r} where {payload_type!r} is asked for", where=WHERE)
    payload = base64_bytes(body["payload"], WHERE)
    message = pae(payload_type, payload)
    faults = []
    for keyid, signature in _signatures(sequence(body["signatures"], 1, MAX_SIGNATURES, WHERE)):
        try:
            if verify(ring.at(keyid, when, proven_before).public, signature, message):
                return payload
            faults.append(Untrusted(f"has a signature by key {keyid[:16]} that does not fit", where=WHERE))
        except Untrusted as error:
            faults.append(error)
    raise faults[0]


def _signatures(values: Sequence[Any]) -> list[tuple[str, bytes]]:
    """Key ID and signature of each entry; all are well-formed before the first is tried."""
    entries = [record(value, {"keyid": str, "sig": str}, WHERE) for value in values]
    return [(entry["keyid"], base64_bytes(entry["sig"], WHERE)) for entry in entries]
