"""Garbage: what killed runs left, and what no entry names. Never anything that the register names."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rs.catalog.layout import Layout
from rs.catalog.verification import Verification
from rs.catalog.verify_items import ItemCheck
from rs.errors import CheckFailed
from rs.store.local import TEMPORARY

DAY = 86400.0
TEMPORARY_AGE = DAY
LOCK = ".lock"
"""File in a staging folder that its run holds locked."""
STRAY_AGE = 7 * DAY


@dataclass(frozen=True, slots=True)
class Garbage:
    """Something that may go: place, bytes, why."""

    path: Path
    bytes: int
    why: str


def garbage(layout: Layout, now: float) -> list[Garbage]:
    """What may go: staging that no run holds, temporary names a day old, strays a week old.

    Data of superseded and withdrawn items stay: the register names them. A stray that a listing, an
    agreement, a delivery or a voucher names stays too. Raises CheckFailed where the register has an error:
    what looks like a stray may then be what a lost entry named. Of a site whose store is not its folder,
    the strays are left to `rs verify`.
    """
    found = [Garbage(folder, _size(folder), "work of a run that ended") for folder in abandoned(layout.staging)]
    for top in ("staging", "data", "items", "attestations", "register", "index", "keys", "scenes"):
        for path in (layout.root / top).rglob(f"{TEMPORARY}*"):
            if path.exists() and now - path.lstat().st_mtime > TEMPORARY_AGE:
                found.append(Garbage(path, _size(path), "temporary name of a write that ended"))
    if layout.remote is not None:
        # a store does not tell ages; rs verify names its strays
        return sorted(found, key=lambda one: str(one.path))
    words = _named_elsewhere(layout.root)
    for path in _strays(layout):
        if now - path.stat().st_mtime > STRAY_AGE and not any(path.name in text or path.stem in text for text in words):
            found.append(Garbage(path, path.stat().st_size, "is named by no register entry"))
    return sorted(found, key=lambda one: str(one.path))


def collect(found: list[Garbage]) -> int:
    """Remove it; gives the bytes that are free now."""
    for one in found:
        if one.path.is_dir():
            shutil.rmtree(one.path)
        else:
            one.path.unlink(missing_ok=True)
    return sum(one.bytes for one in found)


def abandoned(staging: Path) -> Iterator[Path]:
    """Staging folders whose lock nobody holds. A folder gets its name when its lock is held, not before."""
    for folder in sorted(staging.glob("*/")):
        if folder.name.startswith(TEMPORARY):
            continue
        # without a lock: its run was killed, or is at it, while it removed the folder
        with contextlib.suppress(FileNotFoundError), (folder / LOCK).open() as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
        yield folder


def _strays(layout: Layout) -> list[Path]:
    from rs.catalog.verify_register import check_register

    found = Verification()
    log = check_register(layout, found)
    if not found.ok:
        raise CheckFailed(
            f"{found.findings[0].where} {found.findings[0].what}", where=str(layout.root),
            remedy="Nothing was removed. Mend the register first: rs verify, then its backup or rs register resume",
        )  # fmt: skip
    items = ItemCheck(layout, found)
    named: set[str] = set()
    for entry in log.entries():
        named.update(items.names(entry))
    return [
        layout.root / name for folder in ("data", "items", "attestations") for name in layout.store.names(folder)
        if name not in named
    ]  # fmt: skip


def _named_elsewhere(root: Path) -> list[str]:
    folders = ("listings", "register/asset", "register/delivery", "agreements", "vouchers", "passports")
    return [
        path.read_text(encoding="utf-8", errors="replace")
        for folder in folders for path in sorted((root / folder).rglob("*")) if path.is_file()
    ]  # fmt: skip


def _size(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(os.lstat(os.path.join(base, name)).st_size for base, _, names in os.walk(path) for name in names)
