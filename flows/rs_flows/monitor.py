"""The daily flow of a site: acquire, plan, produce, publish, verify; the report is an artifact."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from rs.cli.settings import layout_at, settings
from rs.operate.order import Options, order_of, session, silent
from rs.operate.order import State as RunState
from rs.operate.report import Exit, Report
from rs.operate.run import Step, report_of, steps
from rs.operate.site import read_site
from rs.raster.env import prepare

_options: dict[str, Options] = {}


@flow(name="monitor", persist_result=False, validate_parameters=True)
def monitor(site: str) -> State[Any]:
    """One pass over a site folder. Ends failed where a unit failed; the report says which and why."""
    prepare()
    order = order_of(read_site(Path(site)), _options.get(site) or _default_options(), settings().ledger)
    order = replace(order, layout=layout_at(order.layout.root))
    with session(order) as state:
        for step in steps():
            state = _as_task(step, state)
        report = report_of(state)
    _artifact(order.title, report)
    message = f"{len(report.made)} made, {len(report.standing)} stood, {len(report.failures)} failed"
    if report.exit is Exit.DONE:
        return Completed(data=report.as_dict(), message=message)
    return Failed(data=report.as_dict(), message=message)


def _as_task(step: Step, state: RunState) -> RunState:
    # the state stays out of the parameters: it is not for a database
    @task(name=step.name, cache_policy=NO_CACHE, persist_result=False)
    def advance() -> RunState:
        return step.run(state)

    return advance()


def _artifact(title: str, report: Report) -> None:
    key = re.sub(r"[^a-z0-9]+", "-", f"run-{title}".lower()).strip("-")
    create_markdown_artifact(report.markdown(), key=key, description=f"Report of the last run of {title}")


def _default_options() -> Options:
    found = settings()
    return Options(cache=found.cache, scheduler=found.scheduler)


def run(
    site: str,
    *,
    cache: Path | None = None,
    scheduler: str | None = None,
    progress: Callable[[str, int, int], None] = silent,
) -> dict[str, Any]:
    """Run the flow in this process and give the report; the entry point of `rs demo`."""
    _options[site] = Options(cache=cache, scheduler=scheduler, progress=progress)
    try:
        state: State[Any] = monitor(site, return_state=True)
        report = state.result(raise_on_failure=False)
        if isinstance(report, BaseException):
            raise report
        return dict(report)
    finally:
        _options.pop(site)
