"""The commands. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from rs.cli import listing, operate, register, show, show_site, trust
from rs.errors import RsError, UsageError

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""

app = typer.Typer(
    name="rs", no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="From a satellite scene to a product that a department can use and a trader can sell, with proof.",
)  # fmt: skip
app.add_typer(listing.app, name="listing")
app.add_typer(trust.app, name="trust")
app.add_typer(register.app, name="register")
app.add_typer(operate.site_app, name="site")

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Threads = Annotated[int, typer.Option(min=0, help="Threads a unit; 0 shares the cores among the workers.")]
BlockSize = Annotated[int, typer.Option("--block", min=16, max=8192, help="Side of a block of the engine [px].")]


@app.callback(invoke_without_command=True)
def _root(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    from rs import __version__

    if version:
        show.line(f"rs {__version__}")
        raise typer.Exit


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Folder of the demonstration site.")] = Path("rs-demo"), json: Json = False
) -> None:
    """Run the sample site end to end through the Prefect flow."""
    from rs.cli.demo import run_demo

    report = run_demo(out, show.progress(json))
    show.report(report, json)
    if not json:
        show.where_to_look(report["root"])
    raise typer.Exit(report["exit"])


@app.command()
def doctor(json: Json = False) -> None:
    """Versions, drivers and limits in force, optional parts, what is missing and how to get it."""
    from rs.cli.doctor import examine

    found = examine()
    show.doctor(found, json)
    raise typer.Exit(0 if found["ok"] else 1)


@app.command()
def sensors(json: Json = False) -> None:
    """Sensors and forms that are read."""
    from rs.readers import readers

    rows = [
        {"name": r.name, "title": r.title, "platforms": sorted(r.platforms), "evidence": r.evidence} for r in readers()
    ]
    show.table(rows, ["name", "title", "platforms", "evidence"], json)


@app.command()
def products(
    name: Annotated[str | None, typer.Argument(help="One product in full, with its recipes.")] = None,
    json: Json = False,
) -> None:
    """The portfolio, or one product in full."""
    from rs.catalog.collection import collection_of
    from rs.cli.recipes import recipes_of
    from rs.products import product
    from rs.products import products as known

    if name is not None:
        found = product(name)
        show.product({**collection_of(found), "rs:recipes": recipes_of(found)}, json)
        return
    rows = [
        {
            "name": p.name, "version": p.version, "family": p.family.value, "title": f"{p.title} / {p.title_zh}",
            "unit": p.main.unit, "maturity": p.maturity.value,
        } for p in known().values()
    ]  # fmt: skip
    show.table(rows, ["name", "version", "family", "title", "unit", "maturity"], json)


@app.command()
def scene(
    paths: Annotated[list[Path], typer.Argument(help="Scene folders or STAC items.")], json: Json = False
) -> None:
    """Sensor, time, bands, calibration, quality, digests, what can be made of a scene, or what is missing."""
    from rs.cli.scene import examine

    found = examine([str(path) for path in paths])
    show.scenes(found, json)
    failed = [f for f in found if "error" in f]
    raise typer.Exit(0 if not failed else 1 if len(failed) == len(found) else 3)


@app.command()
def produce(
    names: Annotated[
        str,
        typer.Argument(
            metavar="PRODUCT[:RECIPE][,...]", help="Products, comma-separated; with :RECIPE by that one alone."
        ),
    ],
    scenes: Annotated[list[Path], typer.Argument(metavar="SCENE...", help="Scene folders or STAC items.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="Output folder; it gets its own catalogue.")],
    grid: Annotated[
        str,
        typer.Option(help="Grid of composites: EPSG:32650@10, EPSG:n,res,west,south,east,north, or a GeoTIFF."),
    ] = "",
    bands: Annotated[str, typer.Option(help="Bands of composites, comma-separated; default: all that are held.")] = "",
    threads: Threads = 0,
    block: BlockSize = 1024,
    json: Json = False,
) -> None:
    """Make products of scenes into a folder, no site needed; composites (median, geomedian) of all scenes together."""
    from rs.cli.settings import settings
    from rs.pipeline.workers import standing, units_of, workers
    from rs.products import wanted

    listed = [name.strip() for name in names.split(",")]
    asked = wanted(name for name in listed if name)
    if not asked:
        raise UsageError("no product is named", remedy="See rs products")
    paths = tuple(dict.fromkeys(str(path) for path in scenes))
    found = settings()
    # the workers load their libraries while this process loads its own
    with workers(units_of(asked, len(paths)), cache=found.cache, scheduler=found.scheduler) as hands:
        from rs.cli.given import wish_of
        from rs.cli.settings import layout_at
        from rs.operate.order import Order
        from rs.operate.run import run

        wish, options = wish_of(grid, bands, asked), show.options(threads, block, json)
        order = Order(layout_at(out), asked, paths=paths, title=out.name, options=options, wish=wish)
        report = run(order, standing(hands)).as_dict()
    show.report(report, json)
    raise typer.Exit(report["exit"])


@app.command("run")
def run_site(
    site: Annotated[Path, typer.Argument(help="Site folder with site.toml.")],
    only: Annotated[str, typer.Option(help="Only these products of the site, comma-separated.")] = "",
    since: Annotated[str, typer.Option(help="Only scenes from this civil day on, such as 2026-11-24.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be made, and make nothing.")] = False,
    threads: Threads = 0,
    block: BlockSize = 1024,
    json: Json = False,
) -> None:
    """One pass over a site: acquire, plan, produce, publish, verify."""
    from rs.cli.operate import order_for
    from rs.operate.run import preview, run

    order = order_for(site, only, since, show.options(threads, block, json))
    if dry_run:
        show_site.plan(preview(order), json)
        return
    report = run(order).as_dict()
    show.report(report, json)
    raise typer.Exit(report["exit"])


@app.command()
def verify(
    path: Annotated[Path, typer.Argument(help="Site or output folder, its index, or a folder with a copied item.")],
    keyring: Annotated[Path | None, typer.Option("--trust", help="The publisher's keyring, as you trust it.")] = None,
    checkpoint: Annotated[Path | None, typer.Option(help="A checkpoint you kept: shows what changed since.")] = None,
    kept_at: Annotated[
        str, typer.Option(help="When you kept it, or the copied item, such as 2026-11-24T08:00:00Z.")
    ] = "",
    witness: Annotated[str, typer.Option(help="Verifier key of a witness whose cosignature says when it was.")] = "",
    json: Json = False,
) -> None:
    """Compare register, items, files, digests and signatures, both ways; or an item that was copied out of a site."""
    from rs.cli.keep import against, verify_path

    found = verify_path(path, against(keyring, checkpoint, kept_at, witness))
    show.verification(found, json)
    raise typer.Exit(0 if found.ok else 1)


@app.command()
def repair(site: Annotated[Path, typer.Argument(help="Site folder or output folder.")], json: Json = False) -> None:
    """Mend a site: move damaged files away, bring back what lies elsewhere, sign, rebuild the index, name the rest."""
    from rs.cli.keep import repair_site

    done = repair_site(site)
    show.repair(done, json)
    raise typer.Exit(3 if done.left else 0)


@app.command()
def gc(
    site: Annotated[Path, typer.Argument(help="Site folder or output folder.")],
    yes: Annotated[bool, typer.Option("--yes", help="Remove it; else it is only listed.")] = False,
    json: Json = False,
) -> None:
    """What killed runs left and no entry names: its bytes first, gone with --yes."""
    from rs.cli.keep import collect_garbage

    show.garbage(*collect_garbage(site, yes), json)


@app.command()
def validate(
    name: Annotated[str, typer.Argument(metavar="PRODUCT[:RECIPE]", help="Product to judge.")],
    matchups: Annotated[Path, typer.Option(help="CSV of in-situ data: points, or spectra.")],
    scenes: Annotated[Path | None, typer.Option(help="Folder of the scenes that points are looked up in.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="TOML file that names foreign columns.")] = None,
    window: Annotated[int, typer.Option(min=1, max=99, help="Side of the window around a point [px], odd.")] = 3,
    hours: Annotated[float, typer.Option(min=0, help="Most time between sample and scene [h].")] = 3.0,
    every_pixel: Annotated[bool, typer.Option("--every-pixel", help="Use pixels that the product masks, too.")] = False,
    figure: Annotated[Path | None, typer.Option(help="PNG to write: estimated against observed.")] = None,
    json: Json = False,
) -> None:
    """Accuracy of a product against in-situ data, the constant guess beside it."""
    from rs.cli.settings import settings
    from rs.products import product
    from rs.validation.figure import save_scatter
    from rs.validation.rows import Sampling
    from rs.validation.validate import Order, validate_apart

    order = Order(product(name), matchups, scenes, mapping, Sampling(window, hours, every_pixel))
    report = validate_apart(order, settings().cache)
    show.validation(report, json)
    if figure is not None and save_scatter(report, figure) and not json:
        show.line(f"Figure: {figure}")
    raise typer.Exit(0 if report.score().used else 1)


for _command in (operate.status, operate.why, operate.audit, operate.stale, operate.redo, operate.recall):
    app.command()(_command)


def run() -> None:
    """Entry point: GDAL's environment first, errors of ours as one paragraph and an exit code."""
    from rs.raster.env import prepare

    prepare()
    try:
        app()
    except RsError as error:
        show.error(error, "--json" in sys.argv)
        sys.exit(error.exit_code)
    except SystemExit as stop:
        if stop.code == INTERRUPTED:
            show.stopped()
        raise


GROUPS = (
    (app, "rs"), (listing.app, "rs listing"), (trust.app, "rs trust"), (register.app, "rs register"),
    (operate.site_app, "rs site"),
)  # fmt: skip


def commands() -> list[dict[str, Any]]:
    """Name and first help line of every command, for the generated table."""
    rows = []
    for group, prefix in GROUPS:
        for command in group.registered_commands:
            function = command.callback
            assert function is not None
            name = command.name or function.__name__
            rows.append({"command": f"{prefix} {name}", "what": (function.__doc__ or "").strip().splitlines()[0]})
    return rows
