"""What a run is about and what its steps hand on; the folder and the workers that it has to itself."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

from rs.catalog import schema
from rs.catalog.busy import LOCK, staging_folders
from rs.catalog.layout import Layout
from rs.catalog.verify import Verification
from rs.core.disk import DISK, cannot_write
from rs.core.product import Product
from rs.core.result import Outcome
from rs.core.scene import Grade, OpenMode, Scene
from rs.operate import page
from rs.operate.acquire import Arrival, arrivals
from rs.operate.plan import Plan
from rs.operate.report import Made
from rs.pipeline.period_choose import PLAIN, Wish
from rs.pipeline.workers import Pool, Workers, units_of, workers
from rs.store.local import TEMPORARY

if TYPE_CHECKING:
    from rs.operate.journal import Journal
    from rs.operate.site import Site

Progress = Callable[[str, int, int], None]


def silent(step: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to run: threads a unit (0: cores shared among slots), block size [px], kernel cache, scheduler."""

    threads: int = 0
    block: int = 1024
    cache: Path | None = None
    scheduler: str | None = None
    progress: Progress = silent


@dataclass(frozen=True, slots=True)
class Order:
    """What a run is about: where it writes, which products, which scenes.

    key_name: start of the name of the signing key that is made where there is none; '' makes none. wish: grid and
    bands of products of a period. ledger: URL of the database that follows the run, '' for none. timezone: of days.
    since: scenes that were taken before are left alone.
    """

    layout: Layout
    products: tuple[Product, ...]
    arrivals: tuple[Arrival, ...] = ()
    paths: tuple[str, ...] = ()
    open_mode: OpenMode = OpenMode.CLOSED
    grade: Grade = Grade.GENERAL_1
    title: str = ""
    options: Options = Options()
    key_name: str = ""
    wish: Wish = PLAIN
    ledger: str = ""
    timezone: str = "UTC"
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What the steps hand on to each other. loading: loads what publishing needs while workers do their part."""

    order: Order
    staging: str
    pool: Workers
    loading: threading.Thread
    scenes: tuple[Scene, ...] = ()
    plan: Plan | None = None
    outcomes: tuple[Outcome, ...] = ()
    made: tuple[Made, ...] = ()
    redo: frozenset[str] = frozenset()
    journal: Journal | None = None
    verification: Verification = field(default_factory=Verification)


def order_of(site: Site, options: Options = Options(), ledger: str = "") -> Order:
    """What a run of a site is about. ledger: URL of a database in place of the file in the site."""
    sources = [site.root / source.path for source in site.sources]
    return Order(
        site.layout, site.wanted(), arrivals=tuple(arrivals(sources, site.layout.scenes)),
        open_mode=site.open_mode, grade=site.grade, title=site.title or site.name, options=options,
        key_name=f"rs/{site.name}", ledger=site.ledger_url(ledger), timezone=site.timezone,
    )  # fmt: skip


@contextmanager
def session(order: Order, pool: Pool = workers) -> Iterator[State]:
    """The state before the first step: the folder can be written, staging is ours alone, workers wait."""
    staging = order.layout.staging / uuid.uuid4().hex
    try:
        order.layout.staging.mkdir(parents=True, exist_ok=True)
        # durable: what is published below would be lost with the folder
        DISK.make_folder(order.layout.register)
        lock = _held(staging)
        for left in staging_folders(order.layout.staging)[1]:
            shutil.rmtree(left, ignore_errors=True)
    except OSError as error:
        raise cannot_write(str(order.layout.root), error) from error
    options, units = order.options, units_of(order.products, len(order.arrivals) + len(order.paths))
    try:
        with pool(units, cache=options.cache, scheduler=options.scheduler) as hands:
            loading = threading.Thread(target=_load)
            loading.start()
            with _journal(order, staging) as journal:
                yield State(order, str(staging), hands, loading, journal=journal)
            loading.join()
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        lock.close()


@contextmanager
def _journal(order: Order, staging: Path) -> Iterator[Journal | None]:
    """The pages of a run in the ledger of its site; None for a run without one."""
    if not order.ledger:
        yield None
        return
    from zoneinfo import ZoneInfo

    from rs.operate.journal import Journal
    from rs.operate.ledger import Ledger

    ledger = Ledger(order.ledger)
    try:
        yield Journal(ledger, staging.name, order.layout, ZoneInfo(order.timezone))
    finally:
        ledger.close()


def _load() -> None:
    import rs.raster.footprint  # noqa: F401

    schema.load()
    page.load()


def _held(staging: Path) -> IO[str]:
    """Make a staging folder, locked before it has its name: another run sweeps what nobody holds."""
    new = Path(tempfile.mkdtemp(dir=staging.parent, prefix=TEMPORARY))
    lock = (new / LOCK).open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    new.chmod(0o755)
    new.rename(staging)
    return lock
