"""Signing what was committed: an attestation for each item, then a checkpoint of the register."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from rs.catalog.attestation import check_attestation, statement_of
from rs.catalog.entry import Action, Entry
from rs.catalog.following import load_item
from rs.catalog.heads import CHECKPOINT, checkpoint_of, kept_name, newest_checkpoint, origin_of, signed_head
from rs.catalog.layout import Layout, attestation_name
from rs.catalog.register import Register
from rs.catalog.stored import asset_name
from rs.catalog.view import healed
from rs.core.failpoint import reach
from rs.errors import CheckFailed, Conflict, RsError, Untrusted, UsageError
from rs.trust.checkpoint import Checkpoint
from rs.trust.dsse import IN_TOTO, seal
from rs.trust.keyring import Keyring
from rs.trust.keys import Signer
from rs.trust.keystore import load_ring
from rs.trust.note import sign_note

MEND = "Run rs verify, then rs repair"


def sign(layout: Layout, register: Register, signer: Signer, ring: Keyring | None = None) -> Checkpoint:
    """Sign every entry that no checkpoint covers yet, then the head; gives the checkpoint that stands.

    ring: the keys that what stands is checked with; without it those of the site.

    A checkpoint of size n promises that the attestations of the entries 1 to n are there and hold. Raises
    CheckFailed where the register is not the one that was signed before, or something signed does not hold.
    """
    reach("sign.start")
    return healed(lambda: _sign(layout, register, signer, load_ring(layout.keys) if ring is None else ring))


def _sign(layout: Layout, register: Register, signer: Signer, ring: Keyring) -> Checkpoint:
    if ring.newest.keyid != signer.keyid:
        raise UsageError("the key was changed while this ran", where=str(layout.keys), remedy="Run again")
    # in this order: another publisher may sign entries that came since we looked
    noted = _noted(register)
    size = register.sync()
    standing, is_good = _standing(register, ring, size, noted)
    for number in range((standing.size if standing else 0) + 1, size + 1):
        entry = register.view.entry(number)
        assert entry is not None
        sign_entry(layout, entry, signer, ring)
    if standing is not None and standing.size == size and is_good:
        return standing
    made = Checkpoint(origin_of(register, signer.name), size, register.view.root(size), _resumed(register))
    note = sign_note(made.text(), [signer])
    # a call that was killed here may have kept it under the key of then, which is as good
    with suppress(Conflict):
        register.store.create(kept_name(size), note, stage="sign")
    reach("sign.checkpoint")
    with register.store.lock("checkpoint.lock"):
        register.store.replace(CHECKPOINT, note, lambda old: _size_of(old) > size)
    reach("sign.done")
    return made


def signed_size(register: Register) -> int:
    """Number of entries that the newest checkpoint covers; 0 without one."""
    standing = newest_checkpoint(register)
    return 0 if standing is None else standing.size


def _noted(register: Register) -> bytes | None:
    return register.store.read(CHECKPOINT)


def _standing(register: Register, ring: Keyring, size: int, body: bytes | None) -> tuple[Checkpoint | None, bool]:
    """What the newest checkpoint says, and whether a key signed it that was not revoked since."""
    where = register.store.where(CHECKPOINT)
    if body is None:
        return None, False
    try:
        head, keys = signed_head(body, ring)
    except Untrusted as error:
        raise CheckFailed(f"{error.where} {error.what}", where=where, remedy=MEND) from error
    if head.size > size or head.root != register.view.root(head.size):
        raise CheckFailed(
            f"the register has {size} entries and is not the one that its checkpoint of {head.size} was made of",
            where=where, remedy="Run rs verify; after a restore, rs register resume",
        )  # fmt: skip
    return head, any(key.revoked_from is None for key in keys)


def sign_entry(layout: Layout, entry: Entry, signer: Signer, ring: Keyring) -> None:
    """Write the attestation of an entry's item where none stands, and check the one that stands then.

    Raises CheckFailed where the item is lost, or where what stands does not hold: whoever put it there, no
    checkpoint vouches for it.
    """
    if entry.fact.action not in (Action.PUBLISH, Action.SUPERSEDE):
        return
    where, name = f"register entry {entry.number}", attestation_name(entry.fact.product, entry.fact.item)
    item = load_item(layout, entry)
    if item is None:
        raise CheckFailed(
            f"item {entry.fact.item} is lost or damaged and cannot be signed", where=where, remedy=MEND
        )  # fmt: skip
    try:
        if not layout.store.exists(name):
            payload = statement_of(item, _lineage(layout, entry, item), entry, datetime.now(UTC))
            # another publisher may sign the same entry at another second: what stands is as good
            with suppress(Conflict):
                layout.store.create(name, seal(payload, IN_TOTO, signer), stage="sign")
        check_attestation(layout.store.read(name) or b"", item, ring)
    except (Untrusted, UsageError) as error:
        what = f"item {entry.fact.item} cannot be signed: {_words(error)}"
        raise CheckFailed(what, where=layout.store.where(name), remedy=MEND) from error


def _words(error: RsError) -> str:
    return f"{error.where} {error.what}".strip()


def _lineage(layout: Layout, entry: Entry, item: Mapping[str, Any]) -> dict[str, Any]:
    name = asset_name(entry.fact.product, item["assets"]["lineage"]["href"])
    body = layout.store.read(name)
    if body is None or hashlib.sha256(body).hexdigest() != entry.fact.assets["lineage"]:
        raise CheckFailed(
            "is lost or damaged, so that its item cannot be signed", where=layout.store.where(name), remedy=MEND
        )
    found: dict[str, Any] = json.loads(body)
    return found


def _resumed(register: Register) -> tuple[str, ...]:
    """From the second epoch on a line says which tree head of the epoch before was the last known."""
    if register.epoch == 1:
        return ()
    entry = register.view.entry(1)
    assert entry is not None
    about = entry.fact.about
    return (f"resumes {about['origin']} {about['known_size']} {about['known_root']}",)


def _size_of(note: bytes) -> int:
    try:
        return checkpoint_of(note).size
    except Untrusted:
        return 0
