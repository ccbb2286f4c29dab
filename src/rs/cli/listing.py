"""Commands about listings: what is offered on the exchange."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rs.cli import show

app = typer.Typer(no_args_is_help=True, help="Listings: what is offered on the exchange.")
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]


@app.command("new")
def new(
    product: Annotated[str, typer.Argument(help="Product of a published collection.")],
    site: Annotated[Path, typer.Option(help="Site folder or output folder.")] = Path("rs-demo"),
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="File to write; default: listings/ of the site.")
    ] = None,
    json: Json = False,
) -> None:
    """A draft listing of a product from its published collection."""
    from rs.cli.settings import layout_at
    from rs.exchange.listing import write_draft

    path, body = write_draft(layout_at(site), product, out)
    show.listing(path, body, json)
