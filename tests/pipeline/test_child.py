"""The child of a run of one unit: it does not run the program that started it once more."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import os
from rs.pipeline.workers import workers

with open({told!r}, "a") as stream:
    stream.write(f"{{__name__}} {{os.getpid()}}\\n")

if __name__ == "__main__":
    with workers(1, cache=None) as hands:
        ((_, child),) = hands.map(os.getpgid, [0])
        ((_, number),) = hands.map(abs, [-7])
    assert child == os.getpgid(0) and number == 7
    assert __spec__ is None and __file__.endswith("program.py")
"""


def test_the_program_is_run_once(tmp_path: Path) -> None:
    program, told = tmp_path / "program.py", tmp_path / "told"
    program.write_text(PROGRAM.format(told=str(told)), encoding="utf-8")
    done = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in told.read_text().splitlines()] == ["__main__"]
