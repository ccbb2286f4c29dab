"""Commands about signing keys."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from rs.cli import show
from rs.cli.given import bytes_of, moment
from rs.errors import UsageError

app = typer.Typer(no_args_is_help=True, help="Signing keys: make, change, take back, show.")
SiteArgument = Annotated[Path, typer.Argument(help="Site folder or output folder.")]
SHORT = 8
"""Characters of a key ID that are enough to name it."""
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]


@app.command()
def init(
    site: SiteArgument,
    name: Annotated[str, typer.Option(help="Who signs, such as zhuhai.example/rs; no spaces.")] = "",
    json: Json = False,
) -> None:
    """Make the first signing key of a site, for two years, and its keyring of public keys."""
    from rs.catalog.layout import Layout
    from rs.operate.keys import unique
    from rs.trust.keystore import create_key

    folder = Layout(site.absolute()).keys
    create_key(folder, name or unique(f"rs/{site.absolute().name}"), datetime.now(UTC))
    _show(folder, json)


@app.command()
def rotate(site: SiteArgument, json: Json = False) -> None:
    """Make the next key, signed by the present one; what was signed before stays valid."""
    from rs.catalog.layout import Layout
    from rs.trust.keystore import rotate as rotate_key

    folder = Layout(site.absolute()).keys
    rotate_key(folder, datetime.now(UTC))
    _show(folder, json)


@app.command()
def revoke(
    site: SiteArgument,
    keyid: Annotated[str, typer.Argument(help="Key ID, or its first characters.")],
    since: Annotated[str, typer.Option(help="From when others may have had it, such as 2026-11-24T08:00:00Z.")],
    json: Json = False,
) -> None:
    """Note that others may hold a key: its signatures count only with proof of their age."""
    from rs.catalog.layout import Layout
    from rs.trust.keystore import load_ring
    from rs.trust.keystore import revoke as revoke_key

    folder = Layout(site.absolute()).keys
    found = [key.keyid for key in load_ring(folder).keys if len(keyid) >= SHORT and key.keyid.startswith(keyid)]
    if len(found) != 1:
        raise UsageError(f"{len(found)} keys start with {keyid!r}", where=str(folder),
                         remedy=f"Give {SHORT} characters or more; see rs trust keys")  # fmt: skip
    revoke_key(folder, found[0], moment(since))
    _show(folder, json)


@app.command()
def keys(
    path: Annotated[Path, typer.Argument(help="Site folder, key folder, or a keyring file.")], json: Json = False
) -> None:
    """The public keys of a keyring: from when to when, and which is revoked."""
    from rs.catalog.layout import Layout

    own = Layout(path.absolute()).keys
    _show(own if own.is_dir() else path, json)


@app.command()
def cosign(
    checkpoint: Annotated[Path, typer.Argument(help="Checkpoint of another's register, checked with rs verify.")],
    keys: Annotated[Path, typer.Option(help="Your own site or key folder: you are the witness.")],
    keyring: Annotated[Path, typer.Option("--trust", help="The publisher's keyring, as you trust it.")],
    json: Json = False,
) -> None:
    """Add your signature and the time to a checkpoint that you verified: proof of its age for others."""
    from rs.catalog.layout import Layout
    from rs.operate.witness import cosign_file
    from rs.trust.keystore import load_ring, load_signer

    own = Layout(keys.absolute()).keys
    signer = load_signer(own if own.is_dir() else keys)
    found = cosign_file(checkpoint, bytes_of(checkpoint), load_ring(keyring), signer)
    if json:
        show.document(found)
        return
    show.line(f"{checkpoint}: {found['entries']} entries of {found['origin']}, seen at {found['seen']}.")
    show.line(f"Others check it with --witness {found['witness']}")


def _show(path: Path, as_json: bool) -> None:
    from rs.trust.keys import time_text
    from rs.trust.keystore import RING, load_ring

    ring = load_ring(path)
    rows: list[dict[str, Any]] = [
        {
            "key": key.keyid if as_json else key.keyid[:16], "name": key.name, "from": time_text(key.valid_from),
            "until": time_text(ring.until(key)), "revoked": time_text(key.revoked_from) if key.revoked_from else "",
        } for key in ring.keys
    ]  # fmt: skip
    show.table(rows, ["key", "name", "from", "until", "revoked"], as_json)
    if not as_json:
        show.line(
            f"Give consumers {path / RING if path.is_dir() else path}; keep the .pem files to yourself, with a backup."
        )
        show.line(f"Its fingerprint, to compare by another way, such as the telephone: {ring.fingerprint}")
