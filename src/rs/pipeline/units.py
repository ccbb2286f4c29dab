"""Units of work of any kind, as workers run them."""

from __future__ import annotations

from rs.core.result import Outcome
from rs.pipeline.period_produce import PeriodUnit, produce_period
from rs.pipeline.produce import Unit, produce


def make(unit: Unit | PeriodUnit) -> list[Outcome]:
    """Make the products of a unit. A failure is an outcome, never an exception."""
    return produce(unit) if isinstance(unit, Unit) else produce_period(unit)
