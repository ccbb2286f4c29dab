"""Files of a unit, written into its staging folder with their digests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

from rs.core.disk import cannot_write
from rs.core.result import FileRecord
from rs.core.slot import sha256_of
from rs.errors import RsError
from rs.raster.cog import RasterSink

COG = "image/tiff; application=geotiff; profile=cloud-optimized"


class Discardable(Protocol):
    """A pass that writes into a staging folder."""

    folder: str

    def discard(self) -> None:
        """Drop every working copy."""
        ...


def staging_folder(folder: str) -> None:
    """Make a staging folder. Raises OutputError."""
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from error


@contextmanager
def all_or_nothing(scan: Discardable) -> Iterator[None]:
    """Where the pass fails, what it wrote goes with its folder. Raises OutputError for errors of the disk."""
    try:
        yield
    except (RsError, OSError) as error:
        scan.discard()
        shutil.rmtree(scan.folder, ignore_errors=True)
        if isinstance(error, OSError):
            raise cannot_write(scan.folder, error) from error
        raise


def raster_file(
    folder: str, asset: str, name: str, sink: RasterSink, roles: tuple[str, ...],
    statistics: Mapping[str, float] | None = None,
) -> FileRecord:  # fmt: skip
    """Finish a raster under a name of the folder. Raises OutputError, CheckFailed."""
    path = os.path.join(folder, name)
    content = sink.finish(path, statistics)
    return FileRecord(asset, name, sink.digest, content, os.path.getsize(path), COG, roles)


def bytes_file(folder: str, asset: str, name: str, body: bytes, media: str, roles: tuple[str, ...]) -> FileRecord:
    """Write bytes durably under a name of the folder. Raises OutputError."""
    path = os.path.join(folder, name)
    try:
        with open(path, "wb") as stream:
            stream.write(body)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise cannot_write(path, error, len(body)) from error
    digest = sha256_of(path)
    return FileRecord(asset, name, digest, digest, len(body), media, roles)
