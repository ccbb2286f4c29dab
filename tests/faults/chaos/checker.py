"""What must hold of a site after a kill and after the next run, against an undisturbed site."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from rs.catalog.collect import DAY, collect, garbage
from rs.catalog.entry import Action, Entry
from rs.catalog.index import rebuild
from rs.catalog.layout import Layout
from rs.catalog.register import Register
from rs.catalog.verification import Severity
from rs.catalog.verify import verify
from rs.core.scene import OpenMode
from rs.errors import RsError
from rs.products import products
from rs.store.local import TEMPORARY

Acks = list[tuple[str, str]]
"""Slot and item of every acknowledged entry."""
WEEKS = 30 * DAY
"""How much later garbage is asked for: everything left over is old enough then."""


@dataclass(frozen=True, slots=True)
class Calm:
    """What an undisturbed run leaves: digests of data files and items by name, digests of leaf cores."""

    files: dict[str, str]
    leaves: frozenset[str]


@dataclass(frozen=True, slots=True)
class After:
    """What was found after a kill or after the run that followed it."""

    findings: tuple[str, ...]
    lost: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    other: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """True where nothing was found."""
        return not (self.findings or self.lost or self.doubled or self.differing or self.other)


def calm_of(site: Path) -> Calm:
    """What a site holds that is compared."""
    return Calm(digests(site, "data", "items"), leaves(entries(site)))


def after_kill(site: Path, acks: Acks) -> After:
    """Right after the kill: no error, every acknowledged item live, none twice."""
    findings = [f"{f.where}: {f.what}" for f in verify(site).findings if f.severity is Severity.ERROR]
    return _register(site, acks, findings)


def after_rerun(site: Path, acks: Acks, calm: Calm) -> After:
    """After the run that followed: nothing found at all, the same bytes, an index as if made anew, no leftovers."""
    findings = [f"{f.where}: {f.what}" for f in verify(site).findings]
    found = _register(site, acks, findings)
    if found.findings:
        return found
    held = calm_of(site)
    names = sorted(calm.files.keys() | held.files.keys())
    differing = [name for name in names if calm.files.get(name) != held.files.get(name)]
    other = [f"leaf {leaf[:12]} is in one register only" for leaf in sorted(calm.leaves ^ held.leaves)]
    other += _index(site) + _leftovers(site)
    return After(found.findings, found.lost, found.doubled, tuple(differing), tuple(other))


def entries(site: Path) -> list[Entry]:
    """All entries, read from the files alone: no view in the cache is asked."""
    return list(Register(Layout(site).register).read())


def leaves(found: list[Entry]) -> frozenset[str]:
    """Digests of leaf cores."""
    return frozenset(hashlib.sha256(entry.fact.leaf()).hexdigest() for entry in found)


def digests(site: Path, *folders: str) -> dict[str, str]:
    """Digest of every file below folders of a site; temporary names are left out."""
    paths = [path for folder in folders for path in (site / folder).rglob("*") if path.is_file()]
    return {
        path.relative_to(site).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in paths if not path.name.startswith(TEMPORARY)
    }  # fmt: skip


def _register(site: Path, acks: Acks, findings: list[str]) -> After:
    try:
        found = entries(site)
        live = Register(Layout(site).register).live()
    except RsError as error:
        return After((*findings, str(error)), lost=tuple(item for _, item in acks))
    lost = [item for slot, item in acks if slot not in live or live[slot].fact.item != item]
    facts = [entry.fact for entry in found]
    slots = Counter(fact.slot for fact in facts if fact.action is Action.PUBLISH)
    counts = slots + Counter(fact.key for fact in facts)
    return After(tuple(findings), tuple(lost), tuple(name for name, count in counts.items() if count > 1))


def _index(site: Path) -> list[str]:
    """Index files that differ from those of an index made anew."""
    before = _documents(site)
    rebuild(Layout(site), Register(Layout(site).register), products(), OpenMode.CLOSED)
    after = _documents(site)
    return [f"{name} is not what a rebuild gives" for name in sorted(before.keys() | after.keys())
            if before.get(name) != after.get(name)]  # fmt: skip


def _documents(site: Path) -> dict[str, str]:
    return {name: digest for name, digest in digests(site, "index").items() if name.endswith(".json")}


def _leftovers(site: Path) -> list[str]:
    """Leftovers that gc does not name, or that it leaves, or what it takes besides."""
    before = digests(site, ".")
    left = list(site.rglob(f"{TEMPORARY}*")) + list((site / "staging").iterdir())
    found = garbage(Layout(site), time.time() + WEEKS)
    named = [one.path for one in found]
    wrong = [f"{p} is not named by gc" for p in left if not any(p.is_relative_to(name) for name in named)]
    collect(Layout(site), found)
    taken = before.keys() - digests(site, ".").keys()
    wrong += [f"gc took {name}" for name in sorted(taken) if not any((site / name).is_relative_to(p) for p in left)]
    return wrong + [f"after gc: {f.where}: {f.what}" for f in verify(site).findings]
