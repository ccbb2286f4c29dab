"""Keys from seeds, so that every run of a test signs the same bytes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rs.trust.keyring import Keyring
from rs.trust.keys import Endorsement, PublicKey, Signer


@dataclass(frozen=True)
class SeededKey:
    """An Ed25519 key made of a seed of 32 bytes."""

    name: str
    seed: bytes

    @property
    def private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self.private.sign(message)


def seeded(name: str, number: int = 1) -> SeededKey:
    """Key number n under a name."""
    return SeededKey(name, bytes([number]) * 32)


def chain(*dates: datetime, name: str = "example.org/log", seed: int = 1) -> tuple[Keyring, list[Signer]]:
    """A ring with a key from each of these dates on, two years each, and what signs with them."""
    keys: list[PublicKey] = []
    signers: list[Signer] = []
    for number, start in enumerate(dates, seed):
        private = Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
        public = private.public_key().public_bytes_raw()
        by = Endorsement(keys[-1].keyid, b"") if keys else None
        key = PublicKey(name, public, start, start + timedelta(days=730), None, by)
        if keys:
            signature = signers[-1].sign(key.core())
            key = replace(key, endorsement=Endorsement(keys[-1].keyid, signature))
        keys.append(key)
        signers.append(Signer(key, private))
    return Keyring(tuple(keys)), signers
