"""A real Prefect server: deploy, the schedule fires, a worker runs it, the artifact holds the report."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.services

BIN = Path(sys.executable).parent
WAIT = 150


@dataclass(frozen=True)
class Server:
    """A running server and the environment that its clients need."""

    url: str
    environment: dict[str, str]

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """The JSON answer of the API."""
        request = urllib.request.Request(
            f"{self.url}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def prefect(self, *words: str) -> None:
        """Run the prefect command line; its output is shown where it fails."""
        done = subprocess.run(
            [str(BIN / "prefect"), "--no-prompt", *words], env=self.environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on loopback with a home of its own."""
    home, port = tmp_path_factory.mktemp("prefect"), _free_port()
    url = f"http://127.0.0.1:{port}/api"
    environment = {
        **os.environ, "PREFECT_HOME": str(home), "PREFECT_API_URL": url, "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "PATH": f"{BIN}:{os.environ['PATH']}",
    }  # fmt: skip
    with (home / "server.log").open("wb") as log:
        process = _start([str(BIN / "prefect"), "server", "start", "--host", "127.0.0.1", "--port", str(port)],
                         environment, log)  # fmt: skip
        try:
            _wait(lambda: _answers(f"{url}/health"), "the server", home / "server.log")
            yield Server(url, environment)
        finally:
            _stop(process)


def _start(words: list[str], environment: dict[str, str], log: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(words, env=environment, stdout=log, stderr=log, start_new_session=True)


def _stop(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _wait(ready: Any, what: str, log: Path) -> Any:
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        found = ready()
        if found:
            return found
        time.sleep(0.5)
    raise AssertionError(f"{what} was not ready within {WAIT} s:\n{log.read_text()[-3000:]}")


def _site(folder: Path, scenes: Path) -> Path:
    shutil.copytree(scenes / "S2_parana_20230511", folder / "inbox" / "S2_parana_20230511")
    (folder / "site.toml").write_text('name = "river"\nproducts = ["ndvi", "turbidity"]\n')
    return folder


def test_deployed_schedule_runs_and_reports(server: Server, scenes: Path, root: Path, tmp_path: Path) -> None:
    """prefect.yaml as shipped, with a shorter interval: a scheduled run completes, the artifact is the report."""
    site = _site(tmp_path / "site", scenes)
    shipped = (root / "flows" / "prefect.yaml").read_text()
    assert 'cron: "0 */6 * * *"' in shipped
    text = shipped.replace('cron: "0 */6 * * *"\n        timezone: UTC', "interval: 5")
    (tmp_path / "prefect.yaml").write_text(text)
    environment = {**server.environment, "RS_SITE": str(site)}
    here = Server(server.url, environment)
    here.prefect("work-pool", "create", "local", "--type", "process")
    here.prefect("deploy", "--all", "--prefect-file", str(tmp_path / "prefect.yaml"))
    log = tmp_path / "worker.log"
    with log.open("wb") as stream:
        worker = _start([str(BIN / "prefect"), "worker", "start", "--pool", "local"], environment, stream)
        try:
            run = _wait(lambda: _completed(here), "a completed scheduled run", log)
        finally:
            _stop(worker)
    assert run["created_by"]["type"] == "SCHEDULE" or run["auto_scheduled"]
    artifacts = here.post("/artifacts/filter", {"artifacts": {"key": {"any_": ["run-river"]}}})
    # on a slow machine the next run begins before the first one ends, and is done sooner
    (made,) = [artifact["data"] for artifact in artifacts if "2 made" in artifact["data"]]
    assert "turbidity" in made
    assert (site / "index" / "turbidity" / "collection.json").exists()


def _completed(server: Server) -> dict[str, Any] | None:
    body = {"flow_runs": {"state": {"type": {"any_": ["COMPLETED", "FAILED", "CRASHED"]}}}}
    runs: list[dict[str, Any]] = server.post("/flow_runs/filter", body)
    assert all(run["state_type"] == "COMPLETED" for run in runs), runs
    return runs[0] if runs else None
