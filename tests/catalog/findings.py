"""Findings of a verification in short, and where a product's parts lie."""

from __future__ import annotations

from pathlib import Path

from rs.catalog.layout import Layout
from rs.catalog.verify import Severity, Verification


def told(found: Verification) -> list[tuple[str, str]]:
    """Errors as (last part of the place, what)."""
    return [(Path(f.where).name, f.what) for f in found.findings if f.severity is Severity.ERROR]


def noticed(found: Verification) -> list[str]:
    """Last part of the places of notices."""
    return sorted(Path(f.where).name for f in found.findings if f.severity is Severity.NOTICE)


def entry_of(root: Path, product: str) -> tuple[int, Path, Path, list[Path]]:
    """Number, entry, item and own data files of a product's only entry."""
    layout = Layout(root)
    entry = next(e for e in layout.open_register().read() if e.fact.product == product)
    item = layout.item(product, entry.fact.item)
    files = sorted((root / "data" / product).rglob("*.*"))
    return entry.number, layout.register / "000" / "000" / f"{entry.number:06d}.json", item, files
