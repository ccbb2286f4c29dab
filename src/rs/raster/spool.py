"""Compressed tiles in the order in which they come, on disk; read back in the order of the file to be."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from rs.core.failpoint import reach

Place = tuple[int, int, int]
"""Level, row and column of a tile."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Where the compressed bytes of a tile lie in the spool, and the digest of its pixels."""

    offset: int
    size: int
    digest: bytes


class Spool:
    """A temporary file of tiles. Raises OSError where it cannot grow."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._file: BinaryIO = open(path, "wb+")  # noqa: SIM115 - closed by `close`
        self._lock = threading.Lock()
        self._end = 0
        self.kept: dict[Place, Kept] = {}

    def add(self, place: Place, body: bytes, digest: bytes) -> None:
        """Keep the bytes of a tile."""
        reach("write.tile")
        with self._lock:
            start, self._end = self._end, self._end + len(body)
            self.kept[place] = Kept(start, len(body), digest)
        view = memoryview(body)
        while view:
            written = os.pwrite(self._file.fileno(), view, start)
            start, view = start + written, view[written:]

    def read(self, places: list[Place]) -> Iterator[bytes]:
        """The bytes of tiles, in the order asked for."""
        for place in places:
            reach("write.file")
            kept = self.kept[place]
            body = os.pread(self._file.fileno(), kept.size, kept.offset)
            if len(body) != kept.size:
                raise OSError(f"the spool holds {len(body)} of {kept.size} bytes of tile {place}")
            yield body

    def close(self) -> None:
        """Close the file and remove it."""
        self._file.close()
        if os.path.exists(self.path):
            os.unlink(self.path)
