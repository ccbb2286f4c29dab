"""Formulas that say how much a value deserves to be trusted."""

from __future__ import annotations

from rs.core.pixel import pixelwise


@pixelwise
def always_doubtful(*values: float) -> float:
    """1 where match-ups show no more skill than a constant guess: for every pixel, whatever its values [1]."""
    return 1.0
