"""What no register knows and a person has to say before a listing goes to review."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

FIELDS = (
    "/high_value", "/rights", "/price_plans", "/service_level", "/source_statement", "/contact", "/sample",
    "/quality/evidence", "/quality/limits",
)  # fmt: skip
"""JSON pointers of the fields that a person fills in."""


def blanks() -> dict[str, Any]:
    """The fields of a person, empty. Rights come as three: to hold, to use, to operate (持有、使用、经营)."""
    return {
        "high_value": None,
        "rights": {right: {"party": "", "basis": ""} for right in ("holding", "use", "operation")},
        "price_plans": [],
        "service_level": {"delivery_days": None, "acceptance_days": None, "support": {"en": "", "zh": ""}},
        "source_statement": {"en": "", "zh": ""},
        "contact": {"name": "", "email": ""},
        "sample": {"path": "", "sha256": ""},
    }


def todo_of(body: Mapping[str, Any]) -> list[str]:
    """JSON pointers of what is still empty; a part that is empty throughout is named once."""
    return [pointer for field in FIELDS for pointer in _empty_parts(_at(body, field), field)]


def _at(body: Mapping[str, Any], pointer: str) -> Any:
    value: Any = body
    for name in pointer[1:].split("/"):
        value = value[name]
    return value


def _empty_parts(value: Any, pointer: str) -> Iterator[str]:
    if _is_empty(value):
        yield pointer
    elif isinstance(value, Mapping | list):
        parts = value.items() if isinstance(value, Mapping) else enumerate(value)
        for name, part in parts:
            yield from _empty_parts(part, f"{pointer}/{name}")


def _is_empty(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(map(_is_empty, value.values()))
    return all(map(_is_empty, value)) if isinstance(value, list) else value is None or value == ""
