"""Keys from seeds, so that every run of a test signs the same bytes."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


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
