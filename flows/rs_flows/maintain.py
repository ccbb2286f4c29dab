"""The weekly flow of a site: verify all of it, compare it with what should exist, name left-overs."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from rs.cli.settings import layout_at, settings
from rs.operate.ledger import open_ledger
from rs.operate.maintain import Care, chores
from rs.operate.site import read_site
from rs.raster.env import prepare
from rs_flows.steps import as_task, keep_report


@flow(name="maintain", persist_result=False, validate_parameters=True)
def maintain(site: str) -> State[Any]:
    """Look over a site folder. Ends failed where something is damaged or missing; the report says what to do."""
    prepare()
    found = read_site(Path(site))
    with closing(open_ledger(found.ledger_url(settings().ledger))) as ledger:
        care = Care(found, layout_at(found.root), ledger)
        for chore in chores():
            care = as_task(chore.name, chore.run, care)
    title = found.title or found.name
    keep_report("maintain", title, care.markdown(), f"How {title} was found")
    message = (
        f"{len(care.verification.findings)} findings, {len(care.audit.gaps)} missing, {len(care.garbage)} left-overs"
    )
    return Completed(message=message) if care.is_well else Failed(message=message)
