"""Verification: register, items, files and digests against each other, both ways."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from rs.catalog.layout import Layout
from rs.catalog.register import Entry, Register
from rs.core.slot import sha256_of
from rs.errors import BadInput


class Severity(StrEnum):
    """error: what was published is not what stands there. notice: left over, nothing is wrong."""

    ERROR = "error"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Finding:
    """One mismatch: place, what is wrong, how bad."""

    where: str
    what: str
    severity: Severity = Severity.ERROR


@dataclass
class Verification:
    """What was looked at and what was found."""

    entries: int = 0
    items: int = 0
    files: int = 0
    bytes: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """True without an error; notices do not count."""
        return not any(f.severity is Severity.ERROR for f in self.findings)


def site_root(path: Path) -> Path:
    """The site folder of a path: itself, or the one above its index. Raises BadInput."""
    for folder in (path, *path.resolve().parents):
        if (folder / "register").is_dir():
            return folder
    raise BadInput("holds no register", where=str(path), remedy="Name a site folder or the output folder of rs produce")


def verify(root: Path) -> Verification:
    """Verify a site folder whole: every entry, item, asset and digest, and what no entry names."""
    layout = Layout(root)
    register = Register(layout.register)
    result = Verification()
    named: set[Path] = set()
    try:
        for entry in register.read():
            result.entries += 1
            result.findings += _entry(layout, entry, result, named)
    except BadInput as error:
        result.findings.append(Finding(error.where, error.what))
    result.findings += _register_strays(layout, result.entries)
    result.findings += _index(layout, result.entries)
    for folder in (layout.items, layout.data):
        for stray in sorted(set(_files(folder)) - named):
            result.findings.append(Finding(str(stray), "is named by no register entry", Severity.NOTICE))
    return result


def _entry(layout: Layout, entry: Entry, result: Verification, named: set[Path]) -> Iterator[Finding]:
    fact = entry.fact
    path = layout.item(fact.product, fact.item)
    named.add(path)
    if not path.is_file():
        yield Finding(str(path), f"item of register entry {entry.number} is missing")
        return
    body = path.read_bytes()
    result.items += 1
    if hashlib.sha256(body).hexdigest() != fact.item_digest:
        yield Finding(str(path), f"item is not the one of register entry {entry.number} (digest differs)")
    try:
        item = json.loads(body)
        assets: dict[str, Any] = item["assets"]
        said = (item["properties"]["rs:slot"], item["properties"]["rs:key"], item["collection"], item["id"])
        hrefs = {key: (layout.root / "items" / fact.product / asset["href"], asset) for key, asset in assets.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        yield Finding(str(path), "item cannot be read")
        return
    if said != (fact.slot, fact.key, fact.product, fact.item):
        yield Finding(str(path), f"slot, key, product or id differ between item and register entry {entry.number}")
    for key in sorted(set(fact.assets) ^ set(hrefs)):
        yield Finding(str(path), f"asset {key} is in only one of item and register entry {entry.number}")
    for key, (href, asset) in hrefs.items():
        file = Path(os.path.normpath(href))
        named.add(file)
        yield from _file(file, fact.assets.get(key, ""), asset.get("file:size"), result)


def _file(file: Path, digest: str, size: int | None, result: Verification) -> Iterator[Finding]:
    if not file.is_file():
        yield Finding(str(file), "file is missing")
        return
    result.files += 1
    held = file.stat().st_size
    result.bytes += held
    if held != size:
        yield Finding(str(file), f"file has {held} bytes, the item says {size}")
    elif sha256_of(str(file)) != digest:
        yield Finding(str(file), "file is damaged: its digest is not the registered one")


def _register_strays(layout: Layout, entries: int) -> Iterator[Finding]:
    present = sum(1 for file in _files(layout.register) if file.suffix == ".json")
    if present != entries:
        yield Finding(
            str(layout.register), f"holds {present} entries, {entries} can be reached from the first one: a gap"
        )


def _index(layout: Layout, entries: int) -> Iterator[Finding]:
    if not layout.catalog.is_file():
        if entries:
            yield Finding(str(layout.catalog), "index is missing; rs run or rs produce rebuilds it", Severity.NOTICE)
        return
    try:
        position = json.loads(layout.catalog.read_bytes())["rs:log_position"]
    except (ValueError, KeyError, TypeError):
        yield Finding(str(layout.catalog), "index cannot be read; rs run or rs produce rebuilds it")
        return
    if position > entries:
        yield Finding(
            str(layout.catalog), f"index is at entry {position}, the register ends at {entries}: entries were lost"
        )
    elif position < entries:
        yield Finding(str(layout.catalog), f"index is at entry {position} of {entries}", Severity.NOTICE)


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        for base, _, names in os.walk(folder):
            yield from (Path(base) / name for name in names if not name.startswith(".new-"))
