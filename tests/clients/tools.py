"""Readers of other makers, each over all files at once: Debian's GDAL and QGIS in its Python, geotiff.js in Node."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

import platformdirs
import pytest

OTHERS = Path(__file__).parent / "others"
SYSTEM_PYTHON = "/usr/bin/python3"

Facts = dict[str, dict[str, Any]]
"""What a reader says of files, by path."""


def lacking(what: str) -> NoReturn:
    """Skip where a tool is not there; where everything is to be checked that is a failure."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is not there")
    pytest.skip(f"{what} is not there")


def read_by(script: str, module: str, files: Iterable[Path]) -> Facts:
    """What a script in Debian's Python, which has a module that we have not, says of files."""
    asked = subprocess.run([SYSTEM_PYTHON, "-c", f"import {module}"], capture_output=True, env=_plain())
    if asked.returncode:
        lacking(f"{module} of Debian (scripts/debian.py clients)")
    return _facts([SYSTEM_PYTHON, str(OTHERS / script)], files)


def read_by_geotiff_js(files: Iterable[Path]) -> Facts:
    """What geotiff.js says of files."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        lacking("node with npm")
    return _facts(["node", str(_node_folder() / "geotiff_read.mjs")], files)


def _facts(words: list[str], files: Iterable[Path]) -> Facts:
    with tempfile.TemporaryDirectory() as home:
        environment = {**_plain(), "HOME": home, "XDG_RUNTIME_DIR": home, "QT_QPA_PLATFORM": "offscreen"}
        asked = json.dumps([str(path) for path in files])
        done = subprocess.run(words, input=asked, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    found: Facts = json.loads(done.stdout)["files"]
    return found


def _plain() -> dict[str, str]:
    """The environment without what is meant for this Python and its GDAL."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "GDAL_", "PROJ_"))}


def _node_folder() -> Path:
    """A folder with the packages of the lock file and the script; made once a user, kept in the user's cache."""
    lock = (OTHERS / "package-lock.json").read_bytes()
    script = (OTHERS / "geotiff_read.mjs").read_bytes()
    name = hashlib.sha256(lock + script).hexdigest()[:16]
    folder = platformdirs.user_cache_path("rs-pipeline") / "tests" / f"node-{name}"
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as base:
        made = Path(base) / "made"
        shutil.copytree(OTHERS, made, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        words = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(words, cwd=made, capture_output=True, text=True)
        if done.returncode:
            lacking(f"geotiff.js ({done.stderr.strip().splitlines()[-1:]})")
        made.rename(folder)
    return folder
