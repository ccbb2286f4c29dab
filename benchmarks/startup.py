"""W9, start-up: from the command to its help, and to the first bytes of a product; imports of peers beside it."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import tree
from benchmarks.contestants import ours
from benchmarks.harness import PYTHON, RS
from benchmarks.scenes import TINY, Cache

LOOK = 0.002
"""Seconds between two looks for the first bytes."""

HELP_BAR, BLOCK_BAR = 0.3, 1.2
IMPORTS = {
    "import rasterio, numpy": "import rasterio, numpy",
    "import rioxarray, dask.array": "import rioxarray, dask.array",
    "import odc.stac, dask.array": "import odc.stac, dask.array",
}


class NothingSeen(Exception):
    """The command ended and no working file was seen to grow."""


def w9(cache: Cache, size: int, rounds: int) -> Iterator[str]:
    """The table: medians of wall times [s]."""
    out = cache.root / "out"
    yield f"### W9: start-up, {rounds} rounds, warm caches\n"
    yield "| what | wall s, rounds | median | bar |"
    yield "|---|---|---|---|"
    yield _row("rs --help", _repeat(lambda: _wall([RS, "--help"], out), rounds), HELP_BAR)
    for side in dict.fromkeys((TINY, size)):
        command = ours("", ("ndvi",), cache.item(side)).command
        found = _repeat(lambda words=tuple(command): first_bytes(list(words), out), rounds)
        yield _row(f"rs produce ndvi, {side} px: command to the first bytes of a product", found, BLOCK_BAR)
    for name, code in IMPORTS.items():
        yield _row(f'python -c "{name}"', _repeat(lambda c=code: _wall([PYTHON, "-c", c], out), rounds), None)
    yield ""


def _repeat(measure: Callable[[], float], rounds: int) -> list[float]:
    """One round that does not count, then those that do; none where the command fails."""
    try:
        measure()
        return [measure() for _ in range(rounds)]
    except (tree.Failed, NothingSeen) as error:
        sys.stderr.write(f"{error}\n")
        return []


def _row(name: str, found: list[float], bar: float | None) -> str:
    if not found:
        return f"| {name} | failed | | |"
    median = statistics.median(found)
    verdict = "" if bar is None else f"{bar:g} s: {'met' if median <= bar else 'MISSED'}"
    return f"| {name} | {', '.join(f'{wall:.2f}' for wall in found)} | {median:.2f} | {verdict} |"


def _wall(words: list[str], out: Path) -> float:
    out.mkdir(parents=True, exist_ok=True)
    return tree.run(words, out / "log.txt").wall


def first_bytes(words: list[str], out: Path) -> float:
    """Seconds until a working file of a product is not empty; the command then runs to its end.

    Raises NothingSeen, and Failed where the command fails.
    """
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    target, log = out / "out", out / "log.txt"
    command = [word.replace("{out}", str(target)) for word in words]
    start, seen = time.perf_counter(), 0.0
    with log.open("wb") as stream:
        process = subprocess.Popen(command, stdout=stream, stderr=subprocess.STDOUT, env=tree.environment())
        while process.poll() is None:
            if not seen and _growing(target):
                seen = time.perf_counter() - start
            time.sleep(LOOK)
    if process.returncode:
        raise tree.Failed(f"{' '.join(command)}:\n{log.read_text(encoding='utf-8')[-tree.LOG_TAIL :]}")
    if not seen:
        raise NothingSeen(f"no working file of {' '.join(command)} was seen to grow")
    shutil.rmtree(out, ignore_errors=True)
    return seen


def _growing(folder: Path) -> bool:
    for path in folder.rglob("*.part"):
        try:
            if path.stat().st_size:
                return True
        except FileNotFoundError:
            continue
    return False
