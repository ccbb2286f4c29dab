"""Witnesses: someone else who says when they saw a checkpoint."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rs.catalog.heads import signed_head
from rs.errors import Untrusted
from rs.trust.keyfiles import replace
from rs.trust.keyring import Keyring
from rs.trust.keys import Signer, time_text
from rs.trust.note import Kind, Verifier, cosign, open_note


def cosign_file(path: Path, body: bytes, ring: Keyring, witness: Signer) -> dict[str, Any]:
    """Add a witness's cosignature to a checkpoint that a key of the publisher signed; once is enough.

    Whoever calls this has verified the register against the last checkpoint that they cosigned. Raises
    Untrusted where no key of the ring signed it.
    """
    head, _ = signed_head(body, ring)
    own = Verifier(witness.name, witness.public, Kind.COSIGNATURE)
    seen = _seen(body, own)
    if seen is None:
        seen = datetime.now(UTC)
        replace(path, cosign(body, witness, seen))
    return {"origin": head.origin, "entries": head.size, "seen": time_text(seen), "witness": own.vkey}


def _seen(body: bytes, own: Verifier) -> datetime | None:
    """When this witness signed it before."""
    try:
        return open_note(body, [own]).signatures[0].time
    except Untrusted:
        return None
