"""Signatures: checkpoints against the tree and against one kept before, attestations against items."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rs.catalog.entry import Entry
from rs.catalog.layout import Layout, attestation_name
from rs.catalog.sign import CHECKPOINT, checkpoint_of, core_of
from rs.catalog.verification import Verification
from rs.catalog.verify_register import Log
from rs.errors import RsError, Untrusted
from rs.trust.checkpoint import Checkpoint
from rs.trust.dsse import unseal
from rs.trust.encoding import base64_bytes, base64_text, json_value, record
from rs.trust.keyring import Keyring
from rs.trust.keys import parse_time
from rs.trust.keystore import RING, load_ring
from rs.trust.note import open_note
from rs.trust.statement import parse_statement

OWN = "the site's own keyring: it shows that nothing was changed without the keys, not whose they are"


@dataclass(frozen=True, slots=True)
class Against:
    """What a consumer holds of their own: the publisher's keyring, a checkpoint kept from before, and since when.

    kept_at proves the age of what the checkpoint covers, for signatures of keys that were revoked later.
    """

    ring: Keyring | None = None
    kept: bytes | None = None
    kept_at: datetime | None = None


class TrustCheck:
    """Checks with the consumer's keyring, else with the site's own; a site without keys is not signed."""

    def __init__(self, layout: Layout, log: Log, against: Against, found: Verification) -> None:
        self.layout, self.log, self.found, self.against = layout, log, found, against
        self.given = against.ring is not None
        self.ring = against.ring if against.ring is not None else self._own_ring()
        self.proven = 0

    def _own_ring(self) -> Keyring | None:
        if not (self.layout.keys / RING).is_file():
            return None
        try:
            return load_ring(self.layout.keys)
        except RsError as error:
            self.found.error(error.where, error.what)
            return None

    def check_heads(self) -> None:
        """Check the newest checkpoint, all that the register keeps, and the one kept by the consumer."""
        store = self.log.store
        body = store.read(CHECKPOINT)
        where = store.where(CHECKPOINT)
        if self.ring is None:
            if body is not None:
                self.found.notice(where, "signatures are not checked: no keyring here; give one with --trust")
        elif body is None:
            if self.given:
                self.found.error(where, "nothing is signed: there is no checkpoint")
        else:
            self._newest(body, where)
        if self.ring is not None:
            for name in store.names("checkpoints"):
                self._head(store.read(name) or b"", store.where(name))
        if self.against.kept is not None:
            self._kept(self.against.kept)

    def _newest(self, body: bytes, where: str) -> None:
        head = self._head(body, where)
        if head is None:
            return
        self.found.signed = head.size
        self.found.signer = head.origin if self.given else f"{head.origin} ({OWN})"
        if head.size < self.log.size:
            self.found.notice(where, f"covers {head.size} of {self.log.size} entries; the next run signs the others")

    def _head(self, body: bytes, where: str) -> Checkpoint | None:
        """A checkpoint of this epoch that is signed and fits the tree; what does not hold is noted."""
        assert self.ring is not None
        try:
            open_note(body, self.ring.verifiers)
            head = checkpoint_of(body)
        except Untrusted as error:
            self.found.error(where, f"{error.where} {error.what}")
            return None
        tree = self.log.trees[self.log.epoch]
        if head.size > tree.size:
            self.found.error(where, f"is of {head.size} entries, the register ends at {tree.size}: entries were lost")
        elif tree.root(head.size) != head.root:
            self.found.error(
                where, f"the first {head.size} entries are not those that were signed: the register was changed"
            )
        else:
            return head
        return None

    def _kept(self, body: bytes) -> None:
        """A checkpoint from before must be of the same log, or of an epoch that a declared gap follows."""
        where = "kept checkpoint"
        try:
            if self.ring is not None:
                open_note(body, self.ring.verifiers)
            head = checkpoint_of(body)
        except Untrusted as error:
            self.found.error(where, f"{error.where} {error.what}")
            return
        epoch = _epoch_of(head.origin)
        tree = self.log.trees.get(epoch)
        if tree is None:
            self.found.error(where, f"is of epoch {epoch}, the register is in epoch {self.log.epoch}: it was set back")
        elif epoch < self.log.epoch and head.size > tree.size:
            self._gap(head, epoch, where)
        elif head.size > tree.size:
            self.found.error(where, f"is of {head.size} entries, the register ends at {tree.size}: entries were lost")
        elif tree.root(head.size) != head.root:
            self.found.error(
                where,
                f"the first {head.size} entries are not those of then: an old entry was changed, or this is a fork",
            )
        elif epoch == self.log.epoch:
            self.proven = head.size

    def _gap(self, head: Checkpoint, epoch: int, where: str) -> None:
        about = self.log.resumed[epoch + 1].fact.about
        known = (about.get("known_size"), about.get("known_root"))
        held = about.get("held_size")
        if known == (str(head.size), base64_text(head.root)):
            self.found.notice(
                where, f"declared gap: entries {held} to {head.size} of epoch {epoch} were lost and are named"
            )
        elif head.size < int(known[0] or 0):
            self.found.notice(
                where,
                f"declared gap: epoch {epoch} is known to {known[0]} and held to {held}; this one is between them",
            )
        else:
            self.found.error(
                where, f"is of {head.size} entries of epoch {epoch}, of which only {known[0]} are declared"
            )

    def check_item(self, entry: Entry, item: Mapping[str, Any]) -> None:
        """Check the attestation of a sound item that a checkpoint covers."""
        name = attestation_name(entry.fact.product, entry.fact.item)
        if self.ring is None or entry.number > self.found.signed:
            return
        where = self.layout.store.where(name)
        body = self.layout.store.read(name)
        if body is None:
            self.found.error(where, f"attestation of register entry {entry.number} is missing")
            return
        try:
            check_attestation(body, item, self.ring, self.against.kept_at if entry.number <= self.proven else None)
        except Untrusted as error:
            self.found.error(where, f"attestation does not hold: {error.where} {error.what}")


def check_attestation(
    envelope: bytes, item: Mapping[str, Any], ring: Keyring, proven_before: datetime | None = None
) -> str:
    """Check that a key of the ring vouches for an item and its files; gives the time of signing.

    proven_before: by when others prove the signature to have been there, for keys that were revoked later.
    Raises Untrusted where the signature does not hold or speaks of other content.
    """
    # the time is inside: its form is checked first, and the signature then covers it
    statement = parse_statement(_payload(envelope))
    stamp = statement.parameters.get("signed")
    when = parse_time(stamp if isinstance(stamp, str) else "", "in-toto statement")
    unseal(envelope, ring, when, proven_before)
    said = {subject.name: subject.sha256 for subject in statement.subjects}
    meant = {f"item:{item['id']}": hashlib.sha256(core_of(item)).hexdigest()}
    for key, asset in item["assets"].items():
        if "file:checksum" in asset:
            meant[f"asset:{key}"] = asset["file:checksum"].removeprefix("1220")
    wrong = sorted(name for name in said.keys() | meant.keys() if said.get(name) != meant.get(name))
    if wrong:
        raise Untrusted(f"speaks of another {', '.join(wrong)}", where="in-toto statement")
    return str(stamp)


def _payload(envelope: bytes) -> bytes:
    where = "DSSE envelope"
    body = record(json_value(envelope, where), {"payload": str, "payloadType": str, "signatures": list}, where)
    return base64_bytes(body["payload"], where)


def _epoch_of(origin: str) -> int:
    last = origin.rpartition("/epoch-")[2]
    return int(last) if "/epoch-" in origin and last.isdecimal() and len(last) < 9 else 1
