"""The weekly flow of a site: verify all of it, compare it with what should exist, name left-overs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from rs.cli.settings import layout_at, settings
from rs.operate.ledger import open_ledger
from rs.operate.maintain import Care, Chore, chores
from rs.operate.site import read_site
from rs.raster.env import prepare


@flow(name="maintain", persist_result=False, validate_parameters=True)
def maintain(site: str) -> State[Any]:
    """Look over a site folder. Ends failed where something is damaged or missing; the report says what to do."""
    prepare()
    folder = Path(site).resolve()
    care = Care(read_site(folder), layout_at(folder), open_ledger(folder, settings().ledger))
    for chore in chores():
        care = _as_task(chore, care)
    key = re.sub(r"[^a-z0-9]+", "-", f"maintain-{care.site.title or care.site.name}".lower()).strip("-")
    create_markdown_artifact(care.markdown(), key=key, description=f"How {care.site.name} was found")
    found = care.verification.findings
    message = f"{len(found)} findings, {len(care.audit.gaps)} missing, {len(care.garbage)} left-overs"
    return Completed(message=message) if care.is_well else Failed(message=message)


def _as_task(chore: Chore, care: Care) -> Care:
    @task(name=chore.name, cache_policy=NO_CACHE, persist_result=False)
    def advance() -> Care:
        return chore.run(care)

    return advance()
