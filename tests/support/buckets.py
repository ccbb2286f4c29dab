"""Buckets on a moto server of this machine, for tests and experiments."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rs.store.address import open_store
from rs.store.objects import ObjectStore

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
START_SECONDS = 60


@dataclass(frozen=True)
class Buckets:
    """A running server: its endpoint."""

    endpoint: str

    def address(self) -> str:
        """A new bucket with a prefix in it."""
        name = f"b-{uuid.uuid4().hex}"
        with urllib.request.urlopen(urllib.request.Request(f"{self.endpoint}/{name}", method="PUT"), timeout=30):
            return f"s3://{name}/some/site"

    def store(self) -> ObjectStore:
        """The store of a new bucket."""
        found = open_store(self.address(), self.endpoint)
        assert isinstance(found, ObjectStore)
        return found

    def environment(self, address: str) -> dict[str, str]:
        """What a command needs to work there."""
        return {**CREDENTIALS, "RS_STORE": address, "RS_S3_ENDPOINT": self.endpoint}


@contextmanager
def buckets(folder: Path) -> Iterator[Buckets]:
    """A server of its own for as long as the block runs; `folder` is an empty one for its port and its log."""
    for name, value in CREDENTIALS.items():
        os.environ.setdefault(name, value)
    words = [sys.executable, str(Path(__file__).with_name("bucket_server.py")), str(folder)]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(words, stdout=log, stderr=log)
    try:
        yield Buckets(f"http://127.0.0.1:{_port(server, folder)}")
    finally:
        server.kill()
        server.wait()


def _port(server: subprocess.Popen[bytes], folder: Path) -> int:
    end = time.monotonic() + START_SECONDS
    while not (folder / "port").exists():
        if server.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"moto did not start: {(folder / 'log').read_text()}")
        time.sleep(0.05)
    return int((folder / "port").read_text())
