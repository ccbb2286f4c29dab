"""Attestations: what is signed about an item, and whether what was signed is this item."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rs.catalog.entry import Entry
from rs.errors import Untrusted, UsageError
from rs.trust.canonical import canonical_json
from rs.trust.dsse import unseal
from rs.trust.encoding import base64_bytes, json_value, record
from rs.trust.keyring import Keyring
from rs.trust.keys import parse_time, time_text
from rs.trust.statement import Subject, parse_statement, statement

BUILD_TYPE = "urn:rs:product:v1"
BUILDER = "urn:rs:publisher"
ADDED = ("created", "updated", "deprecated", "published", "expires")
"""Properties that an index or an API adds to an item."""


def statement_of(item: Mapping[str, Any], lineage: Mapping[str, Any], entry: Entry, when: datetime) -> bytes:
    """The in-toto statement of an item: its stable core and files, made of which inputs, how, by which software.

    when: the time of signing, by which a reader knows which key was to sign. Raises UsageError or Untrusted
    where the item holds what cannot be signed.
    """
    properties = item["properties"]
    parameters = {
        "product": entry.fact.product, "version": properties["version"], "recipe": properties["rs:recipe"],
        "parameters": lineage["parameters"], "formulas": lineage["formulas"],
        "key": entry.fact.key, "slot": entry.fact.slot,
        "software": properties["processing:software"],
        "entry": entry.number, "registered": entry.time, "writer": entry.writer, "signed": time_text(when),
    }  # fmt: skip
    code = Subject("code:formulas", hashlib.sha256(lineage["formulas"].encode()).hexdigest())
    payload = canonical_json(statement(subjects_of(item), BUILD_TYPE, parameters, [code, *inputs_of(item)], BUILDER))
    # what cannot be read back would be signed for nothing
    parse_statement(payload)
    return payload


def subjects_of(item: Mapping[str, Any]) -> list[Subject]:
    """What an attestation of an item speaks of: its stable core, and each file.

    Raises UsageError or Untrusted where an item, perhaps of a stranger, has no such core.
    """
    try:
        found = [Subject(f"item:{item['id']}", hashlib.sha256(core_of(item)).hexdigest())]
        for key, asset in sorted(item["assets"].items()):
            if "file:checksum" in asset:
                found.append(Subject(f"asset:{key}", asset["file:checksum"].removeprefix("1220")))
    except (KeyError, TypeError, AttributeError) as error:
        raise Untrusted("lacks what is signed of an item, or has it in another form", where="item") from error
    return found


def inputs_of(item: Mapping[str, Any]) -> list[Subject]:
    """The source files of an item with their digests. Raises UsageError for names that cannot be signed."""
    return [Subject(f"input:{name}", digest) for name, digest in sorted(item["properties"]["rs:inputs"].items())]


def core_of(item: Mapping[str, Any]) -> bytes:
    """The stable core of an item: what stays the same wherever it is served from.

    Left out are links, hrefs, assets without digest, and properties that an index or an API adds.
    """
    assets = {
        key: {name: value for name, value in asset.items() if name != "href"}
        for key, asset in item["assets"].items() if "file:checksum" in asset
    }  # fmt: skip
    properties = {
        name: value for name, value in item["properties"].items() if name not in ADDED and not name.startswith("order:")
    }
    names = ("id", "collection", "geometry", "bbox")
    return canonical_json({**{name: item[name] for name in names}, "properties": properties, "assets": assets})


def check_attestation(
    envelope: bytes, item: Mapping[str, Any], ring: Keyring, proven_before: datetime | None = None
) -> Mapping[str, Any]:
    """Check that a key of the ring vouches for an item and its files; gives the parameters that it signed.

    proven_before: by when others prove the signature to have been there, for keys that were revoked later.
    Raises Untrusted where the signature does not hold or speaks of other content.
    """
    # the time is inside: its form is checked first, and the signature then covers it
    said = parse_statement(_payload(envelope))
    stamp = said.parameters.get("signed")
    when = parse_time(stamp if isinstance(stamp, str) else "", "in-toto statement")
    try:
        unseal(envelope, ring, when)
    except Untrusted:
        if proven_before is None:
            raise
        # only what does not hold by itself needs its age proven: it may have been signed anew since
        unseal(envelope, ring, when, proven_before)
    if said.build_type != BUILD_TYPE:
        raise Untrusted("is not about a product", where="in-toto statement")
    try:
        meant = {subject.name: subject.sha256 for subject in subjects_of(item)}
    except UsageError as error:
        raise Untrusted(error.what, where="item") from error
    told = {subject.name: subject.sha256 for subject in said.subjects}
    wrong = sorted(name for name in told.keys() | meant.keys() if told.get(name) != meant.get(name))
    if wrong:
        raise Untrusted(f"speaks of another {', '.join(wrong)}", where="in-toto statement")
    return said.parameters


def _payload(envelope: bytes) -> bytes:
    where = "DSSE envelope"
    body = record(json_value(envelope, where), {"payload": str, "payloadType": str, "signatures": list}, where)
    if canonical_json(body) != envelope:
        raise Untrusted("is not in canonical form", where=where)
    return base64_bytes(body["payload"], where)
