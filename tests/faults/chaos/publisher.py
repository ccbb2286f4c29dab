"""A publisher of the experiment: a process that publishes its share, signs, derives, and may die at any moment."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.faults.chaos.synthetic import fact_of, publish
from tests.support.buckets import CREDENTIALS

from rs.catalog import index
from rs.catalog.index import derive
from rs.catalog.layout import Layout
from rs.catalog.sign import sign
from rs.core.scene import OpenMode
from rs.errors import RsError
from rs.store.address import open_store
from rs.trust.keystore import load_ring, load_signer


@dataclass(frozen=True)
class Where:
    """A site as one process sees it.

    root: its own folder, for views and work. store: where the site is, when not there. limit: most links of a file.
    """

    root: str
    store: str = ""
    endpoint: str = ""
    limit: int = 500

    def layout(self) -> Layout:
        """Paths and store."""
        if self.endpoint:
            # the server that forks these processes may be older than the bucket
            os.environ.update(CREDENTIALS)
        return Layout(Path(self.root), open_store(self.store, self.endpoint) if self.store else None)


@dataclass(frozen=True)
class Share:
    """Which items a publisher brings: sign and derive after each batch. bare: entries alone, to measure commits."""

    where: Where
    keys: str
    first: int
    count: int
    batch: int
    answers: str
    bare: bool = False


def publish_or_say_why(share: Share) -> None:
    """Publish a share; exit code 1 and one line on standard error where an error of ours ends it."""
    try:
        publish_all(share)
    except RsError as error:
        print(f"publisher of {share.first}: {error}", file=sys.stderr, flush=True)
        sys.exit(1)


def publish_all(share: Share) -> None:
    """Publish a share; every answered item goes to the file of answers."""
    index.LIMIT = share.where.limit
    layout = share.where.layout()
    layout.register.mkdir(parents=True, exist_ok=True)
    register = layout.open_register()
    signer = load_signer(Path(share.keys))
    answers = os.open(share.answers, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    numbers = range(share.first, share.first + share.count)
    for start in range(0, share.count, share.batch):
        news = False
        for number in numbers[start : start + share.batch]:
            entry, new = (register.commit(fact_of(number)), False) if share.bare else publish(layout, register, number)
            os.write(answers, f"{number} {entry.number}\n".encode())
            news = news or new
        if news or (start + share.batch >= share.count and not share.bare):
            signed = sign(layout, register, signer, load_ring(Path(share.keys))).size
            derive(layout, register, {}, OpenMode.CLOSED, signed)
