"""Proofs from the register for one item: it is in the tree, and the tree only grew."""

from __future__ import annotations

from typing import Any

from rs.catalog.register import Register
from rs.catalog.sign import CHECKPOINT, newest_checkpoint
from rs.errors import UsageError
from rs.trust.encoding import base64_text
from rs.trust.merkle import consistency_proof, inclusion_proof


def prove(register: Register, item: str, old: int = 0) -> dict[str, Any]:
    """Inclusion proof of the last entry about an item under the newest checkpoint (RFC 6962 section 2.1.1).

    old: size of an earlier checkpoint; then a consistency proof is there, too (section 2.1.2). Hashes are
    base64; `leaf` is the canonical JSON that is hashed. Raises UsageError where there is no such entry or
    checkpoint.
    """
    register.sync()
    entry = register.view.last_of_item(item)
    head = newest_checkpoint(register)
    if entry is None or head is None or entry.number > head.size or old > head.size:
        what = "the register has no such item" if entry is None else "no checkpoint covers it"
        raise UsageError(f"{item}: {what}", where=register.store.where(""), remedy="See rs register head and read")
    body: dict[str, Any] = {
        "item": item, "entry": entry.number, "leaf": entry.fact.leaf().decode(), "size": head.size,
        "inclusion": [base64_text(h) for h in inclusion_proof(entry.number - 1, head.size, register.view.node)],
        "checkpoint": (register.store.read(CHECKPOINT) or b"").decode(),
    }  # fmt: skip
    if old:
        proof = consistency_proof(old, head.size, register.view.node)
        body |= {"old": old, "consistency": [base64_text(h) for h in proof]}
    return body
