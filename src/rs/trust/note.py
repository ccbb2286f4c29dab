"""Signed notes (https://c2sp.org/signed-note): a text, a blank line, one line for each signature.

Signature types: 0x01, Ed25519 over the text; 0x04, a witness's timestamped cosignature
(https://c2sp.org/tlog-cosignature).
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum

from rs.errors import Untrusted, UsageError
from rs.trust.ed25519 import SIGNATURE_BYTES, SigningKey, is_sound, verify
from rs.trust.encoding import base64_bytes, base64_text, utf8_text

MAX_NOTE = 2**20
MAX_SIGNATURES = 100
DASH = "\u2014 "
WHERE = "signed note"
LAST_SECOND = int(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp())


class Kind(IntEnum):
    """Type byte of a signature."""

    ED25519 = 1
    COSIGNATURE = 4


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key that signatures are checked with: name, raw Ed25519 key, type of signature.

    Raises UsageError for a name with spaces or "+", or a key that is none.
    """

    name: str
    public: bytes
    kind: Kind = Kind.ED25519

    def __post_init__(self) -> None:
        if not is_key_name(self.name):
            raise UsageError(f"{self.name!r} is no key name: no spaces, no plus, no control characters, not empty")
        if not is_sound(self.public):
            raise UsageError("this is no Ed25519 public key that binds its owner")

    @property
    def key_hash(self) -> bytes:
        """Key ID: the first four bytes of SHA-256(name || newline || type || public key)."""
        named = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(named).digest()[:4]

    @property
    def vkey(self) -> str:
        """Verifier key as text, for configurations: name+hex(key ID)+base64(type || public key)."""
        return f"{self.name}+{self.key_hash.hex()}+{base64_text(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, vkey: str) -> Verifier:
        """Verifier of a text as `vkey` gives it. Raises Untrusted where any part of it is off."""
        name, _, rest = vkey.partition("+")
        _, _, encoded = rest.partition("+")
        material = base64_bytes(encoded, "verifier key")
        if material[:1] not in (b"\x01", b"\x04"):
            raise Untrusted("has no type of signature that is known here", where="verifier key")
        try:
            found = cls(name, material[1:], Kind(material[0]))
        except UsageError as error:
            raise Untrusted(error.what, where="verifier key") from error
        if found.vkey != vkey:
            raise Untrusted("has a key ID that is not its own", where="verifier key")
        return found


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that was verified: whose, and, for a cosignature, when it was given."""

    verifier: Verifier
    time: datetime | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A text and the signatures on it that were verified, one for each key, in their order."""

    text: str
    signatures: tuple[Signature, ...]


def is_key_name(name: str) -> bool:
    """Whether signed-note allows the name: not empty, no Unicode space, no "+", no control character."""
    return bool(name) and not any(x.isspace() or x < " " or x == "+" or "\ud800" <= x <= "\udfff" for x in name)


def sign_note(text: str, signers: Sequence[SigningKey]) -> bytes:
    """The note over a text that ends in a newline, with one Ed25519 signature of each signer.

    Raises UsageError for a text that signed-note does not allow, or without a signer.
    """
    fault = _fault(text)
    if fault or not 1 <= len(signers) <= MAX_SIGNATURES:
        raise UsageError(fault or f"a note has 1 to {MAX_SIGNATURES} signers")
    lines = [_line(Verifier(x.name, x.public), x.sign(text.encode())) for x in signers]
    body = "".join([text, "\n", *lines]).encode()
    if len(body) > MAX_NOTE:
        raise UsageError(f"the note has {len(body)} bytes, more than {MAX_NOTE}")
    return body


def cosign(body: bytes, witness: SigningKey, time: datetime) -> bytes:
    """The note with a witness's timestamped signature added (type 0x04).

    Whoever calls this has verified that the text is a checkpoint that continues the last one seen.
    Raises Untrusted where the body is no note; UsageError for a time without zone or before 1970.
    """
    text, lines = _parts(body)
    if len(lines) >= MAX_SIGNATURES:
        raise Untrusted(f"bears {len(lines)} signatures already", where=WHERE)
    if time.tzinfo is None or time.timestamp() < 0:
        raise UsageError("a cosignature needs a time with its zone, from 1970 on")
    seconds = int(time.timestamp())
    signature = struct.pack(">Q", seconds) + witness.sign(_cosigned(text, seconds))
    return body + _line(Verifier(witness.name, witness.public, Kind.COSIGNATURE), signature).encode()


def open_note(body: bytes, verifiers: Sequence[Verifier]) -> Note:
    """The text of a note and the signatures of known keys; those of unknown keys are left aside.

    Raises Untrusted where the note is malformed, a known key's signature is wrong, or none is by a known key.
    """
    text, lines = _parts(body)
    known = {(x.name, x.key_hash): x for x in verifiers}
    found: dict[Verifier, Signature] = {}
    for name, data in lines:
        verifier = known.get((name, data[:4]))
        if verifier is not None:
            signature = _verified(text, verifier, data[4:])
            found.setdefault(verifier, signature)
    if not found:
        raise Untrusted("bears no signature by a known key", where=WHERE)
    return Note(text, tuple(found.values()))


def _verified(text: str, verifier: Verifier, signature: bytes) -> Signature:
    time, message = None, text.encode()
    if verifier.kind is Kind.COSIGNATURE:
        seconds = int.from_bytes(signature[:8], "big")
        if len(signature) != 8 + SIGNATURE_BYTES or seconds > LAST_SECOND:
            raise Untrusted(f"has a malformed cosignature by {verifier.name}", where=WHERE)
        time, message, signature = datetime.fromtimestamp(seconds, UTC), _cosigned(text, seconds), signature[8:]
    if not verify(verifier.public, signature, message):
        raise Untrusted(f"has a signature by {verifier.name} that does not fit the text", where=WHERE)
    return Signature(verifier, time)


def _parts(body: bytes) -> tuple[str, list[tuple[str, bytes]]]:
    """Text, and name with key ID and signature of each line, of a well-formed note."""
    whole = utf8_text(body, WHERE, MAX_NOTE)
    # the text may have blank lines of its own: the last one parts it from the signatures
    text, blank, rest = whole.rpartition("\n\n")
    text += "\n"
    fault = _fault(text) if blank else "has no blank line before its signatures"
    if fault or not rest.endswith("\n"):
        raise Untrusted(fault or "does not end in a newline", where=WHERE)
    lines = rest[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise Untrusted(f"bears {len(lines)} signatures, more than {MAX_SIGNATURES}", where=WHERE)
    return text, [_signature_line(line) for line in lines]


def _signature_line(line: str) -> tuple[str, bytes]:
    name, _, encoded = line.removeprefix(DASH).partition(" ")
    if not line.startswith(DASH) or not is_key_name(name):
        raise Untrusted("has a malformed signature line", where=WHERE)
    data = base64_bytes(encoded, WHERE)
    if len(data) < 5:
        raise Untrusted("has a signature that is cut short", where=WHERE)
    return name, data


def _fault(text: str) -> str:
    """What is wrong with the text of a note; empty where nothing is."""
    if not text.endswith("\n"):
        return "has a text that does not end in a newline"
    if any((x < " " and x != "\n") or "\ud800" <= x <= "\udfff" for x in text):
        return "holds control characters or lone surrogates"
    return ""


def _cosigned(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _line(verifier: Verifier, signature: bytes) -> str:
    return f"{DASH}{verifier.name} {base64_text(verifier.key_hash + signature)}\n"
