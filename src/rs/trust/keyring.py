"""The keyring: which keys of a publisher a consumer trusts, and for when.

A ring holds every key the publisher ever had, in the order of rotation. Each after the first bears an
endorsement by the one before. A key is valid from its own start up to its own end or the start of the next
key, whichever is first; what it signed in that time stays valid for ever. A ring only grows: `updated`
takes a newer one only where it holds all the keys and revocations of the held one.

Revocation. A key that is revoked from T may be in other hands since T, and whoever holds it can write any date.
So the date in what it signed counts for nothing, and the signature holds only where something else proves
that it was made before T: a witness's cosignature, a checkpoint that someone kept. The caller passes that
as `proven_before`. Without it the signature is refused, however old it says it is.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from rs.errors import Untrusted, UsageError
from rs.trust.canonical import canonical_json
from rs.trust.encoding import base64_bytes, base64_text, json_value, record, sequence
from rs.trust.keys import Endorsement, PublicKey, parse_time, time_text, utc_second
from rs.trust.note import Verifier

TYPE = "rs-keyring/v1"
ALGORITHM = "ed25519"
MAX_KEYS = 1000
MAX_RING = 2**20
WHERE = "keyring"
NEW_RING = "Ask the publisher for the present keyring, and compare the key ID by another way, such as the telephone"


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys of a publisher, oldest first. Raises Untrusted where they are not one chain."""

    keys: tuple[PublicKey, ...]

    def __post_init__(self) -> None:
        if not self.keys or self.keys[0].endorsement is not None:
            raise Untrusted("needs a first key, without endorsement", where=WHERE)
        if len({key.public for key in self.keys}) != len(self.keys):
            raise Untrusted("holds a key twice", where=WHERE)
        for before, after in pairwise(self.keys):
            if after.valid_from <= before.valid_from:
                raise Untrusted("has keys out of their order in time", where=_place(after.keyid))
            if not after.is_endorsed_by(before):
                raise Untrusted("is not endorsed by the key before it", where=_place(after.keyid))

    @property
    def newest(self) -> PublicKey:
        """The key that signs at present, or did last."""
        return self.keys[-1]

    @property
    def verifiers(self) -> tuple[Verifier, ...]:
        """All keys as signed notes are checked with; `at` says which of them counts for a time."""
        return tuple(key.verifier for key in self.keys)

    def key(self, keyid: str) -> PublicKey:
        """The key with an ID. Raises Untrusted where the ring has none."""
        for key in self.keys:
            if key.keyid == keyid:
                return key
        raise Untrusted("is not one of the keys that are trusted here", where=_place(keyid), remedy=NEW_RING)

    def until(self, key: PublicKey) -> datetime:
        """The last second in which a key of the ring was to sign."""
        later = [other.valid_from for other in self.keys if other.valid_from > key.valid_from]
        return min([key.valid_until, *later])

    def at(self, keyid: str, when: datetime, proven_before: datetime | None = None) -> PublicKey:
        """The key whose signature, made at `when`, counts.

        when: what the signed says itself. proven_before: a time before which others prove the signature to
        have been there. Raises Untrusted for an unknown key, one not yet valid, expired or replaced by then, or
        revoked without proof of age; UsageError for times without zone.
        """
        when, proven = utc_second(when), None if proven_before is None else utc_second(proven_before)
        key = self.key(keyid)
        if when < key.valid_from:
            raise Untrusted(f"was not yet valid at {time_text(when)}", where=_place(keyid))
        if when > self.until(key):
            raise Untrusted(f"was no longer valid at {time_text(when)}", where=_place(keyid))
        if proven is not None and when > proven:
            raise Untrusted("signed something that is dated later than it is proven to be", where=_place(keyid))
        if key.revoked_from is not None and (proven is None or proven > key.revoked_from):
            since = time_text(key.revoked_from)
            raise Untrusted(
                f"is revoked from {since}, and nothing proves the signature to be older", where=_place(keyid),
                remedy="Give a checkpoint or cosignature from before that time, or have it signed anew",
            )  # fmt: skip
        return key

    def updated(self, newer: Keyring) -> Keyring:
        """The newer ring, where this one vouches for it.

        Raises Untrusted where it lacks or changes a key, takes a revocation back, or adds a key whose endorser
        was revoked or had expired: a thief could have endorsed that one, so it needs trust of its own.
        """
        for place, held in enumerate(self.keys):
            found = newer.keys[place] if place < len(newer.keys) else None
            if found is None or (found.core(), found.endorsement) != (held.core(), held.endorsement):
                raise Untrusted("is missing or changed in the newer keyring", where=_place(held.keyid))
            if held.revoked_from and (found.revoked_from is None or found.revoked_from > held.revoked_from):
                raise Untrusted("has its revocation taken back in the newer keyring", where=_place(held.keyid))
        for before, after in pairwise(newer.keys[len(self.keys) - 1 :]):
            if before.revoked_from is not None or after.valid_from > before.valid_until:
                raise Untrusted("is endorsed by a key that was not good", where=_place(after.keyid), remedy=NEW_RING)
        return newer

    def revoked(self, keyid: str, since: datetime) -> Keyring:
        """The ring with a key revoked from a time on; an earlier time replaces a later one, not the other way."""
        key, since = self.key(keyid), utc_second(since)
        since = min(since, key.revoked_from or since)
        return Keyring(tuple(replace(x, revoked_from=since) if x is key else x for x in self.keys))

    def document(self) -> bytes:
        """The ring as canonical JSON and a newline."""
        body = {"type": TYPE, "keys": [_entry(key) for key in self.keys], "sha256": self.fingerprint}
        return canonical_json(body) + b"\n"

    @property
    def fingerprint(self) -> str:
        """Hex SHA-256 over all that the ring says: for people to compare, and to find damage.

        No key signs the dates of the first key, nor a revocation: that they are the publisher's is what a
        consumer takes on trust.
        """
        return hashlib.sha256(canonical_json([_entry(key) for key in self.keys])).hexdigest()

    @classmethod
    def parse(cls, document: bytes) -> Keyring:
        """The ring of a document. Raises Untrusted for any other form, or a chain that does not hold."""
        fields = {"type": str, "keys": list, "sha256": str}
        body = record(json_value(document, WHERE, MAX_RING), fields, WHERE)
        if body["type"] != TYPE:
            raise Untrusted(f"is not of type {TYPE}", where=WHERE)
        found = cls(tuple(_key(entry) for entry in sequence(body["keys"], 1, MAX_KEYS, WHERE)))
        if body["sha256"] != found.fingerprint:
            raise Untrusted("has another fingerprint than it says: it is damaged or was changed by hand", where=WHERE)
        return found


def _entry(key: PublicKey) -> dict[str, Any]:
    mine = key.endorsement
    return {
        "keyid": key.keyid,
        "name": key.name,
        "algorithm": ALGORITHM,
        "public": base64_text(key.public),
        "valid_from": time_text(key.valid_from),
        "valid_until": time_text(key.valid_until),
        "revoked_from": time_text(key.revoked_from) if key.revoked_from else None,
        "endorsement": {"by": mine.by, "signature": base64_text(mine.signature)} if mine else None,
    }


def _key(value: Any) -> PublicKey:
    texts = dict.fromkeys(("keyid", "name", "algorithm", "public", "valid_from", "valid_until"), str)
    optional = (str, type(None))
    entry = record(value, {**texts, "revoked_from": optional, "endorsement": (dict, type(None))}, WHERE)
    place, revoked = _place(entry["keyid"]), entry["revoked_from"]
    times = [parse_time(entry[name], place) for name in ("valid_from", "valid_until")]
    public, endorsement = base64_bytes(entry["public"], place), _endorsement(entry["endorsement"], place)
    since = None if revoked is None else parse_time(revoked, place)
    try:
        key = PublicKey(entry["name"], public, times[0], times[1], since, endorsement)
    except UsageError as error:
        raise Untrusted(error.what, where=place) from error
    if entry["algorithm"] != ALGORITHM or entry["keyid"] != key.keyid:
        raise Untrusted("has an algorithm or key ID that is not its own", where=place)
    return key


def _endorsement(value: Any, place: str) -> Endorsement | None:
    if value is None:
        return None
    fields = record(value, {"by": str, "signature": str}, place)
    return Endorsement(fields["by"], base64_bytes(fields["signature"], place))


def _place(keyid: str) -> str:
    return f"key {keyid[:16]}"
