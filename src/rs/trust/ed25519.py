"""Ed25519 (RFC 8032): what signs, what is taken as a public key, and whether a signature holds."""

from __future__ import annotations

from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

KEY_BYTES = 32
SIGNATURE_BYTES = 64
PRIME = 2**255 - 19
# y of the points of order 8, from RFC 8032 section 5.1's curve; p - y is the other one
ORDER_8 = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
SMALL_ORDER = frozenset({0, 1, PRIME - 1, ORDER_8, PRIME - ORDER_8})


class SigningKey(Protocol):
    """What signs: an Ed25519 key with a name."""

    @property
    def name(self) -> str:
        """Name that goes on the signature line."""

    @property
    def public(self) -> bytes:
        """The raw public key, 32 bytes."""

    def sign(self, message: bytes) -> bytes:
        """Ed25519 signature (RFC 8032) over a message."""


def verify(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether a signature over a message holds (RFC 8032 section 5.1.7). Never raises."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def is_sound(public: bytes) -> bool:
    """Whether 32 bytes are a canonical key (RFC 8032 section 5.1.3) outside the points of small order.

    Under a key of small order one signature can hold for many messages, so that it binds nobody.
    """
    y = int.from_bytes(public, "little") % 2**255
    return len(public) == KEY_BYTES and y < PRIME and y not in SMALL_ORDER
