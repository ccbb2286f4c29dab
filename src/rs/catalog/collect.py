"""Garbage: what killed runs left, and what no entry names. Never anything that the register names."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rs.catalog.busy import is_held, staging_folders
from rs.catalog.layout import Layout
from rs.catalog.stored import file_names
from rs.catalog.verification import Severity, Verification
from rs.catalog.verify_heads import Against
from rs.catalog.verify_items import ItemCheck
from rs.catalog.verify_register import check_register
from rs.catalog.verify_trust import TrustCheck
from rs.errors import CheckFailed
from rs.store.local import TEMPORARY

DAY = 86400.0
TEMPORARY_AGE = DAY
STRAY_AGE = 7 * DAY
STRAY = "is named by no register entry"
FOLDERS = ("data", "items", "attestations")


@dataclass(frozen=True, slots=True)
class Garbage:
    """Something that may go: place, bytes, why."""

    path: Path
    bytes: int
    why: str


def garbage(layout: Layout, now: float) -> list[Garbage]:
    """What may go: staging that no run holds, temporary names a day old, strays a week old.

    Data of superseded and withdrawn items stay: the register names them, in this epoch or an earlier one. A
    stray that a listing, an agreement, a delivery or a voucher names stays too, and so do the files of a stray
    item that one names. While a run goes on no stray is: it may be about to commit what it found there. In a
    bucket none is looked for. Raises CheckFailed where register or checkpoints have an error: what looks like
    a stray may then be what a lost entry named.
    """
    held, left = staging_folders(layout.staging)
    found = [Garbage(folder, _size(folder), "work of a run that ended") for folder in left]
    for top in ("staging", *FOLDERS, "register", "index", "keys", "scenes"):
        for path in (layout.root / top).rglob(f"{TEMPORARY}*"):
            if path.exists() and now - path.lstat().st_mtime > TEMPORARY_AGE:
                found.append(Garbage(path, _size(path), "temporary name of a write that ended"))
    if not held and layout.remote is None:
        found += [
            Garbage(path, path.stat().st_size, STRAY) for path in _strays(layout)
            if now - path.stat().st_mtime > STRAY_AGE
        ]  # fmt: skip
    return sorted(found, key=lambda one: str(one.path))


def collect(layout: Layout, found: list[Garbage]) -> int:
    """Remove it, but no stray once a run has started; gives the bytes that are free now."""
    freed = 0
    for one in found:
        if one.why == STRAY and staging_folders(layout.staging)[0]:
            continue
        if one.path.is_dir():
            if is_held(one.path):
                continue
            shutil.rmtree(one.path, ignore_errors=True)
        else:
            one.path.unlink(missing_ok=True)
        freed += one.bytes
    return freed


def _strays(layout: Layout) -> Iterator[Path]:
    found = Verification()
    log = check_register(layout, found)
    TrustCheck(layout, log, Against(), found).check_heads()
    wrong = next((one for one in found.findings if one.severity is Severity.ERROR), None)
    if wrong is not None:
        raise CheckFailed(
            f"{wrong.where} {wrong.what}", where=str(layout.root),
            remedy="Nothing was removed. Mend the register first: rs verify, then its backup or rs register resume",
        )  # fmt: skip
    with ItemCheck(layout, found) as items:
        items.know(log.earlier())
        for entry in log.entries():
            for name in items.names(entry):
                items.named.put(name)
        strays = {name for folder in FOLDERS for name in layout.store.names(folder) if items.named.get(name) is None}
    for name in sorted(strays - _named_elsewhere(layout, strays)):
        yield layout.root / name


def _named_elsewhere(layout: Layout, strays: set[str]) -> set[str]:
    """Strays that papers of the exchange name, by the name of the file or of the item, with the item's files."""
    words = [path.read_text(encoding="utf-8", errors="replace") for path in _papers(layout.root)]
    named = set()
    for name in strays:
        path = Path(name)
        if any(path.name in text or path.name.partition(".dsse")[0].removesuffix(".json") in text for text in words):
            named.add(name)
            named.update(_files_of(layout, path))
    return named


def _files_of(layout: Layout, stray: Path) -> Iterator[str]:
    if stray.parts[0] == "items" and len(stray.parts) == 3:
        try:
            yield from file_names(stray.parts[1], json.loads((layout.root / stray).read_bytes()))
        except (ValueError, KeyError, TypeError, AttributeError):
            # what cannot be read names no files
            return


def _papers(root: Path) -> Iterator[Path]:
    for folder in ("listings", "register/asset", "register/delivery", "agreements", "vouchers", "passports"):
        yield from (path for path in sorted((root / folder).rglob("*")) if path.is_file())


def _size(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(os.lstat(os.path.join(base, name)).st_size for base, _, names in os.walk(path) for name in names)
