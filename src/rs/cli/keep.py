"""What verify, repair and gc do, between the command line and the catalogue."""

from __future__ import annotations

import time
from pathlib import Path

from rs.catalog.collect import Garbage, collect, garbage
from rs.catalog.heads import checkpoint_of, signed_head
from rs.catalog.layout import Layout
from rs.catalog.repair import Repair, repair
from rs.catalog.verification import Verification
from rs.catalog.verify import site_root, verify
from rs.catalog.verify_copy import verify_copy
from rs.catalog.verify_heads import Against
from rs.cli.given import bytes_of, moment
from rs.cli.settings import layout_at, settings
from rs.core.scene import OpenMode
from rs.errors import BadInput, UsageError
from rs.operate.keys import signer_of
from rs.operate.site import read_site
from rs.products import products
from rs.trust.checkpoint import Checkpoint
from rs.trust.keystore import RING, load_ring
from rs.trust.note import Verifier


def layout_of(path: Path) -> Layout:
    """The layout of a site that is there. Raises BadInput where the path is none."""
    return layout_at(path if settings().store is not None and path.is_dir() else site_root(path))


def against(trust: Path | None, checkpoint: Path | None, kept_at: str, witness: str) -> Against:
    """What the consumer holds. Raises UsageError for what does not go together."""
    if witness and (checkpoint is None or kept_at):
        raise UsageError("--witness is about a checkpoint, and tells itself when that was seen",
                         remedy="Give --checkpoint with it, and no --kept-at")  # fmt: skip
    return Against(
        None if trust is None else load_ring(trust), None if checkpoint is None else bytes_of(checkpoint),
        moment(kept_at) if kept_at else None, Verifier.parse(witness) if witness else None,
    )  # fmt: skip


def verify_path(path: Path, given: Against) -> Verification:
    """Verify a site, or what was copied out of one, against what the consumer holds."""
    try:
        layout = layout_of(path)
    except BadInput:
        if given.kept is not None:
            raise UsageError("a checkpoint is compared with a register, and here is none", where=str(path),
                             remedy="Leave it away, or verify the publisher's catalogue with it") from None  # fmt: skip
        return verify_copy(path, given)
    if given.kept_at is not None and given.kept is None:
        raise UsageError("--kept-at says when a checkpoint was kept, and none is given", remedy="Give --checkpoint")
    return verify(layout, given)


def repair_site(path: Path) -> Repair:
    """Repair a site with its own keys and products."""
    layout = layout_of(path)
    signed = (layout.keys / RING).is_file()
    mode = read_site(layout.root).open_mode if (layout.root / "site.toml").is_file() else OpenMode.CLOSED
    return repair(layout, products(), mode, load_ring(layout.keys) if signed else None, signer_of(layout))


def collect_garbage(path: Path, remove: bool) -> tuple[list[Garbage], bool]:
    """What may go, removed where that is asked for."""
    layout = layout_of(path)
    found = garbage(layout, time.time())
    if remove:
        collect(layout, found)
    return found, remove


def known_head(layout: Layout, path: Path) -> Checkpoint:
    """The checkpoint that someone kept. Raises Untrusted where no key of the site signed it."""
    body = bytes_of(path)
    return signed_head(body, load_ring(layout.keys))[0] if (layout.keys / RING).is_file() else checkpoint_of(body)
