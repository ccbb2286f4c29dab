"""Rows of a comparison: an observation, what was estimated, and what was seen around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rs.errors import UsageError
from rs.validation.matchups import Observation


@dataclass(frozen=True, slots=True)
class Window:
    """What was read around a point.

    pixels: used ones, of: those of a full window. cv: median over the recipe's bands of the coefficient
    of variation of the used pixels [1], None below two. gap: least and most possible time between
    observation and scene [h]. bits: used pixels that bear each quality bit. by_pixel: mean of the
    recipe's values over the used pixels [unit].
    """

    scene: str
    level: str
    pixels: int
    of: int
    cv: float | None
    gap: tuple[float, float]
    bits: Mapping[str, int]
    doubtful: bool
    by_pixel: float | None


@dataclass(frozen=True, slots=True)
class Row:
    """An observation and what became of it: an estimate [unit], or the reason why there is none."""

    observation: Observation
    estimate: float | None
    reason: str = ""
    recipe: str = ""
    flags: tuple[str, ...] = ()
    platform: str = ""
    window: Window | None = None

    @property
    def flagged(self) -> bool:
        """True where a used pixel or the product's own flags bear a doubt."""
        return bool(self.flags) or (self.window is not None and self.window.doubtful)


@dataclass(frozen=True, slots=True)
class Sampling:
    """How windows are taken: side [px], most time between observation and scene [h], which pixels.

    every_pixel: use all measured pixels, also those that the product masks (as published match-ups
    without a mask do); by default only what the product would publish.
    """

    size: int = 3
    hours: float = 3.0
    every_pixel: bool = False

    def __post_init__(self) -> None:
        if self.size < 1 or self.size % 2 == 0 or self.size > 99:
            raise UsageError(f"a window of {self.size} px has no middle", remedy="Use an odd number from 1 to 99")
        if not self.hours >= 0:
            raise UsageError(f"{self.hours} hours are no time gap", remedy="Use 0 or more")


USUAL = Sampling()
"""The window of most published match-ups: 3 x 3 px within 3 hours."""
