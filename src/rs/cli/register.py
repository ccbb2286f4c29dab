"""Commands about the register of published items."""

from __future__ import annotations

import json as json_module
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from rs.cli import show

app = typer.Typer(no_args_is_help=True, help="The register: what was published, in order, with proof.")
SiteArgument = Annotated[Path, typer.Argument(help="Site folder or output folder.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]


@app.command()
def read(
    site: SiteArgument,
    since: Annotated[int, typer.Option(min=0, help="Entries after this number.")] = 0,
    json: Json = False,
) -> None:
    """Entries in order, one JSON document a line: what a copy of the catalogue needs to follow."""
    from rs.cli.keep import layout_of

    entries = layout_of(site).open_register().read(since)
    if json:
        show.document([asdict(entry) for entry in entries])
        return
    for entry in entries:
        show.line(json_module.dumps(asdict(entry), ensure_ascii=False, sort_keys=True))


@app.command()
def head(site: SiteArgument, json: Json = False) -> None:
    """Epoch, number of entries, root of the tree, and how many of them are signed."""
    from rs.catalog.heads import newest_checkpoint
    from rs.cli.keep import layout_of

    register = layout_of(site).open_register()
    size, root = register.root()
    signed = newest_checkpoint(register)
    found = {"epoch": register.epoch, "entries": size, "root": root.hex(), "signed": signed.size if signed else 0,
             "origin": signed.origin if signed else ""}  # fmt: skip
    show.document(found) if json else show.table([found], list(found))


@app.command()
def proof(
    site: SiteArgument,
    item: Annotated[str, typer.Argument(help="Item id.")],
    old: Annotated[int, typer.Option(min=0, help="Size of an earlier checkpoint, for a proof of consistency.")] = 0,
    json: Annotated[bool, typer.Option("--json", help="As it is without: a proof is JSON.")] = False,
) -> None:
    """Proof, as JSON, that an item is in the signed register (RFC 6962), and that the register only grew."""
    from rs.catalog.prove import prove
    from rs.cli.keep import layout_of

    show.document(prove(layout_of(site).open_register(), item, old))


@app.command()
def resume(
    site: SiteArgument,
    known: Annotated[
        list[Path] | None, typer.Option(help="The newest checkpoint that anyone kept; may be given for each epoch.")
    ] = None,
    json: Json = False,
) -> None:
    """After a restore from a backup: open a new epoch that names what was lost."""
    from rs.catalog.resume import resume as resume_register
    from rs.cli.keep import known_head, layout_of

    layout = layout_of(site)
    made = resume_register(layout, *(known_head(layout, path) for path in known or ()))
    lost = max(0, made.known.size - made.held)
    found: dict[str, Any] = {"epoch": made.epoch, "known": made.known.size, "held": made.held, "lost": lost,
                             "items": made.items}  # fmt: skip
    if json:
        show.document(found)
        return
    show.line(f"Epoch {made.epoch} goes on with {made.items} live items; {lost} entries of the last epoch are lost.")
    show.line(f"Now: rs run {site}, which makes lost items again, signs, and rebuilds the index.")
