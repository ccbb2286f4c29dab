"""The signing key of a site."""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import UTC, datetime

from rs.catalog.layout import Layout
from rs.errors import Conflict
from rs.trust.keys import Signer
from rs.trust.keystore import RING, create_key, load_signer


def signer_of(layout: Layout, new_name: str = "") -> Signer | None:
    """The key that signs at a site. Where there is none, one is made whose name starts with `new_name`.

    None where there is none and no name is given. Raises UsageError where the key may not sign now.
    """
    if not (layout.keys / RING).exists():
        if not new_name:
            return None
        # another run of the site may be faster
        with suppress(Conflict):
            create_key(layout.keys, unique(new_name), datetime.now(UTC))
    return load_signer(layout.keys)


def unique(name: str) -> str:
    """A key name that no other site has."""
    return f"{name}-{secrets.token_hex(4)}"
