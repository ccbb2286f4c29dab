"""Verification of items that were copied out of a site: the files beside them, and who vouches for them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rs.catalog.verification import Verification
from rs.catalog.verify_trust import Against, check_attestation
from rs.core.slot import sha256_of
from rs.errors import BadInput, Untrusted

UNKNOWN = "whether it was withdrawn since only the register tells: ask the publisher, or verify their catalogue"


def copied_items(path: Path) -> list[tuple[Path, dict[str, Any]]]:
    """Items of `rs` in a folder, or the one that a file is. Raises BadInput where there is none."""
    files = [path] if path.is_file() else sorted(path.rglob("*.json"))
    found = [(file, item) for file in files if (item := _item(file)) is not None]
    if not found:
        raise BadInput(
            "holds no register and no item", where=str(path),
            remedy="Name a site folder, the output folder of rs produce, or a folder with an item and its files",
        )  # fmt: skip
    return found


def verify_copy(path: Path, against: Against) -> Verification:
    """Verify items outside a site: every file digest, and with a keyring the attestation."""
    found = Verification()
    for file, item in copied_items(path):
        found.items += 1
        for key, asset in item["assets"].items():
            if "file:checksum" in asset:
                _file(file, key, asset, found)
        _signature(file, item, against, found)
        found.notice(str(file), UNKNOWN)
    return found


def _item(file: Path) -> dict[str, Any] | None:
    try:
        body = json.loads(file.read_bytes())
    except (ValueError, OSError, RecursionError):
        return None
    if not isinstance(body, dict) or body.get("type") != "Feature" or "rs:slot" not in body.get("properties", {}):
        return None
    return body if isinstance(body.get("assets"), dict) else None


def _beside(item: Path, href: str) -> Path | None:
    """The file of an href, or one of its name in the folder of the item: copies are often flat."""
    for path in (item.parent / href, item.parent / Path(href).name):
        if path.is_file():
            return path
    return None


def _file(item: Path, key: str, asset: dict[str, Any], found: Verification) -> None:
    path = _beside(item, str(asset["href"]))
    if path is None:
        found.error(str(item), f"file of asset {key} is not here ({Path(str(asset['href'])).name})")
        return
    found.files += 1
    found.bytes += path.stat().st_size
    if path.stat().st_size != asset.get("file:size"):
        found.error(str(path), f"file has {path.stat().st_size} bytes, the item says {asset.get('file:size')}")
    elif f"1220{sha256_of(str(path))}" != asset["file:checksum"]:
        found.error(str(path), "file is damaged: its digest is not the one of the item")


def _signature(file: Path, item: dict[str, Any], against: Against, found: Verification) -> None:
    if against.ring is None:
        found.notice(str(file), "the signature is not checked: give the publisher's keyring with --trust")
        return
    envelope = next(_envelopes(file, item), None)
    if envelope is None:
        found.error(str(file), "attestation is missing")
        return
    try:
        when = check_attestation(envelope.read_bytes(), item, against.ring, against.kept_at)
    except Untrusted as error:
        found.error(str(envelope), f"attestation does not hold: {error.where} {error.what}")
        return
    found.signed += 1
    found.signer = f"{against.ring.newest.name}, {when}"


def _envelopes(file: Path, item: dict[str, Any]) -> Iterator[Path]:
    href = item["assets"].get("attestation", {}).get("href", f"{item['id']}.dsse.json")
    path = _beside(file, str(href))
    if path is not None:
        yield path
