"""Sites of any size, made fast: small items with files of 1 KiB, in the real register, signed and indexed.

The first items of a large site are written in bulk, without syncing; `publish` is the real path.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rs.catalog.entry import Action, Entry, Fact, name_of
from rs.catalog.index import derive
from rs.catalog.item import item_bytes
from rs.catalog.layout import Layout, attestation_name, item_name
from rs.catalog.register import Register
from rs.catalog.sign import sign
from rs.core.disk import Disk
from rs.core.scene import OpenMode
from rs.core.slot import canonical_json
from rs.products import products
from rs.store.local import LocalStore
from rs.trust.keys import Signer
from rs.trust.keystore import RING, create_key, load_signer

FIRST = datetime(2016, 1, 1, tzinfo=UTC)
DAYS = 3650
WHEN = "2026-01-01T00:00:00Z"
BULK = 2000
"""Entries that are signed at once while a site is made."""


class HastyDisk(Disk):
    """Syncs nothing: for sites that are made to be looked at."""

    def sync_file(self, path: Path) -> None:
        """Not at all."""

    def sync_folder(self, path: Path) -> None:
        """Not at all."""


@dataclass(frozen=True, slots=True)
class Made:
    """An item to be published: its bytes, its files by their names below the site, its fact."""

    body: bytes
    files: dict[str, bytes]
    fact: Fact

    @property
    def name(self) -> str:
        """Name of the item below the site."""
        return item_name(self.fact.product, self.fact.item)


def moment(number: int, seed: int = 0) -> datetime:
    """When item `number` was seen: any time of ten years, the same for the same number."""
    return FIRST + timedelta(seconds=random.Random(f"{seed}:{number}").randrange(DAYS * 86400))


def made(number: int, *, product: str = "ndvi", when: datetime | None = None, version: int = 1) -> Made:
    """Item `number` of a product. version: another one fills the same slot with another item."""
    seen = when or moment(number)
    slot = f"{product}_S2A_{number:07d}"
    key = hashlib.sha256(f"{slot}:{version}".encode()).hexdigest()
    item_id = f"{slot}_{key[:8]}"
    lineage = {"slot": slot, "key": key, "formulas": "0" * 64, "parameters": {}}
    bodies = {"lineage": canonical_json(lineage), product: random.Random(key).randbytes(1024)}
    files, assets, digests = {}, {}, {}
    for asset, body in bodies.items():
        digest = digests[asset] = hashlib.sha256(body).hexdigest()
        name = f"data/{product}/{slot}/{asset}.{digest[:12]}{'.json' if asset == 'lineage' else '.tif'}"
        files[name] = body
        assets[asset] = {
            "href": f"../../{name}", "file:checksum": f"1220{digest}", "file:size": len(body), "title": asset
        }  # fmt: skip
    assets["attestation"] = {"href": f"../../{attestation_name(product, item_id)}"}
    body = item_bytes(_item(product, item_id, assets, _properties(slot, key, seen)))
    fact = Fact(Action.PUBLISH, slot, key, product, item_id, hashlib.sha256(body).hexdigest(), digests)
    return Made(body, files, fact)


def _properties(slot: str, key: str, seen: datetime) -> dict[str, Any]:
    return {
        "title": f"Synthetic, {seen:%Y-%m-%d}", "datetime": f"{seen:%Y-%m-%dT%H:%M:%SZ}", "rs:slot": slot,
        "rs:key": key, "rs:grade": "general-1", "rs:inputs": {"scene": "1" * 64}, "rs:recipe": "plain",
        "version": "1.0.0", "processing:software": {"rs": "0"},
    }  # fmt: skip


def _item(product: str, item_id: str, assets: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    west = int(hashlib.sha256(item_id.encode()).hexdigest()[:4], 16) / 65536 * 350 - 175
    box = [round(west, 4), 10.0, round(west + 1, 4), 11.0]
    ring = [[box[x], box[y]] for x, y in ((0, 1), (2, 1), (2, 3), (0, 3), (0, 1))]
    return {
        "type": "Feature", "stac_version": "1.1.0", "stac_extensions": [], "id": item_id, "collection": product,
        "geometry": {"type": "Polygon", "coordinates": [ring]}, "bbox": box, "properties": properties,
        "links": [], "assets": assets,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class SyntheticSite:
    """A site folder with its register and a key of its own."""

    layout: Layout
    register: Register
    signer: Signer

    @classmethod
    def at(cls, root: Path, disk: Disk | None = None) -> SyntheticSite:
        """The site of a folder, made where it is not there."""
        store = LocalStore(root, disk)
        store.disk.make_folder(root / "register" / "resource")
        layout = Layout(root, None if disk is None else store)
        if not (layout.keys / RING).exists():
            create_key(layout.keys, "example.org/synthetic", datetime.now(UTC) - timedelta(days=1))
        return cls(layout, layout.open_register(), load_signer(layout.keys))

    @classmethod
    def of(cls, root: Path, count: int) -> SyntheticSite:
        """A site with the items 1 to `count`, signed and indexed, made in bulk."""
        site = cls.at(root, HastyDisk())
        site.bulk(made(number) for number in range(1, count + 1))
        site.finish()
        return cls.at(root)

    def bulk(self, new: Iterable[Made]) -> None:
        """Write items and their entries as `publish` would, without syncing."""
        start = self.register.sync()
        for number, one in enumerate(new, start + 1):
            entry = Entry(number, one.fact, self.register.writer, WHEN)
            for name, body in {**one.files, one.name: one.body}.items():
                _write(self.layout.root / name, body)
            _write(self.layout.register / name_of(number), entry.body())
            if number % BULK == 0:
                self.register.sync()
        self.register.sync()

    def publish(self, new: Made, supersedes: str = "") -> Entry:
        """Place the files, store the item, commit: what Publisher does after its checks."""
        staging = self.layout.staging
        staging.mkdir(exist_ok=True)
        for name, body in new.files.items():
            staged = staging / os.path.basename(name)
            staged.write_bytes(body)
            self.layout.store.place(staged, name, hashlib.sha256(body).hexdigest(), stage="place")
            staged.unlink(missing_ok=True)
        self.layout.store.create(new.name, new.body, stage="item")
        fact = new.fact
        action = Action.SUPERSEDE if supersedes else Action.PUBLISH
        return self.register.commit(
            Fact(action, fact.slot, fact.key, fact.product, fact.item, fact.item_digest, fact.assets, supersedes)
        )

    def withdraw(self, old: Made) -> Entry:
        """Withdraw an item."""
        fact = old.fact
        return self.register.commit(
            Fact(Action.WITHDRAW, fact.slot, fact.key, fact.product, fact.item, fact.item_digest, {}, fact.item)
        )

    def finish(self) -> int:
        """Sign, then bring the index up to date."""
        sign(self.layout, self.register, self.signer)
        return self.index()

    def index(self) -> int:
        """Bring the index up to date."""
        return derive(self.layout, self.register, products(), OpenMode.CLOSED)


def _write(path: Path, body: bytes) -> None:
    try:
        path.write_bytes(body)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)


def links(root: Path) -> Iterator[tuple[Path, int]]:
    """Every derived JSON below a site, and how many links it has."""
    for path in sorted((root / "index").rglob("*.json")):
        yield path, len(json.loads(path.read_bytes())["links"])
