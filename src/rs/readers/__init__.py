"""Readers: one form of one sensor is one module here that declares READER."""

from __future__ import annotations

import os
from functools import cache

from rs.core.discovery import declared
from rs.core.failpoint import reach
from rs.core.reader import Reader
from rs.core.scene import Scene
from rs.errors import NotAScene


@cache
def readers() -> tuple[Reader, ...]:
    """All readers, the most specific first."""
    return tuple(sorted(declared("rs.readers", "READER", Reader), key=lambda r: (-r.rank, r.name)))


def reader_of(path: str) -> Reader | None:
    """The most specific reader that recognises a path, or None."""
    return next((reader for reader in readers() if reader.matches(path)), None)


def open_scene(path: str) -> Scene:
    """The scene at a path: metadata and raster headers, no pixels.

    Raises NotAScene, MissingPart, Contradiction or UnreadableRaster, naming file, place and remedy.
    """
    reach("read.scene")
    path = os.path.abspath(path)
    reader = reader_of(path)
    if reader is None:
        raise NotAScene(
            "no such file or folder" if not os.path.exists(path) else "is not a scene that a reader knows",
            where=path,
            remedy="Known forms: " + "; ".join(f"{r.name} ({r.title})" for r in readers()),
        )
    return reader.open_scene(path)
