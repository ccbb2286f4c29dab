"""Verification: register, items, files, index and signatures against each other, both ways."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rs.catalog.entry import Entry
from rs.catalog.layout import Layout
from rs.catalog.places import Places
from rs.catalog.verification import Finding, Severity, Verification
from rs.catalog.verify_heads import Against
from rs.catalog.verify_index import Given, check_index
from rs.catalog.verify_items import ItemCheck
from rs.catalog.verify_register import check_register
from rs.catalog.verify_trust import TrustCheck
from rs.errors import BadInput

__all__ = ["Against", "Finding", "Severity", "Verification", "site_root", "verify"]


def site_root(path: Path) -> Path:
    """The site folder of a path: itself, or the one above its index. Raises BadInput."""
    for folder in (path, *path.resolve().parents):
        if (folder / "register" / "resource").is_dir():
            return folder
    raise BadInput("holds no register", where=str(path), remedy="Name a site folder or the output folder of rs produce")


def verify_new(layout: Layout, entries: Iterable[Entry]) -> Verification:
    """Verify some entries with their items and files alone, where there are too many to look at all of them."""
    found = Verification(whole=False)
    with ItemCheck(layout, found) as items:
        for entry in entries:
            found.entries += 1
            items.check(entry)
        items.settle_awaited()
    return found


def verify(root: Path | Layout, against: Against = Against()) -> Verification:
    """Verify a site whole: every entry, item, file, digest and signature, the index, and what no entry names."""
    layout = root if isinstance(root, Layout) else Layout(root)
    found = Verification()
    log = check_register(layout, found)
    with ItemCheck(layout, found) as items:
        trust = TrustCheck(layout, log, against, found)
        trust.check_heads()
        places = Places(None)
        with places.writing():
            for entry in log.entries():
                item = items.check(entry)
                if item is not None:
                    trust.check_item(entry, item)
                places.apply(entry, item)
        items.know(log.earlier())
        items.check_strays()
        check_index(layout, log, found, Given(places, items.unsound))
        places.close()
    return found
