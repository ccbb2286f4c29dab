"""Checkpoints of a register: where they lie, what they say, which keys signed them."""

from __future__ import annotations

from rs.catalog.register import Register
from rs.errors import Untrusted
from rs.trust.checkpoint import Checkpoint
from rs.trust.keyring import Keyring
from rs.trust.keys import PublicKey
from rs.trust.note import open_note

CHECKPOINT = "checkpoint"
"""Name of the newest checkpoint below its register."""


def origin_of(register: Register, name: str) -> str:
    """Which log a checkpoint is about: publisher, register, epoch."""
    return of_epoch(f"{name}/{register.title}", register.epoch)


def of_epoch(origin: str, epoch: int) -> str:
    """The origin of another epoch of the same log."""
    first = origin if epoch_of(origin) == 1 else origin.rpartition("/epoch-")[0]
    return first + (f"/epoch-{epoch}" if epoch > 1 else "")


def epoch_of(origin: str) -> int:
    """The epoch that an origin names; the first has no name."""
    _, word, last = origin.rpartition("/epoch-")
    return int(last) if word and last.isascii() and last.isdecimal() and len(last) < 9 else 1


def kept_name(size: int) -> str:
    """Name below its register under which a checkpoint is kept for ever."""
    return f"checkpoints/{size // 1_000_000:03d}/{size // 1000 % 1000:03d}/{size:06d}.txt"


def newest_checkpoint(register: Register) -> Checkpoint | None:
    """The newest checkpoint as it says itself; whether its signature holds is for others to check."""
    body = register.store.read(CHECKPOINT)
    return None if body is None else checkpoint_of(body)


def checkpoint_of(note: bytes) -> Checkpoint:
    """What a checkpoint's note says, whoever signed it. Raises Untrusted where it is none."""
    try:
        text, blank, _ = note.decode("utf-8").rpartition("\n\n")
    except UnicodeDecodeError as error:
        raise Untrusted("is not UTF-8", where="checkpoint") from error
    if not blank:
        raise Untrusted("has no blank line before its signatures", where="checkpoint")
    return Checkpoint.parse(text + "\n")


def signed_head(note: bytes, ring: Keyring) -> tuple[Checkpoint, list[PublicKey]]:
    """What a checkpoint says, and the keys of the ring that signed it, revoked ones too. Raises Untrusted."""
    opened = open_note(note, ring.verifiers)
    signers = {signature.verifier.public for signature in opened.signatures}
    return Checkpoint.parse(opened.text), [key for key in ring.keys if key.public in signers]
