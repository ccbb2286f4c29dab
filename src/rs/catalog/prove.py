"""Proofs from the register for one item: it is in the tree, and the tree only grew."""

from __future__ import annotations

from typing import Any

from rs.catalog.heads import CHECKPOINT, checkpoint_of
from rs.catalog.register import Register
from rs.errors import CheckFailed, UsageError
from rs.trust.encoding import base64_text
from rs.trust.merkle import consistency_proof, inclusion_proof


def prove(register: Register, item: str, old: int = 0) -> dict[str, Any]:
    """Inclusion proof of the last entry about an item under the newest checkpoint (RFC 6962 section 2.1.1).

    old: size of an earlier checkpoint; then a consistency proof is there, too (section 2.1.2). Hashes are
    base64; `leaf` is the canonical JSON that is hashed. Raises UsageError where there is no such entry or
    checkpoint; CheckFailed where the register is not the one that the checkpoint was made of.
    """
    # in this order: entries may come, and be signed, while we look
    body = register.store.read(CHECKPOINT)
    size = register.sync()
    entry = register.view.last_of_item(item) if item else None
    if entry is None or body is None:
        what = f"the register has no item {item!r}" if entry is None else "nothing is signed, so nothing can be proven"
        raise UsageError(what, where=register.store.where(""), remedy="See rs register read and head")
    head = checkpoint_of(body)
    if head.size > size or register.view.root(head.size) != head.root:
        raise CheckFailed(
            f"the register has {size} entries and is not the one of this checkpoint of {head.size}",
            where=register.store.where(CHECKPOINT), remedy="Run rs verify; after a restore, rs register resume",
        )  # fmt: skip
    if entry.number > head.size or old > head.size:
        least = max(entry.number, old)
        raise UsageError(
            f"the newest checkpoint covers {head.size} entries, not {least}",
            where=register.store.where(CHECKPOINT), remedy="The next run signs; see rs register head",
        )  # fmt: skip
    found: dict[str, Any] = {
        "item": item, "entry": entry.number, "leaf": entry.fact.leaf().decode(), "size": head.size,
        "inclusion": [base64_text(h) for h in inclusion_proof(entry.number - 1, head.size, register.view.node)],
        "checkpoint": body.decode(),
    }  # fmt: skip
    if old:
        proof = consistency_proof(old, head.size, register.view.node)
        found |= {"old": old, "consistency": [base64_text(h) for h in proof]}
    return found
