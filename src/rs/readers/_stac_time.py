"""When the scene of a STAC item was taken."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from rs.core.scene import TimeSpan
from rs.errors import BadInput
from rs.readers._ranges import check_time


def time_of(properties: Mapping[str, Any], file: str) -> TimeSpan:
    """The instant, or the span where the item knows no instant. Raises BadInput naming the fields."""
    try:
        if properties.get("datetime"):
            span = TimeSpan.at(_utc(properties["datetime"]))
        else:
            span = TimeSpan(_utc(properties["start_datetime"]), _utc(properties["end_datetime"]))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise BadInput(f"fields datetime, start_datetime, end_datetime: no time ({error})", where=file) from error
    return check_time(span, "field datetime", file)


def _utc(text: str) -> datetime:
    value = datetime.fromisoformat(text)
    return (value if value.utcoffset() is not None else value.replace(tzinfo=UTC)).astimezone(UTC)
