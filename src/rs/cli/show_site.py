"""What operators see of a site: products by days, and what a run would do."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rs.cli.show import document, line, reasons, table

if TYPE_CHECKING:
    from rs.operate.matrix import Cell
    from rs.operate.plan import Plan


def matrix(cells: Sequence[Cell]) -> None:
    """Products by days; green: nothing to do, yellow: waits or is stale, red: failed."""
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not cells:
        line("Nothing is known yet: rs run fills the ledger.")
        return
    days = sorted({cell.day for cell in cells})
    made = Table("product", *days, box=SIMPLE, pad_edge=False)
    at = {(cell.product, cell.day): cell for cell in cells}
    for product in sorted({cell.product for cell in cells}):
        made.add_row(product, *(Text(*_shown(at.get((product, day)))) for day in days))
    Console(width=None if sys.stdout.isatty() else 200, highlight=False).print(made)
    line("n there, n- empty for a good reason, n! failed, n!! parked, n? waiting, n~ stale, nx withdrawn")


def _shown(cell: Cell | None) -> tuple[str, str]:
    if cell is None:
        return "", ""
    parts = [(cell.there, ""), (cell.empty, "-"), (cell.failed, "!"), (cell.parked, "!!"), (cell.waiting, "?"),
             (cell.stale, "~"), (cell.withdrawn, "x")]  # fmt: skip
    style = "red" if cell.failed or cell.parked else "green" if cell.is_well else "yellow"
    return " ".join(f"{number}{mark}" for number, mark in parts if number), style


def plan(found: Plan, as_json: bool) -> None:
    """What a run would do."""
    coming = [
        {"product": job.product.name, "scene": unit.scene.id, "slot": job.slot}
        for unit in found.units for job in unit.jobs
    ]  # fmt: skip
    skipped = [{"scene": one.scene, "product": one.product, "reason": one.reason, "kind": one.kind.value}
               for one in found.skipped]  # fmt: skip
    if as_json:
        standing = [{"product": one.product, "item": one.item, "stale": one.stale} for one in found.standing]
        document({"make": coming, "standing": standing, "skipped": skipped})
        return
    stale = sum(one.stale for one in found.standing)
    line(f"{len(coming)} would be made, {len(found.standing)} stand ({stale} stale), {len(skipped)} not")
    if coming:
        table(coming, ["scene", "product", "slot"])
    reasons("Not made:", skipped)
