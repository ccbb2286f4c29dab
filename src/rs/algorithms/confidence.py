"""Formulas that say how much a value deserves to be trusted."""

from __future__ import annotations

from rs.core.pixel import pixelwise


@pixelwise
def always_doubtful(*values: float) -> float:
    """1 for every pixel: where match-ups show no more skill than a constant guess, whatever the values."""
    return 1.0
