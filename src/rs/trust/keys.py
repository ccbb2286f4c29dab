"""Signing keys of a publisher: the public half that others see, with its dates, and the half that signs."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rs.errors import Untrusted, UsageError
from rs.trust.canonical import canonical_json
from rs.trust.ed25519 import verify
from rs.trust.encoding import base64_text
from rs.trust.note import Verifier

TYPE = "rs-key/v1"
KEYID = re.compile(r"[0-9a-f]{64}")
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


@dataclass(frozen=True, slots=True)
class Endorsement:
    """What the key before says of a key: its key ID and its signature over the key's core."""

    by: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public Ed25519 key of a publisher, valid from and until a second of UTC.

    name: key name of signed notes. revoked_from: from when others may hold the private half. endorsement:
    by the key before it; None for the first. Raises UsageError for times without zone, for an empty span,
    and for what is no key name or key.
    """

    name: str
    public: bytes
    valid_from: datetime
    valid_until: datetime
    revoked_from: datetime | None = None
    endorsement: Endorsement | None = None

    def __post_init__(self) -> None:
        Verifier(self.name, self.public)
        for name in ("valid_from", "valid_until", "revoked_from"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, utc_second(getattr(self, name)))
        if self.valid_from >= self.valid_until:
            raise UsageError(f"a key that is valid from {self.valid_from} can't end by {self.valid_until}")

    @property
    def keyid(self) -> str:
        """Key ID: hex SHA-256 of the raw public key."""
        return keyid_of(self.public)

    @property
    def verifier(self) -> Verifier:
        """The key as signed notes are checked with."""
        return Verifier(self.name, self.public)

    def core(self) -> bytes:
        """What the key before endorses: canonical JSON of all that never changes about this key."""
        return canonical_json({
            "type": TYPE,
            "name": self.name,
            "public": base64_text(self.public),
            "valid_from": time_text(self.valid_from),
            "valid_until": time_text(self.valid_until),
            "endorsed_by": self.endorsement.by if self.endorsement else None,
        })  # fmt: skip

    def is_endorsed_by(self, other: PublicKey) -> bool:
        """Whether the other key's signature over this one's core holds."""
        mine = self.endorsement
        return mine is not None and mine.by == other.keyid and verify(other.public, mine.signature, self.core())


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that signs: the private half, and the public one it belongs to.

    It can't be pickled, so that it never travels to a worker.
    """

    key: PublicKey
    private: Ed25519PrivateKey = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.private.public_key().public_bytes_raw() != self.key.public:
            raise UsageError("the private key belongs to another public key", where=f"key {self.key.keyid}")

    @property
    def name(self) -> str:
        """Name of the key, as on the lines of signed notes."""
        return self.key.name

    @property
    def public(self) -> bytes:
        """The raw public key, 32 bytes."""
        return self.key.public

    @property
    def keyid(self) -> str:
        """Key ID of DSSE envelopes."""
        return self.key.keyid

    def sign(self, message: bytes) -> bytes:
        """Ed25519 signature (RFC 8032 section 5.1.6), 64 bytes, the same for the same message."""
        return self.private.sign(message)

    def __reduce__(self) -> str:
        raise UsageError("a signer never leaves its process", remedy="Sign in the publisher, not in a worker")


def keyid_of(public: bytes) -> str:
    """Key ID of a raw public key: hex SHA-256."""
    return hashlib.sha256(public).hexdigest()


def utc_second(time: datetime) -> datetime:
    """The time in UTC, cut to the second. Raises UsageError for a time without zone."""
    if time.utcoffset() is None:
        raise UsageError(f"the time {time} has no zone", remedy="Give it with its zone, such as Z for UTC")
    try:
        return time.astimezone(UTC).replace(microsecond=0)
    except OverflowError as error:
        raise UsageError(f"the time {time} is no time of UTC") from error


def time_text(time: datetime) -> str:
    """A time as text in UTC: 2024-05-01T12:00:00Z. Raises UsageError for a time without zone."""
    return utc_second(time).replace(tzinfo=None).isoformat() + "Z"


def parse_time(text: str, where: str) -> datetime:
    """Time of a text as `time_text` gives it. Raises Untrusted for any other."""
    try:
        time = datetime.fromisoformat(text if TIME.fullmatch(text) else "")
        if time_text(time) != text:
            raise ValueError(text)
        return time
    except ValueError as error:
        raise Untrusted(f"has a time that is not like 2024-05-01T12:00:00Z: {text[:40]!r}", where=where) from error
