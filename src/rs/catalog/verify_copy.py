"""Verification of items that were copied out of a site: the files beside them, and who vouches for them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from rs.catalog.attestation import check_attestation
from rs.catalog.layout import attestation_name
from rs.catalog.verification import Verification
from rs.catalog.verify_heads import Against
from rs.core.slot import sha256_of
from rs.errors import BadInput, Untrusted
from rs.trust.encoding import MAX_BYTES, json_value

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
            _asset(file, key, asset, found)
        _signature(file, item, against, found)
        found.notice(str(file), UNKNOWN)
    return found


def _item(file: Path) -> dict[str, Any] | None:
    """The item of a file; None where it is none that all readers would read alike."""
    try:
        body = json_value(_small(file), str(file))
    except Untrusted:
        return None
    if not isinstance(body, dict) or body.get("type") != "Feature" or not isinstance(body.get("properties"), dict):
        return None
    return body if "rs:slot" in body["properties"] and isinstance(body.get("assets"), dict) else None


def _small(file: Path) -> bytes:
    """Bytes of a plain file. Raises Untrusted for another, or one beyond 16 MiB."""
    try:
        if not file.is_file() or file.stat().st_size > MAX_BYTES:
            raise Untrusted(f"is no plain file of at most {MAX_BYTES} bytes", where=str(file))
        return file.read_bytes()
    except OSError as error:
        raise Untrusted(f"cannot be read ({error.strerror})", where=str(file)) from error


def _beside(item: Path, href: str) -> Path | None:
    """The file of an href, or one of its name in the folder of the item: copies are often flat."""
    # os.path, not pathlib: an href may be any text, and one that is too long for a path names no file
    return next((path for path in (item.parent / href, item.parent / Path(href).name) if os.path.isfile(path)), None)


def _asset(item: Path, key: str, asset: Any, found: Verification) -> None:
    if not isinstance(asset, dict) or not isinstance(asset.get("href"), str):
        found.error(str(item), f"asset {key} names no file")
    elif "file:checksum" in asset:
        _file(item, key, asset, found)
    elif key != "attestation":
        found.notice(str(item), f"asset {key} bears no digest: nothing vouches for it")


def _file(item: Path, key: str, asset: dict[str, Any], found: Verification) -> None:
    path = _beside(item, asset["href"])
    if path is None:
        found.error(str(item), f"file of asset {key} is not here ({Path(asset['href']).name})")
        return
    try:
        size = path.stat().st_size
        found.files += 1
        found.bytes += size
        if size != asset.get("file:size"):
            found.error(str(path), f"file has {size} bytes, the item says {asset.get('file:size')}")
        elif f"1220{sha256_of(str(path))}" != asset["file:checksum"]:
            found.error(str(path), "file is damaged: its digest is not the one of the item")
    except OSError as error:
        found.error(str(path), f"file cannot be read ({error.strerror})")


def _signature(file: Path, item: dict[str, Any], against: Against, found: Verification) -> None:
    if against.ring is None:
        found.notice(str(file), "the signature is not checked: give the publisher's keyring with --trust")
        return
    envelope = _envelope(file, item)
    if envelope is None:
        found.error(str(file), "attestation is missing")
        return
    try:
        signed = check_attestation(_small(envelope), item, against.ring, against.kept_at)["signed"]
    except Untrusted as error:
        found.error(str(envelope), f"attestation does not hold: {error.where} {error.what}")
        return
    found.signed += 1
    found.signer = f"{against.ring.newest.name}, {signed}"


def _envelope(file: Path, item: dict[str, Any]) -> Path | None:
    """The attestation that an item names; one from before the site had keys names none, and it lies in its place."""
    asset = item["assets"].get("attestation")
    named = asset.get("href") if isinstance(asset, dict) else None
    usual = f"../../{attestation_name(str(item.get('collection')), str(item.get('id')))}"
    return _beside(file, named if isinstance(named, str) else usual)
