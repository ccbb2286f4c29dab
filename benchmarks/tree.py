"""Running a command and watching its whole process tree: wall time, processor time, peak memory."""

from __future__ import annotations

import os
import resource
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

INTERVAL, CENSUS = 0.1, 5
"""Seconds between two looks at the memory: 10 a second; at every fifth the tree is listed anew, which costs more."""

LOG_TAIL = 2000


@dataclass(frozen=True, slots=True)
class Run:
    """One run: wall time [s], user and system time of the process and all that it started [s], peak memory [MB].

    Memory is the proportional set size (PSS) of the tree: pages that processes share count once.
    """

    wall: float
    cpu: float
    peak_mb: float


def environment() -> dict[str, str]:
    """The environment of a contestant: the caller's; compiled modules are kept, as an installation has them.

    GDAL's options are not set by this process, nor by what it imports, so every contestant has its own.
    """
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


class Failed(Exception):
    """A command that ended with an error; the text ends with the tail of its output."""


def run(command: list[str], log: Path) -> Run:
    """Run a command to its end. Raises Failed. Writes of earlier runs are on disk before it starts."""
    os.sync()
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with log.open("wb") as stream:
        process = subprocess.Popen(command, stdout=stream, stderr=subprocess.STDOUT, env=environment())
        watch = _Watch(process.pid)
        process.wait()
    wall = time.perf_counter() - start
    peak = watch.stop()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        text = log.read_text(encoding="utf-8", errors="replace")[-LOG_TAIL:]
        raise Failed(f"{' '.join(command)} ended with {process.returncode}:\n{text}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(wall, cpu, peak / 1e6)


class _Watch(threading.Thread):
    """Looks at the memory of a process tree until it is told to stop."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._root, self._peak, self._done = psutil.Process(pid), 0, threading.Event()
        self._tree = [self._root]
        self.start()

    def run(self) -> None:
        look = 0
        while not self._done.wait(INTERVAL):
            if look % CENSUS == 0:
                self._tree = self._census()
            self._peak = max(self._peak, sum(_held(process) for process in self._tree))
            look += 1

    def _census(self) -> list[psutil.Process]:
        try:
            return [self._root, *self._root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def stop(self) -> int:
        """Peak [bytes]."""
        self._done.set()
        self.join()
        return self._peak


def _held(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0
