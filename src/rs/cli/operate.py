"""Commands of operators: how a site stands, why something is missing, and how to mend it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rs.cli import show, show_site

if TYPE_CHECKING:
    from rs.operate.ledger import Ledger
    from rs.operate.order import Options, Order
    from rs.operate.site import Site

site_app = typer.Typer(no_args_is_help=True, help="Sites: one folder, one site.toml that says what should exist.")

SiteArgument = Annotated[Path, typer.Argument(help="Site folder with site.toml.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Product = Annotated[str, typer.Option(help="Only this product.")]
Tile = Annotated[str, typer.Option(help="Only this tile.")]
Since = Annotated[str, typer.Option(help="From this civil day of the site on, such as 2026-11-24.")]
Until = Annotated[str, typer.Option(help="Up to this civil day.")]


@site_app.command("new")
def site_new(
    site: Annotated[Path, typer.Argument(help="Folder to make.")],
    products: Annotated[str, typer.Option(help="Products, comma-separated; default: all of a scene.")] = "",
    timezone: Annotated[str, typer.Option(help="Zone of the site's civil days.")] = "UTC",
    json: Json = False,
) -> None:
    """A new site: its folder, an inbox for scenes, and a site.toml to go on from."""
    from rs.operate.site_new import make_site

    path = make_site(site, [name.strip() for name in products.split(",") if name.strip()], timezone)
    if json:
        show.document({"site": str(site), "written": str(path)})
        return
    show.line(f"Made {path}. Put scenes into {site / 'inbox'}, then: rs run {site}")


@site_app.command("check")
def site_check(site: SiteArgument, json: Json = False) -> None:
    """Read site.toml and say what it asks for, or each field that is wrong and why."""
    found = _site(site)
    body = {"name": found.name, "products": [one.name for one in found.wanted()], "timezone": found.timezone,
            "sources": [source.path for source in found.sources], "open_mode": found.open_mode.value,
            "grade": found.grade.value}  # fmt: skip
    if json:
        show.document(body)
        return
    for name, value in body.items():
        show.line(f"{name:<10} {', '.join(value) if isinstance(value, list) else value}")


def status(
    site: SiteArgument,
    days: Annotated[int, typer.Option(min=1, help="Days with a scene to show.")] = 7,
    json: Json = False,
) -> None:
    """How a site stands: products by days, what is there, empty for a good reason, failed, parked, waiting."""
    from rs.operate.matrix import matrix

    cells = matrix(_ledger(site), days)
    if json:
        show.document([asdict(cell) for cell in cells])
        return
    show_site.matrix(cells)


def why(
    site: SiteArgument,
    product: Annotated[str, typer.Argument(help="Product.")],
    day: Annotated[str, typer.Argument(help="Civil day of the site, such as 2026-11-24.")],
    tile: Tile = "",
    json: Json = False,
) -> None:
    """Why a product of a day is there or is not: one sentence for each case, and the command that helps."""
    from rs.operate.why import why as answers_of

    found = _site(site)
    made = [one.name for one in found.wanted()]
    answers = answers_of(_ledger(site), str(site), made, product, day, tile)
    if json:
        show.document([asdict(answer) for answer in answers])
        return
    for answer in answers:
        show.line(answer.sentence + (f"\n  -> {answer.command}" if answer.command else ""))


def audit(site: SiteArgument, json: Json = False) -> None:
    """Expected against published: what is missing, why, and the command that makes it. Exit code 3 for gaps."""
    from rs.operate.audit import audit as compare

    found = compare(_layout(site), _ledger(site), [one.name for one in _site(site).wanted()])
    if json:
        show.document(asdict(found))
    else:
        show.line(f"{found.expected} expected, {found.there} there, {found.explained} empty for a good reason,"
                  f" {len(found.gaps)} missing")  # fmt: skip
        for gap in found.gaps:
            show.line(f"{gap.day or '-':<10} {gap.product or '-'}: {gap.reason}"
                      + (f"\n  -> {gap.command}" if gap.command else ""))  # fmt: skip
    raise typer.Exit(3 if found.gaps else 0)


def stale(site: SiteArgument, json: Json = False) -> None:
    """Items made from other inputs or by other code than today's; rs redo --stale queues them."""
    from rs.operate.audit import stale_of

    rows = [{name: row[name] for name in ("product", "day", "tile", "item", "slot")} for row in stale_of(_ledger(site))]
    show.table(rows, ["product", "day", "tile", "item"], json)


def redo(
    site: SiteArgument,
    stale: Annotated[bool, typer.Option("--stale", help="Also replace what is stale.")] = False,
    slot: Annotated[str, typer.Option(help="Only this slot.")] = "",
    product: Product = "",
    tile: Tile = "",
    kind: Annotated[str, typer.Option("--class", help="Only failures of this class.")] = "",
    like: Annotated[str, typer.Option(help="Only failures whose reason holds this text.")] = "",
    since: Since = "",
    until: Until = "",
    json: Json = False,
) -> None:
    """Queue slots for the next run: failed and parked ones to be tried again, with --stale old items to be replaced."""
    from rs.operate.redo import Choice
    from rs.operate.redo import redo as queue

    slots = queue(_ledger(site), Choice(slot, product, tile, kind, like, since, until), stale)
    if json:
        show.document({"queued": slots})
        return
    show.line(f"{len(slots)} queued" + (f"; rs run {site} makes them" if slots else ""))


def recall(
    site: SiteArgument,
    scene: Annotated[str, typer.Argument(help="Id of an acquired scene that is faulty.")],
    reason: Annotated[str, typer.Option(help="Why; every consumer reads it.")],
    json: Json = False,
) -> None:
    """A faulty input: withdraw everything that was made of it, and make nothing of it again."""
    from rs.operate.recall import recall as call_back

    found = call_back(_layout(site), _ledger(site), _site(site).open_mode, scene, reason)
    if json:
        show.document({"scene": found.scene, "withdrawn": list(found.withdrawn),
                       "late": [outcome.reason for outcome in found.late if hasattr(outcome, "reason")]})  # fmt: skip
    else:
        show.line(f"{len(found.withdrawn)} withdrawn" + "".join(f"\n  {item}" for item in found.withdrawn))
    raise typer.Exit(3 if found.late else 0)


def order_for(site: Path, only: str, since: str, options: Options) -> Order:
    """What a run of a site is about, narrowed to some products and to scenes from a day on. Raises UsageError."""
    from dataclasses import replace

    from rs.cli.given import day_of
    from rs.cli.settings import settings
    from rs.core.discovery import unknown_name
    from rs.operate.order import order_of

    found = _site(site)
    order = replace(order_of(found, options, settings().ledger), layout=_layout(site))
    names = [name.strip() for name in only.split(",") if name.strip()]
    held = {product.name: product for product in order.products}
    for name in names:
        if name not in held:
            raise unknown_name("product of the site", name, held)
    if names:
        order = replace(order, products=tuple(held[name] for name in dict.fromkeys(names)))
    return replace(order, since=day_of(since, found.timezone)) if since else order


def _site(site: Path) -> Site:
    from rs.operate.site import read_site

    return read_site(site)


def _layout(site: Path) -> Any:
    from rs.cli.settings import layout_at

    return layout_at(site.resolve())


def _ledger(site: Path) -> Ledger:
    from rs.cli.settings import settings
    from rs.operate.ledger import open_ledger

    return open_ledger(_site(site).ledger_url(settings().ledger))
