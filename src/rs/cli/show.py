"""What a person or a program sees: tables, progress, JSON. Text goes to stdout, progress to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rs.errors import RsError

if TYPE_CHECKING:
    from rs.catalog.collect import Garbage
    from rs.catalog.repair import Repair
    from rs.catalog.verification import Verification
    from rs.operate.order import Options
    from rs.validation.report import Report

Progress = Callable[[str, int, int], None]


def line(text: str = "") -> None:
    """One line on stdout."""
    sys.stdout.write(text + "\n")


def document(body: Any) -> None:
    """One JSON document on stdout."""
    line(json.dumps(body, indent=1, ensure_ascii=False, allow_nan=False, default=str))


def error(problem: RsError, as_json: bool) -> None:
    """An error as one paragraph on stderr, or as JSON on stdout."""
    if as_json:
        document(problem.as_dict())
    else:
        sys.stderr.write(f"rs: {problem}\n")


def stopped() -> None:
    """What Ctrl-C left, on stderr."""
    sys.stderr.write("Stopped. What was published stays published; run the same command again to go on.\n")


def options(threads: int, block: int, as_json: bool) -> Options:
    """Options of a run from the command line and the environment."""
    from rs.cli.settings import settings
    from rs.operate.order import Options

    found = settings()
    return Options(threads, block, found.cache, found.scheduler, progress(as_json))


def progress(as_json: bool) -> Progress:
    """Progress on stderr: one line a step that is rewritten on a terminal, nothing for programs."""
    terminal = sys.stderr.isatty()

    def report(step: str, done: int, total: int) -> None:
        if as_json:
            return
        if terminal:
            sys.stderr.write(f"\r\033[K{step} {done}/{total}" + ("\n" if done == total else ""))
        elif done == total:
            sys.stderr.write(f"{step} {done}/{total}\n")
        sys.stderr.flush()

    return report


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], as_json: bool = False) -> None:
    """Rows as a table, or as JSON."""
    if as_json:
        document(list(rows))
        return
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 200, highlight=False)
    made = Table(box=SIMPLE, pad_edge=False)
    for column in columns:
        made.add_column(column, overflow="fold")
    for row in rows:
        made.add_row(*(_cell(row.get(column, "")) for column in columns))
    console.print(made)


def _cell(value: Any) -> str:
    from rich.markup import escape

    return escape(", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value))


def report(body: Mapping[str, Any], as_json: bool) -> None:
    """The report of a run."""
    if as_json:
        document(body)
        return
    if body["made"]:
        rows = [
            {
                "scene": m["scene"], "product": m["product"], "valid": f"{m['valid_fraction']:.1%}",
                "mean": _mean(m), "file": m["file"],
            } for m in body["made"]
        ]  # fmt: skip
        table(rows, ["scene", "product", "valid", "mean", "file"])
    elif body["standing"]:
        line(f"Nothing new: {len(body['standing'])} products stand already.")
    else:
        line("Nothing was made.")
    reasons("Failed:", [s for s in body["skipped"] if s["kind"] not in ("expected", "unsupported")])
    reasons("Not made:", [s for s in body["skipped"] if s["kind"] in ("expected", "unsupported")])
    stale = [s["item"] for s in body["standing"] if s["stale"]]
    if stale:
        line(f"Stale ({len(stale)}): inputs or code changed since {', '.join(stale[:3])}{' ...' if stale[3:] else ''}")
    found = body["verification"]
    what = "Catalogue" if found["whole"] else "What is new is"
    line(f"{what} {'clean' if found['ok'] else 'NOT CLEAN'}: {found['entries']} entries, {found['files']} files.")
    for finding in found["findings"]:
        line(f"  {finding['where']}: {finding['what']}")


def _mean(made: Mapping[str, Any]) -> str:
    if made["mean"] is None:
        return "classes"
    return f"{made['mean']:.3g}" + ("" if made["unit"] == "1" else f" {made['unit']}")


def reasons(title: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Scenes with the reason, under a title; nothing without one."""
    if rows:
        line(title)
        for row in rows:
            line(f"  {row['scene']}: {row['reason']}")


def where_to_look(root: str) -> None:
    """Where a run left its catalogue and page."""
    line(f"Catalogue: {root}/index/catalog.json")
    line(f"Page:      {root}/index/index.html")


def verification(found: Verification, as_json: bool) -> None:
    """What a verification found."""
    from dataclasses import asdict

    if as_json:
        document({**asdict(found), "ok": found.ok})
        return
    for finding in found.findings:
        line(f"{finding.severity.value}: {finding.where}: {finding.what}")
    state = "clean" if found.ok else "NOT CLEAN"
    line(
        f"{state}: {found.entries} entries, {found.items} items, {found.files} files,"
        f" {found.bytes / 2**20:.1f} MiB read" + ("" if found.signer else "; no signature was found to hold")
    )
    if found.signer:
        line(f"signed: {found.signed} of {found.entries or found.items} by {found.signer}")


def repair(done: Repair, as_json: bool) -> None:
    """What was mended and what is left."""
    if as_json:
        document({"mended": [list(one) for one in done.mended], "left": [list(one) for one in done.left]})
        return
    for where, what in done.mended:
        line(f"mended: {where}: {what}")
    for where, what in done.left:
        line(f"left: {where}: {what}")


def garbage(found: Sequence[Garbage], removed: bool, as_json: bool) -> None:
    """What may go, or went."""
    total = sum(one.bytes for one in found)
    if as_json:
        rows = [{"path": str(one.path), "bytes": one.bytes, "why": one.why} for one in found]
        document({"bytes": total, "removed": removed, "found": rows})
        return
    state = "removed" if removed else "may go; remove it with --yes"
    line(f"{total / 2**20:.1f} MiB in {len(found)} places {state if found else 'to remove'}")
    for one in found:
        line(f"{one.bytes:>12} {one.path}: {one.why}")


def scenes(found: Sequence[Mapping[str, Any]], as_json: bool) -> None:
    """Descriptions of scenes."""
    if as_json:
        document(list(found))
        return
    for one in found:
        if "error" in one:
            sys.stderr.write(f"rs: {one['error']}\n")
            continue
        line(f"{one['id']}")
        for name in ("reader", "platform", "time", "tile", "reflectance", "sun", "quality", "licence", "attribution"):
            line(f"  {name:<12} {one[name]}")
        table(one["bands"], ["band", "file", "size", "pixel", "scale", "offset", "sha256"])
        for band, why in one["missing"].items():
            line(f"  not held: {band}: {why}")
        for note in one["notes"]:
            line(f"  note: {note}")
        for made in one["products"]:
            line(f"  {made['product']:<19} {made['how']}")
        line()


def product(collection: Mapping[str, Any], as_json: bool) -> None:
    """One product in full: its collection, with `rs:recipes` beside."""
    if as_json:
        document(collection)
        return
    line(f"{collection['id']} {collection['version']}: {collection['title']}")
    line(collection["description"])
    line()
    rows = [{**r, "needs": [*r["bands"], *r["scalars"]]} for r in collection["rs:recipes"]]
    table([{**r, "recipe": r["name"]} for r in rows], ["recipe", "needs", "platforms"])
    line("Sources:")
    for source in collection["rs:sources"]:
        line(f"- {source}")
    for key, asset in collection["item_assets"].items():
        band = asset.get("bands", [{}])[0]
        line(f"layer {key}: {asset['title']} {band.get('data_type', '')} {band.get('unit', '')}".rstrip())


def validation(report: Report, as_json: bool) -> None:
    """The report of a comparison with in-situ data."""
    from rs.validation.text import text

    if as_json:
        document(report.as_dict())
    else:
        line(text(report))


def doctor(found: Mapping[str, Any], as_json: bool) -> None:
    """What the doctor found."""
    if as_json:
        document(found)
        return
    table([{"part": k, "version": v} for k, v in found["versions"].items()], ["part", "version"])
    for check in found["checks"]:
        line(f"{'ok ' if check['ok'] else 'NOT'} {check['what']}" + ("" if check["ok"] else f": {check['remedy']}"))


def listing(path: Path, body: Mapping[str, Any], as_json: bool) -> None:
    """Where a draft listing lies."""
    if as_json:
        document(body)
        return
    line(f"Draft listing {body['id']} version {body['version']}: {path}")
    for name in body["todo"]:
        line(f"  to fill in before review: {name}")
