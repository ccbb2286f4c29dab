"""The daily flow of a site: acquire, plan, produce, publish, verify; the report is an artifact."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from rs.cli.settings import layout_at, settings
from rs.operate.order import Options, order_of, session, silent
from rs.operate.report import Exit
from rs.operate.run import report_of, steps
from rs.operate.site import read_site
from rs.raster.env import prepare
from rs_flows.steps import as_task, keep_report

_options: dict[str, Options] = {}


@flow(name="monitor", persist_result=False, validate_parameters=True)
def monitor(site: str) -> State[Any]:
    """One pass over a site folder. Ends failed where a unit failed; the report says which and why."""
    prepare()
    order = order_of(read_site(Path(site)), _options.get(site) or _default_options(), settings().ledger)
    order = replace(order, layout=layout_at(order.layout.root))
    with session(order) as state:
        for step in steps():
            state = as_task(step.name, step.run, state)
        report = report_of(state)
    keep_report("run", order.title, report.markdown(), f"Report of the last run of {order.title}")
    message = f"{len(report.made)} made, {len(report.standing)} stood, {len(report.failures)} failed"
    if report.exit is Exit.DONE:
        return Completed(data=report.as_dict(), message=message)
    return Failed(data=report.as_dict(), message=message)


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
