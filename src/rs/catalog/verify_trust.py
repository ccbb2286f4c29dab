"""Signatures of a site: its checkpoints, and the attestation of every item."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from rs.catalog.attestation import check_attestation
from rs.catalog.entry import Entry, name_of
from rs.catalog.layout import Layout, attestation_name
from rs.catalog.stored import read_document
from rs.catalog.verification import Verification
from rs.catalog.verify_heads import Against, HeadCheck
from rs.catalog.verify_register import Log
from rs.errors import BadInput, RsError
from rs.trust.keyring import Keyring
from rs.trust.keystore import RING, load_ring


class TrustCheck:
    """Checks with the consumer's keyring, else with the site's own; a site without keys is not signed."""

    def __init__(self, layout: Layout, log: Log, against: Against, found: Verification) -> None:
        self.layout, self.found = layout, found
        self.ring = against.ring if against.ring is not None else self._own_ring()
        self.heads = HeadCheck(log, self.ring, against, found)

    def _own_ring(self) -> Keyring | None:
        # os.path, not pathlib: who may not look into the folder has no ring, and gets no traceback
        if not os.path.isfile(self.layout.keys / RING):
            return None
        try:
            return load_ring(self.layout.keys)
        except RsError as error:
            self.found.error(error.where, error.what)
            return None

    def check_heads(self) -> None:
        """Check every checkpoint, and the one kept by the consumer."""
        self.heads.check()

    def check_item(self, entry: Entry, item: Mapping[str, Any]) -> None:
        """Check the attestation of a sound item; one that a checkpoint covers must have it."""
        name = attestation_name(entry.fact.product, entry.fact.item)
        if self.ring is None:
            return
        where = self.layout.store.where(name)
        proven = self.heads.proven_at if entry.number <= self.heads.proven else None
        try:
            body = read_document(self.layout.store, name)
            if body is not None:
                self._arrival(entry, check_attestation(body, item, self.ring, proven))
            elif entry.number <= self.found.signed:
                self.found.error(where, f"attestation of register entry {entry.number} is missing")
        except BadInput as error:
            self.found.error(where, f"attestation does not hold: {error.where} {error.what}")

    def _arrival(self, entry: Entry, signed: Mapping[str, Any]) -> None:
        """When an entry came and who wrote it is in no leaf of the tree: the attestation says it."""
        if (signed.get("registered"), signed.get("writer")) != (entry.time, entry.writer):
            where = self.heads.log.store.where(name_of(entry.number))
            self.found.error(where, "has another time or writer than was signed")
