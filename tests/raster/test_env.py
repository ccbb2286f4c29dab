"""GDAL's environment: set where the user has not, and never by an import."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from rs.raster.env import GDAL_OPTIONS, prepare


def test_what_the_user_set_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GDAL_CACHEMAX", "64")
    monkeypatch.delenv("GDAL_PAM_ENABLED", raising=False)
    prepare()
    assert os.environ["GDAL_CACHEMAX"] == "64"
    assert os.environ["GDAL_PAM_ENABLED"] == "NO"


def test_importing_changes_no_environment() -> None:
    code = (
        "import os; before = dict(os.environ); import rs, rs.readers, rs.raster.cog, rs.pipeline.produce;"
        "assert dict(os.environ) == before, set(os.environ.items()) ^ set(before.items())"
    )
    clean = {k: v for k, v in os.environ.items() if k not in GDAL_OPTIONS}
    done = subprocess.run([sys.executable, "-c", code], env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
