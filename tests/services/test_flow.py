"""The flow and the plain run are the same list of steps and leave the same catalogue."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
from prefect.testing.utilities import prefect_test_harness

from rs.operate.order import order_of
from rs.operate.run import run, steps
from rs.operate.site import read_site
from rs_flows.monitor import run as run_flow

pytestmark = pytest.mark.services


def _site(folder: Path, scenes: Path) -> Path:
    shutil.copytree(scenes / "S2_parana_20230511", folder / "inbox" / "S2_parana_20230511")
    (folder / "site.toml").write_text('name = "river"\nproducts = ["ndvi", "turbidity", "water_colour"]\n')
    return folder


def _content(site: Path) -> dict[str, str]:
    files = [p for name in ("data", "items", "index") for p in (site / name).rglob("*") if p.is_file()]
    return {p.relative_to(site).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_flow_equals_plain_run(tmp_path: Path, scenes: Path) -> None:
    plain, flowed = _site(tmp_path / "plain", scenes), _site(tmp_path / "flowed", scenes)
    report = run(order_of(read_site(plain)))
    with prefect_test_harness(server_startup_timeout=120):
        by_flow = run_flow(str(flowed))
    assert [m["item"] for m in by_flow["made"]] == [m.item for m in report.made]
    assert len(report.made) == 3
    assert _content(plain) == _content(flowed)


def test_steps_are_the_five_of_the_design() -> None:
    assert [step.name for step in steps()] == ["acquire", "plan", "produce", "publish", "verify"]
