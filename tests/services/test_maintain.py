"""The flow that looks over a site: well, then damaged and with a gap, each said with what to do."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from prefect.testing.utilities import prefect_test_harness

from rs.operate.order import order_of
from rs.operate.run import run
from rs.operate.site import read_site
from rs_flows.maintain import maintain

pytestmark = pytest.mark.services


def found(site: Path) -> tuple[Any, str]:
    """The state that the flow ends in, and its report."""
    state: Any = maintain(str(site), return_state=True)
    with get_client(sync_client=True) as client:
        answer = client._client.post(
            "/artifacts/latest/filter", json={"artifacts": {"key": {"any_": ["maintain-river"]}}}
        )
    return state, answer.json()[0]["data"]


def test_a_site_is_found_well_or_its_report_says_what_to_do(tmp_path: Path, scenes: Path) -> None:
    site = tmp_path / "river"
    shutil.copytree(scenes / "S2_parana_20230511", site / "inbox" / "S2_parana_20230511")
    (site / "site.toml").write_text('name = "river"\nproducts = ["ndvi"]\n')
    run(order_of(read_site(site)))
    with prefect_test_harness(server_startup_timeout=120):
        state, report = found(site)
        assert state.is_completed() and report.startswith("# river: well") and "Expected 1, there 1" in report
        (site / "site.toml").write_text('name = "river"\nproducts = ["ndvi", "turbidity"]\n')
        (raster,) = site.glob("data/ndvi/*/ndvi.*.tif")
        raster.write_bytes(b"other bytes")
        state, report = found(site)
    assert state.is_failed() and "1 missing" in state.message
    assert report.startswith("# river: NOT WELL") and f"error: {raster}" in report
    assert "no run has planned it" in report and f"`rs run {site.resolve()}`" in report
