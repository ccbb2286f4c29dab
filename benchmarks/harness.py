"""Running contestants as whole processes, in turn: wall time, processor time, peak memory, ratios."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from importlib.metadata import version

VERSIONS = ("rs-pipeline", "rasterio", "numpy", "numba", "xarray", "rioxarray", "dask")


@dataclass
class Contestant:
    """A command, and what its rounds measured."""

    name: str
    command: list[str]
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    peak_mb: list[float] = field(default_factory=list)


def measure(contestants: list[Contestant], rounds: int, warm: int = 1) -> None:
    """Run every contestant in turn, `warm` unmeasured rounds first."""
    for number in range(warm + rounds):
        for one in contestants:
            before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
            process = subprocess.Popen(one.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                raise SystemExit(f"{one.name} failed with {process.returncode}: {' '.join(one.command)}")
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            if number >= warm:
                one.wall.append(time.perf_counter() - start)
                one.cpu.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
                one.peak_mb.append(usage.ru_maxrss / 1024)


def table(title: str, contestants: list[Contestant], reference: Contestant) -> None:
    """Print medians and the ratio to the reference."""
    print(f"\n{title}")
    print(f"python {sys.version.split()[0]}, {os.cpu_count()} cores, " + ", ".join(
        f"{name} {version(name)}" for name in VERSIONS
    ))  # fmt: skip
    print(f"{'contestant':<34} {'wall s':>8} {'cpu s':>8} {'peak MB':>8} {'ratio':>6}")
    base = statistics.median(reference.wall)
    for one in contestants:
        wall, cpu, peak = (statistics.median(values) for values in (one.wall, one.cpu, one.peak_mb))
        print(f"{one.name:<34} {wall:8.2f} {cpu:8.2f} {peak:8.0f} {wall / base:6.2f}")
    print("peak: the process that is started and waited for, without its children")
