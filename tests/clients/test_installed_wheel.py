"""The wheel, installed without the checkout, brings its data, its flow and its command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.clients


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """The wheel built from this checkout, without a network."""
    out = tmp_path_factory.mktemp("wheel")
    words = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(root)]
    subprocess.run(words, check=True, capture_output=True)
    return next(out.glob("*.whl"))


def test_wheel_holds_samples_portfolio_and_flow(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {"rs/_data/sample_data/site.toml", "rs/_data/catalog/ndvi/collection.json", "rs/_data/prefect.yaml",
              "rs_flows/monitor.py", "rs/operate/templates/page.html.j2", "rs/py.typed"}  # fmt: skip
    assert wanted <= names


def test_wheel_runs_the_demo_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """Unpacked to a folder of its own in front of sys.path: this checkout is not what runs."""
    target, home = tmp_path / "site", tmp_path / "home"
    home.mkdir()
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", str(target), str(wheel)]
    subprocess.run(pip, check=True, capture_output=True)
    environment = {**os.environ, "PYTHONPATH": str(target), "HOME": str(home)}
    code = "import rs, sys; assert rs.__file__.startswith(sys.argv.pop(1)); from rs.cli.main import run; run()"
    words = [sys.executable, "-c", code, str(target), "demo", "--out", str(tmp_path / "demo"), "--json"]
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert len(report["made"]) == 25
    assert report["verification"]["ok"]
