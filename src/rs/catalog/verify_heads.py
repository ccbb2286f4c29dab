"""Checkpoints against the tree: those that the register keeps, and the one that a consumer kept from before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rs.catalog.heads import CHECKPOINT, checkpoint_of, epoch_of, kept_name, signed_head
from rs.catalog.stored import read_document
from rs.catalog.verification import Verification
from rs.catalog.verify_register import Log
from rs.errors import BadInput, Untrusted
from rs.trust.checkpoint import Checkpoint
from rs.trust.encoding import base64_text
from rs.trust.keyring import Keyring
from rs.trust.keys import PublicKey, time_text, utc_second
from rs.trust.note import Verifier, open_note

OWN = "the site's own keyring: it shows that nothing was changed without the keys, not whose they are"
KEPT = "kept checkpoint"


@dataclass(frozen=True, slots=True)
class Against:
    """What a consumer holds of their own: the publisher's keyring, a checkpoint kept from before, and since when.

    kept_at proves the age of what the checkpoint covers, for signatures of keys that were revoked later;
    with a witness it is the time of their cosignature on the checkpoint that counts.
    """

    ring: Keyring | None = None
    kept: bytes | None = None
    kept_at: datetime | None = None
    witness: Verifier | None = None


class HeadCheck:
    """Checks checkpoints. proven: entries that the kept one shows to be as old as proven_at.

    revoked: entries of the largest checkpoint that only a key signed which was revoked later.
    """

    def __init__(self, log: Log, ring: Keyring | None, against: Against, found: Verification) -> None:
        self.log, self.ring, self.against, self.found = log, ring, against, found
        self.given = against.ring is not None
        self.proven = 0
        self.proven_at = against.kept_at
        self.revoked = 0
        self.newest = 0

    def check(self) -> None:
        """Check the kept one, then all that the register keeps, of every epoch."""
        if self.against.kept is not None:
            self._kept(self.against.kept)
        if self.ring is None:
            if self.log.store.exists(CHECKPOINT):
                where = self.log.store.where(CHECKPOINT)
                self.found.notice(where, "signatures are not checked: no keyring here; give one with --trust")
            return
        for epoch, store in self.log.stores.items():
            for name in (CHECKPOINT, *sorted(store.names("checkpoints"))):
                if store.exists(name):
                    self._head(name, epoch, self.ring)
        self._cover()

    def _head(self, name: str, epoch: int, ring: Keyring) -> None:
        """A checkpoint of an epoch that must be signed and fit its tree."""
        store, where = self.log.stores[epoch], self.log.stores[epoch].where(name)
        try:
            head, keys = signed_head(read_document(store, name) or b"", ring)
        except BadInput as error:
            self.found.error(where, f"{error.where} {error.what}")
            return
        if name not in (CHECKPOINT, kept_name(head.size)):
            self.found.error(where, f"is the checkpoint of {head.size} entries under another name")
        fault = self._misfit(head, epoch)
        if fault and epoch < self.log.epoch:
            self._gap(head, epoch, where)
        elif fault:
            self.found.error(where, fault)
        elif epoch == self.log.epoch:
            self.newest = head.size if name == CHECKPOINT else self.newest
            self._take(head, keys)

    def _misfit(self, head: Checkpoint, epoch: int) -> str:
        """What is wrong between a checkpoint and the tree of an epoch; empty where it fits."""
        tree = self.log.trees[epoch]
        if head.size > tree.size:
            return f"is of {head.size} entries, the register ends at {tree.size}: entries were lost"
        if tree.root(head.size) != head.root:
            return f"the first {head.size} entries are not those of then: an old entry was changed, or this is a fork"
        return ""

    def _take(self, head: Checkpoint, keys: list[PublicKey]) -> None:
        """A checkpoint counts where a key signed it that is not revoked, or where it is proven to be older."""
        good = [key for key in keys if key.revoked_from is None or self._is_proven(head, key.revoked_from)]
        self.revoked = self.revoked if good else max(self.revoked, head.size)
        if good and head.size >= self.found.signed:
            self.found.signed = head.size
            self.found.signer = f"{head.origin}, key {good[-1].keyid[:16]}" + ("" if self.given else f" ({OWN})")

    def _is_proven(self, head: Checkpoint, revoked_from: datetime) -> bool:
        proven_at = self.proven_at
        return head.size <= self.proven and proven_at is not None and utc_second(proven_at) <= revoked_from

    def _cover(self) -> None:
        """All entries must be covered; for the publisher, some may wait for the next run."""
        signed, size, where = self.found.signed, self.log.size, self.log.store.where(CHECKPOINT)
        if self.newest < signed:
            self.found.notice(where, f"is missing or old: one of {signed} entries is kept; the next run mends it")
        if self.revoked > signed:
            self.found.error(
                where, f"covers {signed} of {size} entries, the others only by a revoked key: nothing proves their age"
            )
        elif self.given and (signed < size or not self.found.signer):
            self.found.error(where, f"{size - signed} of {size} entries are signed by no key of the keyring")
        elif signed < size:
            self.found.notice(where, f"covers {signed} of {size} entries; the next run signs the others")

    def _kept(self, body: bytes) -> None:
        """A checkpoint from before must be of the same log, or of an epoch that a declared gap follows."""
        try:
            head = self._opened(body)
        except Untrusted as error:
            self.found.error(KEPT, f"{error.where} {error.what}")
            return
        epoch = epoch_of(head.origin)
        if epoch not in self.log.trees:
            self.found.error(KEPT, f"is of epoch {epoch}, the register is in epoch {self.log.epoch}: it was set back")
            return
        fault = self._misfit(head, epoch)
        if fault and epoch < self.log.epoch:
            self._gap(head, epoch, KEPT)
        elif fault:
            self.found.error(KEPT, fault)
        elif epoch == self.log.epoch:
            self.proven = head.size

    def _opened(self, body: bytes) -> Checkpoint:
        """The kept checkpoint; with a keyring one of its keys must have signed it, with a witness they, too."""
        head = checkpoint_of(body) if self.ring is None else signed_head(body, self.ring)[0]
        witness = self.against.witness
        if witness is not None:
            (signature,) = open_note(body, [witness]).signatures
            if signature.time is None:
                raise Untrusted("is a key that gives no time; a witness's has one", where=f"key {witness.name}")
            self.proven_at = signature.time
            self.found.notice(KEPT, f"was seen by {witness.name} at {time_text(signature.time)}")
        return head

    def _gap(self, head: Checkpoint, epoch: int, where: str) -> None:
        """Lost entries are no error where the next epoch names the head, or a larger one, as the last known."""
        about = self.log.resumed[epoch + 1].fact.about if epoch + 1 in self.log.resumed else {}
        known, held = about.get("known_size", ""), about.get("held_size")
        size = int(known) if known.isdecimal() and len(known) < 20 else 0
        if (size, about.get("known_root")) == (head.size, base64_text(head.root)):
            self.found.notice(where, f"declared gap: of epoch {epoch}, {head.size} entries were known and {held} held")
        elif self.log.trees[epoch].size < head.size < size:
            self.found.notice(
                where, f"declared gap: of epoch {epoch}, {size} entries were known and {held} held; this is between"
            )
        elif head.size > self.log.trees[epoch].size:
            self.found.error(where, f"is of {head.size} entries of epoch {epoch}, of which only {size} are declared")
        else:
            self.found.error(where, self._misfit(head, epoch))
