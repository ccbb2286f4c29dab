"""A small dose of the experiment with many publishers, in a bucket; on a disk it is among tests/faults."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.services


def test_publishers_that_are_killed_lose_and_double_nothing_in_a_bucket(root: Path) -> None:
    words = [sys.executable, "-m", "tests.faults.chaos.publishers", "--dose", "small", "s3"]
    done = subprocess.run(words, cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "| s3 | 4 x 25 |" in done.stdout
