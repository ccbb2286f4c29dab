"""What a reader declares: how to recognise a scene and how to open it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rs.core.scene import Platform, Scene


@dataclass(frozen=True, slots=True)
class Reader:
    """A sensor form: `matches` looks at names only, `open_scene` reads metadata and headers, no pixels.

    rank: where two readers match, the higher one takes the scene. evidence: what it was tried on.
    """

    name: str
    title: str
    sensors: tuple[str, ...]
    matches: Callable[[str], bool]
    open_scene: Callable[[str], Scene]
    platforms: Mapping[str, Platform]
    rank: int = 0
    evidence: str = ""
