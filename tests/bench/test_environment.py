"""Contestants get the caller's environment: what `rs` sets for itself would slow others down."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from rs.raster.env import GDAL_OPTIONS

CODE = "import os; before = dict(os.environ); import benchmarks.run; from benchmarks import tree, workloads\n"
CODE += "from benchmarks.scenes import TINY, Cache; from pathlib import Path; import sys\n"
CODE += (
    "workloads.w1(Cache(Path(sys.argv[1])), TINY); print(sorted(set(tree.environment().items()) - set(before.items())))"
)


def test_nothing_is_handed_on(root: Path, cache_root: Path) -> None:
    options = {*GDAL_OPTIONS, "GDAL_NUM_THREADS"}
    env = {name: value for name, value in os.environ.items() if name not in options}
    words = [sys.executable, "-c", CODE, str(cache_root)]
    done = subprocess.run(words, cwd=root, env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
