"""A PostgreSQL of its own for tests: Debian's programs, a cluster in a temporary folder, loopback only."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OWNER = "postgres"


def programs() -> Path | None:
    """Folder of initdb and pg_ctl; None where none is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def database(bin_folder: Path) -> Iterator[str]:
    """A running cluster; gives the URL of its database."""
    folder = Path(tempfile.mkdtemp(prefix="rs-pg-"))
    try:
        if os.geteuid() == 0:
            # it refuses to run as root
            shutil.chown(folder, OWNER, OWNER)
        data, port = folder / "data", _free_port()
        _run(bin_folder / "initdb", "--pgdata", data, "--auth", "trust", "--username", "rs", "--no-sync")
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync=off"
        _run(bin_folder / "pg_ctl", "start", "--wait", "--pgdata", data, "--log", folder / "log", "--options", options)
        try:
            yield f"postgresql+psycopg://rs@127.0.0.1:{port}/postgres"
        finally:
            _run(bin_folder / "pg_ctl", "stop", "--wait", "--mode", "immediate", "--pgdata", data)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(*words: object) -> None:
    call = [str(word) for word in words]
    if os.geteuid() == 0:
        call = ["runuser", "-u", OWNER, "--", *call]
    # the server keeps what it is given open: no pipe, which nobody would close
    with tempfile.TemporaryFile() as told:
        done = subprocess.run(call, stdout=told, stderr=told, stdin=subprocess.DEVNULL, cwd="/")
        told.seek(0)
        assert done.returncode == 0, told.read().decode()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
