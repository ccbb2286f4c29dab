"""Normalised differences."""

from __future__ import annotations

from rs.core.pixel import pixelfunc


@pixelfunc
def normalised_difference(a: float, b: float) -> float:
    """(a - b) / (a + b) [1]; NaN where the sum is not positive, as for two dark pixels below zero."""
    total = a + b
    if total <= 0.0:
        return float("nan")
    return (a - b) / total
