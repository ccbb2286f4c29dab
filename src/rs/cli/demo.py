"""The demonstration: the sample site, run through the flow that an entry point names."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib.metadata import entry_points
from importlib.resources import files
from pathlib import Path
from typing import Any

from rs.cli.settings import settings
from rs.core.disk import cannot_write
from rs.errors import MissingPart, UsageError

RUNNER = "monitor"


def data_folder(name: str) -> Path:
    """A folder that comes with the package: inside an installed wheel, or of the checkout."""
    for place in (files("rs") / "_data" / name, files("rs") / ".." / ".." / name):
        path = Path(str(place)).resolve()
        if path.is_dir():
            return path
    raise MissingPart(f"the folder {name} did not come with this installation", remedy="Install rs-pipeline again")


def run_demo(out: Path, progress: Callable[[str, int, int], None]) -> dict[str, Any]:
    """Lay out the sample site in a folder and run it through the flow; gives the report."""
    site = prepare_site(out)
    # the sample has no place in the register of a store that is in use
    os.environ.pop("RS_STORE", None)
    os.environ.setdefault("PREFECT_HOME", str(site / ".prefect"))
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")
    found = settings()
    report: dict[str, Any] = _runner()(str(site), cache=found.cache, scheduler=found.scheduler, progress=progress)
    return report


def prepare_site(out: Path) -> Path:
    """Write the sample site's site.toml into a folder, with the sample scenes as its source."""
    site = out.absolute()
    path = site / "site.toml"
    if path.exists():
        return site
    if site.is_dir() and any(site.iterdir()):
        raise UsageError(
            "the folder is not empty and holds no site", where=str(site), remedy="Choose another with --out"
        )
    sample = data_folder("sample_data")
    text = (sample / "site.toml").read_text(encoding="utf-8")
    try:
        site.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace('path = "inbox"', f'path = "{(sample / "scenes").as_posix()}"'), encoding="utf-8")
    except OSError as error:
        raise cannot_write(str(site), error) from error
    return site


def _runner() -> Callable[..., dict[str, Any]]:
    for point in entry_points(group="rs.runners", name=RUNNER):
        runner: Callable[..., dict[str, Any]] = point.load()
        return runner
    raise MissingPart(f"no flow {RUNNER} is installed", remedy="Install rs-pipeline again: the flows come with it")
