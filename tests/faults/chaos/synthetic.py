"""Tiny items that pass for published ones: a file of their own, all that signing and the index ask for."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from pathlib import Path

from rs.catalog.entry import Action, Entry, Fact
from rs.catalog.item import item_bytes
from rs.catalog.layout import Layout, attestation_name
from rs.catalog.publish import enter, place
from rs.catalog.register import Register
from rs.catalog.stored import is_lost

PRODUCT = "chaos"
DAYS = 730


def slot_of(number: int) -> str:
    """The slot that an item fills."""
    return f"chaos-{number:06d}"


def item_of(number: int) -> tuple[bytes, bytes, str]:
    """Stored item, bytes of its file, name of the file below the site. The same number gives the same bytes."""
    slot = slot_of(number)
    lineage = json.dumps({"parameters": {}, "formulas": f"b{number}", "pad": "x" * 200}).encode()
    digest = hashlib.sha256(lineage).hexdigest()
    name = f"data/{PRODUCT}/{slot}/lineage.{digest[:12]}.json"
    day, west = date(2023, 1, 1) + timedelta(days=number * 7 % DAYS), number % 300 - 150.0
    ring = [[west, 0.0], [west + 1, 0.0], [west + 1, 1.0], [west, 1.0], [west, 0.0]]
    body = {
        "type": "Feature", "stac_version": "1.1.0", "id": slot, "collection": PRODUCT,
        "bbox": [west, 0.0, west + 1, 1.0], "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {
            "title": slot, "datetime": f"{day}T10:00:00Z", "version": "1", "processing:software": {"chaos": "1"},
            "rs:grade": "general-1", "rs:slot": slot, "rs:key": f"key-{number}", "rs:recipe": "none",
            "rs:inputs": {"scene": "0" * 64},
        },
        "links": [],
        "assets": {
            "lineage": {"href": f"../../{name}", "type": "application/json", "file:checksum": f"1220{digest}",
                        "file:size": len(lineage)},
            "attestation": {"href": f"../../{attestation_name(PRODUCT, slot)}"},
        },
    }  # fmt: skip
    return item_bytes(body), lineage, name


def fact_of(number: int) -> Fact:
    """What the register is to say about an item."""
    body, lineage, _ = item_of(number)
    digest, slot = hashlib.sha256(body).hexdigest(), slot_of(number)
    return Fact(
        Action.PUBLISH, slot, f"key-{number}", PRODUCT, slot, digest, {"lineage": hashlib.sha256(lineage).hexdigest()}
    )


def publish(layout: Layout, register: Register, number: int) -> tuple[Entry, bool]:
    """Publish an item as Publisher does; also, whether there was anything to do."""
    fact = fact_of(number)
    standing = register.standing(fact.slot)
    if standing is not None and standing.fact.key == fact.key and not is_lost(layout, standing):
        return standing, False
    body, lineage, name = item_of(number)
    staging = layout.staging / f"{number}.json"
    staging.parent.mkdir(parents=True, exist_ok=True)
    staging.write_bytes(lineage)
    place(layout, Path(staging), name, fact.assets["lineage"])
    staging.unlink(missing_ok=True)
    return enter(layout, register, fact, body), True
