"""What verify, repair and gc do, between the command line and the catalogue."""

from __future__ import annotations

import time
from pathlib import Path

from rs.catalog.collect import Garbage, collect, garbage
from rs.catalog.repair import Repair, repair
from rs.catalog.verification import Verification
from rs.catalog.verify import site_root, verify
from rs.catalog.verify_copy import verify_copy
from rs.catalog.verify_trust import Against
from rs.cli.settings import layout_at, settings
from rs.cli.trust import moment
from rs.core.scene import OpenMode
from rs.errors import BadInput, UsageError
from rs.operate.keys import signer_of
from rs.operate.site import read_site
from rs.products import products
from rs.trust.keystore import RING, load_ring


def verify_path(path: Path, trust: Path | None, checkpoint: Path | None, kept_at: str) -> Verification:
    """Verify a site, or what was copied out of one, against what the consumer holds."""
    against = Against(
        None if trust is None else load_ring(trust), _bytes(checkpoint), moment(kept_at) if kept_at else None
    )
    try:
        root = _site(path)
    except BadInput:
        return verify_copy(path, against)
    return verify(layout_at(root), against)


def repair_site(path: Path) -> Repair:
    """Repair a site with its own keys and products."""
    layout = layout_at(_site(path))
    signed = (layout.keys / RING).is_file()
    mode = read_site(layout.root).open_mode if (layout.root / "site.toml").is_file() else OpenMode.CLOSED
    return repair(layout, products(), mode, load_ring(layout.keys) if signed else None, signer_of(layout))


def collect_garbage(path: Path, remove: bool) -> tuple[list[Garbage], bool]:
    """What may go, removed where that is asked for."""
    found = garbage(layout_at(_site(path)), time.time())
    if remove:
        collect(found)
    return found, remove


def _site(path: Path) -> Path:
    """The site folder of a path; where a store is set, any folder may stand for what is there."""
    try:
        return site_root(path)
    except BadInput:
        if settings().store is None or not path.is_dir():
            raise
        return path


def _bytes(path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot be read ({error})", where=str(path)) from error
