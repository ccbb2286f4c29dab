"""Workers: units run in other processes. A crash there is one unit's failure, never the run's."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, TypeVar

from rs.core.jit import load_ahead, use_cache
from rs.core.product import Product
from rs.errors import InternalError, RsError, WorkerLost

T = TypeVar("T")
R = TypeVar("R")

UNIT_SECONDS = 3600.0
IN_FLIGHT = 4


class Workers(Protocol):
    """Runs a function on each argument in another process; results come as they are done."""

    slots: int

    def map(self, function: Callable[[T], R], arguments: Sequence[T]) -> Iterator[tuple[T, R | RsError]]:
        """Pairs of argument and result; an RsError stands for a failure of that argument alone."""
        ...


class Pool(Protocol):
    """Makes workers for so many units, as `workers` does."""

    def __call__(self, units: int, *, cache: Path | None, scheduler: str | None) -> AbstractContextManager[Workers]:
        """Workers that end with the context."""
        ...


def call(function: Callable[[Any], Any], argument: Any, cache: Path | None) -> Any:
    """Run in a worker: environment first, errors of ours as values."""
    from rs.raster.env import prepare

    prepare()
    if cache is not None and not getattr(call, "ready", False):
        use_cache(cache)
        call.ready = True  # type: ignore[attr-defined]
    try:
        return function(argument)
    except RsError as error:
        return error
    except Exception as error:  # noqa: BLE001 - one scene must not end the run of the others
        return _unforeseen(error, argument)


def _unforeseen(error: Exception, argument: object) -> RsError:
    lines = traceback.format_exception(error)[-1].strip().splitlines()[-1:]
    frames = traceback.extract_tb(error.__traceback__)[-1:]
    place = "".join(f" at {Path(f.filename).name}:{f.lineno}" for f in frames)
    return InternalError(f"unforeseen: {' '.join(lines)}{place}", where=_name(argument))


def warm_up() -> None:
    """Load in a worker what every unit needs, while its parent is still loading what it needs itself."""
    from rs.raster.env import load_rasterio, prepare

    prepare()
    load_rasterio()
    for name in ("rs.readers", "rs.pipeline.produce"):
        import_module(name)
    load_ahead()


class OneChild:
    """A single plain child process that imports only what a unit needs. It starts at once, and nobody waits for it."""

    slots = 1

    def __init__(self, cache: Path | None) -> None:
        self._cache = cache
        self._pool: ProcessPoolExecutor | None = self._started()

    def _started(self) -> ProcessPoolExecutor:
        pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
        with _interrupts_ignored(), _plain_main():
            pool.submit(warm_up)
        return pool

    def map(self, function: Callable[[T], R], arguments: Sequence[T]) -> Iterator[tuple[T, R | RsError]]:
        """One after the other; a dead child is replaced for the next argument."""
        for argument in arguments:
            if self._pool is None:
                self._pool = self._started()
            try:
                yield argument, self._pool.submit(call, function, argument, self._cache).result(UNIT_SECONDS)
            except BrokenProcessPool:
                self.close()
                yield argument, _lost("the worker process died", argument)
            except TimeoutError:
                self.close()
                yield argument, _lost(f"no answer within {UNIT_SECONDS:g} s", argument)

    def close(self) -> None:
        """End the child, also one that works: it has nothing to put away, and its own leave takes 0.3 s."""
        if self._pool is not None:
            for process in list((getattr(self._pool, "_processes", None) or {}).values()):
                process.kill()
            self._pool.shutdown(wait=True, cancel_futures=True)
        self._pool = None


class Cluster:
    """A dask.distributed cluster: local processes, or a scheduler that runs elsewhere."""

    def __init__(self, client: Any, slots: int, cache: Path | None) -> None:
        self._client, self.slots, self._cache = client, slots, cache

    def map(self, function: Callable[[T], R], arguments: Sequence[T]) -> Iterator[tuple[T, R | RsError]]:
        """At most four arguments a slot in flight, results as they are done."""
        from distributed import as_completed
        from distributed.scheduler import KilledWorker

        waiting = list(reversed(arguments))
        held: dict[Any, T] = {}

        def submit() -> Any:
            argument = waiting.pop()
            future = self._client.submit(call, function, argument, self._cache, pure=False, retries=0)
            held[future] = argument
            return future

        queue = as_completed([submit() for _ in range(min(len(waiting), self.slots * IN_FLIGHT))])
        for future in queue:
            argument = held.pop(future)
            try:
                yield argument, future.result()
            except KilledWorker:
                yield argument, _lost("the worker process died (killed, or out of memory)", argument)
            if waiting:
                queue.add(submit())


def _lost(what: str, argument: object) -> WorkerLost:
    return WorkerLost(what, where=_name(argument), remedy="Check memory and the scene's files, then run again")


def _name(argument: object) -> str:
    return str(getattr(getattr(argument, "scene", None), "id", None) or getattr(argument, "path", None) or argument)


@contextmanager
def _plain_main() -> Iterator[None]:
    """Children started here do not import the program that started them: nothing of it is run there."""
    main: dict[str, Any] = vars(sys.modules["__main__"])
    held: dict[str, Any] = {name: main.pop(name) for name in ("__file__", "__spec__") if name in main}
    main["__spec__"] = None
    try:
        yield
    finally:
        del main["__spec__"]
        main.update(held)


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Processes started here leave Ctrl-C to their parent: an ignored signal stays so across exec."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def standing(hands: Workers) -> Pool:
    """A pool of workers that are there already; they outlive the run."""

    def pool(units: int, *, cache: Path | None, scheduler: str | None) -> AbstractContextManager[Workers]:
        return nullcontext(hands)

    return pool


def units_of(products: Sequence[Product], scenes: int) -> int:
    """Units at most: one for all products of a scene, one for each composite of all scenes together."""
    composites = sum(product.composite is not None for product in products)
    return composites + (scenes if composites < len(products) else 0)


@contextmanager
def workers(units: int, *, cache: Path | None, scheduler: str | None = None) -> Iterator[Workers]:
    """Workers for so many units: one plain child for one unit, a cluster from two on.

    scheduler: address of a running Dask scheduler; None starts processes on this machine.
    """
    if units < 2 and scheduler is None:
        from rs.raster.env import load_rasterio

        child = OneChild(cache)
        load_rasterio()
        try:
            yield child
        finally:
            child.close()
        return
    import dask
    from distributed import Client, LocalCluster

    logging.getLogger("distributed").setLevel(logging.ERROR)
    with dask.config.set({"distributed.scheduler.allowed-failures": 0}):
        if scheduler is not None:
            with Client(scheduler) as client:
                yield Cluster(client, max(1, len(client.scheduler_info()["workers"])), cache)
            return
        slots = min(units, os.cpu_count() or 1)
        with _interrupts_ignored():
            cluster = LocalCluster(
                n_workers=slots,
                threads_per_worker=1,
                dashboard_address="127.0.0.1:0",
                host="127.0.0.1",
                silence_logs=logging.CRITICAL,
            )
        with cluster, Client(cluster) as client:
            yield Cluster(client, slots, cache)
