"""Create-only files: a name appears with all its bytes or not at all, and is never written twice."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

from rs.core.slot import sha256_of
from rs.errors import Conflict
from rs.raster.cog import cannot_write


def create(path: Path, body: bytes) -> bool:
    """Write `body` under a new name, durably. False where the same bytes stand there already.

    Raises Conflict where other bytes stand there; OutputError where it can't be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _temporary(path) as temporary:
            temporary.write_bytes(body)
            return _publish(temporary, path, lambda: path.read_bytes() == body)
    except OSError as error:
        raise cannot_write(str(path), error) from error


def place(source: Path, path: Path, digest: str) -> bool:
    """Move the bytes of a staged file to their final name. False where they stand there already.

    Raises Conflict where the name holds other bytes or the staged file is not what was digested.
    """
    try:
        if path.exists():
            return _same_or_conflict(path, lambda: sha256_of(str(path)) == digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        with _temporary(path) as temporary:
            shutil.copyfile(source, temporary)
            if sha256_of(str(temporary)) != digest:
                raise Conflict("changed between writing and placing", where=str(source), remedy="Run again")
            return _publish(temporary, path, lambda: sha256_of(str(path)) == digest)
    except OSError as error:
        raise cannot_write(str(path), error) from error


def replace(path: Path, body: bytes) -> None:
    """Write a derived file: readers see the old bytes or the new ones."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _temporary(path) as temporary:
            temporary.write_bytes(body)
            temporary.chmod(0o644)
            _sync(temporary)
            temporary.replace(path)
            _sync(path.parent)
    except OSError as error:
        raise cannot_write(str(path), error) from error


class _temporary(contextlib.AbstractContextManager[Path]):
    """A temporary name in the folder of `path`, gone at the end."""

    def __init__(self, path: Path) -> None:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-", suffix=".tmp")
        os.close(handle)
        self.path = Path(name)

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *_: object) -> None:
        self.path.unlink(missing_ok=True)


def _publish(temporary: Path, path: Path, same: object) -> bool:
    temporary.chmod(0o644)
    _sync(temporary)
    try:
        # link(2) is create-only and atomic: of two writers one gets EEXIST
        os.link(temporary, path)
    except FileExistsError:
        return _same_or_conflict(path, same)
    _sync(path.parent)
    return True


def _same_or_conflict(path: Path, same: object) -> bool:
    assert callable(same)
    if same():
        return False
    raise Conflict(
        "stands there already with other content; nothing was overwritten",
        where=str(path),
        remedy="Run rs verify; if the file there is the damaged one, move it away and run again",
    )


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
