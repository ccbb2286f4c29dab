"""Timing a part inside its process."""

from __future__ import annotations

import json
import os
import resource
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

THREADS = os.cpu_count() or 1


def timed(work: Callable[[], None]) -> None:
    """Do the work and print its wall and processor time [s] as one line of JSON, the last of the process."""
    before, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    work()
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps({"wall": wall, "cpu": cpu}), flush=True)


def spread(work: Callable[[Any], None], parts: Iterable[Any]) -> None:
    """Work on all parts, by as many threads as there are cores."""
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, parts))
