"""Signed catalogues of tiny made-up items: as many as a test wants, at once."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rs.catalog.item import item_bytes
from rs.catalog.layout import Layout, attestation_name, item_name
from rs.catalog.register import Action, Entry, Fact, Register
from rs.catalog.sign import sign
from rs.catalog.verify import Against, Verification, verify
from rs.trust.checkpoint import Checkpoint
from rs.trust.keyring import Keyring
from rs.trust.keystore import create_key, load_ring, load_signer

PRODUCT = "ndvi"
NAME = "river.example/rs"


def days_ago(days: float) -> datetime:
    """A time in the past."""
    return datetime.now(UTC) - timedelta(days=days)


@dataclass
class Small:
    """A site of made-up items. Its register is opened anew by every call, as by another run."""

    root: Path
    layout: Layout = field(init=False)

    def __post_init__(self) -> None:
        self.layout = Layout(self.root)
        self.layout.register.mkdir(parents=True, exist_ok=True)

    @property
    def register(self) -> Register:
        """The register, as another process has it."""
        return self.layout.open_register()

    @property
    def ring(self) -> Keyring:
        """The keyring of the site."""
        return load_ring(self.layout.keys)

    @property
    def checkpoint(self) -> Path:
        """The newest checkpoint of the first epoch."""
        return self.layout.register / "checkpoint"

    def with_keys(self, days: float = 10) -> Small:
        """The site with its first key, so many days old."""
        create_key(self.layout.keys, NAME, days_ago(days))
        return self

    def publish(self, slot: str, version: int = 1, supersedes: str = "") -> Entry:
        """Publish an item of a slot; version tells those of one slot apart."""
        fact = self._placed(slot, version)
        action = Action.SUPERSEDE if supersedes else Action.PUBLISH
        return self.register.commit(Fact(action, slot, *fact, supersedes))

    def withdraw(self, slot: str) -> Entry:
        """Withdraw the live item of a slot."""
        register = self.register
        entry = register.standing(slot)
        assert entry is not None
        fact = entry.fact
        return register.commit(
            Fact(Action.WITHDRAW, slot, fact.key, fact.product, fact.item, fact.item_digest, {}, fact.item,
                 {"reason": "a test"})
        )  # fmt: skip

    def sign(self) -> Checkpoint:
        """Sign all of it."""
        return sign(self.layout, self.register, load_signer(self.layout.keys))

    def verify(self, **against: Any) -> Verification:
        """Verify it against what a consumer holds."""
        return verify(self.layout, Against(**against))

    def attestation(self, entry: Entry) -> Path:
        """The attestation of an entry's item."""
        return self.root / attestation_name(PRODUCT, entry.fact.item)

    def item(self, entry: Entry) -> Path:
        """The item of an entry."""
        return self.root / item_name(PRODUCT, entry.fact.item)

    def path(self, number: int) -> Path:
        """A register entry of the first epoch."""
        return self.layout.register / "000" / "000" / f"{number:06d}.json"

    def _placed(self, slot: str, version: int) -> tuple[str, str, str, str, dict[str, str]]:
        """Key, product, item, its digest and those of its files, all stored."""
        key = hashlib.sha256(f"{slot} {version}".encode()).hexdigest()
        name = f"{slot}_{key[:8]}"
        lineage = json.dumps({"parameters": {"gain": 0.1}, "formulas": "a" * 64, "slot": slot, "v": version}).encode()
        assets: dict[str, Any] = {"attestation": {"href": f"../../{attestation_name(PRODUCT, name)}"}}
        digests = {}
        for asset, body in ((PRODUCT, f"pixels of {name}".encode()), ("lineage", lineage)):
            digests[asset] = hashlib.sha256(body).hexdigest()
            place = f"data/{PRODUCT}/{slot}/{asset}.{digests[asset][:12]}.bin"
            self.layout.store.create(place, body)
            assets[asset] = {
                "href": f"../../{place}", "file:checksum": f"1220{digests[asset]}", "file:size": len(body)
            }  # fmt: skip
        properties = {
            "datetime": "2024-05-01T00:00:00Z", "title": name, "rs:grade": "general-1",
            "version": "1.0.0", "rs:slot": slot, "rs:key": key,
            "rs:recipe": PRODUCT, "rs:inputs": {"red": "b" * 64}, "processing:software": {"rs": "0"},
        }  # fmt: skip
        item = {
            "type": "Feature", "stac_version": "1.1.0", "id": name, "collection": PRODUCT, "bbox": [0, 0, 1, 1],
            "geometry": {"type": "Point", "coordinates": [0.5, 0.5]}, "properties": properties, "links": [],
            "assets": assets,
        }  # fmt: skip
        stored = item_bytes(item)
        self.layout.store.create(item_name(PRODUCT, name), stored)
        return key, PRODUCT, name, hashlib.sha256(stored).hexdigest(), digests


def signed_site(root: Path, count: int = 4) -> Small:
    """A site with so many signed items, in slots named s0 on."""
    site = Small(root).with_keys()
    for number in range(count):
        site.publish(f"s{number}")
    site.sign()
    return site
