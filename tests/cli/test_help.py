"""Help is quick: nothing heavy is imported before a command needs it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from tests.cli.command import rs

from rs.cli.main import commands

HEAVY = ("numba", "numpy", "rasterio", "xarray", "rioxarray", "dask", "distributed", "prefect", "pystac", "geopandas",
         "shapely", "pyproj", "PIL", "pandas", "fastapi", "sqlalchemy")  # fmt: skip

PROGRAM = """
import sys
from rs.cli.main import run
sys.argv = ["rs", *sys.argv[1:]]
try:
    run()
except SystemExit as stop:
    print("CODE", stop.code)
print("HEAVY", *sorted({name.split(".")[0] for name in sys.modules} & set(%r)))
"""


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["produce", "--help"], ["listing", "--help"]])
def test_nothing_heavy_is_imported(words: list[str]) -> None:
    call = [sys.executable, "-c", PROGRAM % (HEAVY,), *words]
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    assert "CODE 0" in done.stdout and done.stderr == ""
    assert done.stdout.splitlines()[-1] == "HEAVY"


def test_the_probe_would_find_something() -> None:
    call = [sys.executable, "-c", PROGRAM % (HEAVY,), "sensors", "--json"]
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    assert "rasterio" in done.stdout.splitlines()[-1].split()


def test_importing_the_package_changes_no_environment() -> None:
    code = "import os; held = dict(os.environ); import rs, rs.readers, rs.products; assert held == os.environ"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_help_names_every_command() -> None:
    for row in commands():
        *groups, name = row["command"].split()[1:]
        shown = rs(*groups, "--help")
        assert shown.code == 0
        assert name in shown.out
        assert row["what"]


def test_version() -> None:
    from importlib.metadata import version

    assert rs("--version").out.strip() == f"rs {version('rs-pipeline')}"
