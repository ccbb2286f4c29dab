"""Signing what was committed: an attestation for each item, then a checkpoint of the register."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from rs.catalog.entry import Action, Entry
from rs.catalog.index import load_item
from rs.catalog.layout import Layout, attestation_name
from rs.catalog.register import Register
from rs.catalog.stored import asset_name
from rs.catalog.view import healed
from rs.core.failpoint import reach
from rs.errors import CheckFailed, Conflict, Untrusted
from rs.trust.canonical import canonical_json
from rs.trust.checkpoint import Checkpoint
from rs.trust.dsse import IN_TOTO, seal
from rs.trust.keys import Signer, time_text
from rs.trust.note import sign_note
from rs.trust.statement import Subject, statement

BUILD_TYPE = "urn:rs:product:v1"
BUILDER = "urn:rs:publisher"
CHECKPOINT = "checkpoint"
"""Name of the newest checkpoint below its register."""
ADDED = ("created", "updated", "deprecated", "published", "expires")
"""Properties that an index or an API adds to an item."""


def sign(layout: Layout, register: Register, signer: Signer) -> Checkpoint:
    """Sign every entry that no checkpoint covers yet, then the head; gives the checkpoint that stands.

    A checkpoint of size n promises that the attestations of the entries 1 to n are there.
    """
    reach("sign.start")
    return healed(lambda: _sign(layout, register, signer))


def _sign(layout: Layout, register: Register, signer: Signer) -> Checkpoint:
    # in this order: another publisher may sign entries that came since we looked
    standing = newest_checkpoint(register)
    size = register.sync()
    if standing is not None and (standing.size > size or standing.root != register.view.root(standing.size)):
        raise CheckFailed(
            f"the register has {size} entries and is not the one that its checkpoint of {standing.size} was made of",
            where=register.store.where(CHECKPOINT), remedy="Run rs verify; after a restore, rs register resume",
        )  # fmt: skip
    for number in range((standing.size if standing else 0) + 1, size + 1):
        entry = register.view.entry(number)
        assert entry is not None
        sign_entry(layout, entry, signer)
    if standing is not None and standing.size == size:
        return standing
    made = Checkpoint(origin_of(register, signer.name), size, register.view.root(size), _resumed(register))
    body = sign_note(made.text(), [signer])
    register.store.create(kept_name(size), body, stage="sign")
    reach("sign.checkpoint")
    register.store.replace(CHECKPOINT, body, lambda old: _size_of(old) > size)
    reach("sign.done")
    return made


def origin_of(register: Register, name: str) -> str:
    """Which log a checkpoint is about: publisher, register, epoch."""
    return f"{name}/{register.title}" + (f"/epoch-{register.epoch}" if register.epoch > 1 else "")


def kept_name(size: int) -> str:
    """Name below its register under which a checkpoint is kept for ever."""
    return f"checkpoints/{size // 1_000_000:03d}/{size // 1000 % 1000:03d}/{size:06d}.txt"


def newest_checkpoint(register: Register) -> Checkpoint | None:
    """The newest checkpoint as it says itself; its signature is for `rs verify` to check."""
    body = register.store.read(CHECKPOINT)
    return None if body is None else checkpoint_of(body)


def signed_size(register: Register) -> int:
    """Number of entries that the newest checkpoint covers; 0 without one."""
    standing = newest_checkpoint(register)
    return 0 if standing is None else standing.size


def checkpoint_of(note: bytes) -> Checkpoint:
    """What a checkpoint's note says, whoever signed it. Raises Untrusted where it is none."""
    try:
        text, blank, _ = note.decode("utf-8").rpartition("\n\n")
    except UnicodeDecodeError as error:
        raise Untrusted("is not UTF-8", where="checkpoint") from error
    if not blank:
        raise Untrusted("has no blank line before its signatures", where="checkpoint")
    return Checkpoint.parse(text + "\n")


def statement_of(item: Mapping[str, Any], lineage: Mapping[str, Any], entry: Entry, when: datetime) -> bytes:
    """The in-toto statement of an item: its stable core and files, made of which inputs, how, by which software.

    when: the time of signing, by which a reader knows which key was to sign.
    """
    properties = item["properties"]
    subjects = [Subject(f"item:{item['id']}", hashlib.sha256(core_of(item)).hexdigest())]
    for key, asset in sorted(item["assets"].items()):
        if "file:checksum" in asset:
            subjects.append(Subject(f"asset:{key}", asset["file:checksum"].removeprefix("1220")))
    inputs = [Subject(f"input:{name}", digest) for name, digest in sorted(properties["rs:inputs"].items())]
    parameters = {
        "product": entry.fact.product, "version": properties["version"], "recipe": properties["rs:recipe"],
        "parameters": lineage["parameters"], "formulas": lineage["formulas"],
        "key": entry.fact.key, "slot": entry.fact.slot,
        "software": properties["processing:software"],
        "entry": entry.number, "registered": entry.time, "signed": time_text(when),
    }  # fmt: skip
    code = Subject("code:formulas", hashlib.sha256(lineage["formulas"].encode()).hexdigest())
    return canonical_json(statement(subjects, BUILD_TYPE, parameters, [code, *inputs], BUILDER))


def core_of(item: Mapping[str, Any]) -> bytes:
    """The stable core of an item: what stays the same wherever it is served from.

    Left out are links, hrefs, the attestation itself, and properties that an index or an API adds.
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


def sign_entry(layout: Layout, entry: Entry, signer: Signer) -> None:
    """Write the attestation of an entry's item, where none stands. Raises CheckFailed where the item is lost."""
    if entry.fact.action not in (Action.PUBLISH, Action.SUPERSEDE):
        return
    name = attestation_name(entry.fact.product, entry.fact.item)
    if layout.store.exists(name):
        return
    item = load_item(layout, entry)
    if item is None:
        raise CheckFailed(
            f"item {entry.fact.item} is lost or damaged and cannot be signed", where=f"register entry {entry.number}",
            remedy="Run rs verify, then rs repair",
        )  # fmt: skip
    payload = statement_of(item, _lineage(layout, entry, item), entry, datetime.now(UTC))
    # another publisher may sign the same entry at another second: what stands is as good
    with suppress(Conflict):
        layout.store.create(name, seal(payload, IN_TOTO, signer), stage="sign")


def _lineage(layout: Layout, entry: Entry, item: Mapping[str, Any]) -> dict[str, Any]:
    name = asset_name(entry.fact.product, item["assets"]["lineage"]["href"])
    body = layout.store.read(name)
    if body is None or hashlib.sha256(body).hexdigest() != entry.fact.assets["lineage"]:
        raise CheckFailed(
            "is lost or damaged, so that its item cannot be signed", where=layout.store.where(name),
            remedy="Run rs verify, then rs repair",
        )  # fmt: skip
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
