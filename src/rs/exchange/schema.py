"""The JSON Schema of listings, and the check against it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from rs.errors import CheckFailed

SHOWN = 5
WIDTH = 160


@cache
def listing_schema() -> dict[str, Any]:
    """The schema (draft 2020-12) that comes with the package."""
    body: dict[str, Any] = json.loads((files("rs.exchange") / "schemas" / "listing.json").read_bytes())
    return body


@cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    # the standard takes 100.0 for an integer and knows no NaN: neither has a place in a price
    types = Draft202012Validator.TYPE_CHECKER.redefine_many({"integer": _is_integer, "number": _is_number})
    return extend(Draft202012Validator, type_checker=types)(listing_schema())


def _is_integer(_: object, value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(_: object, value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def check_listing(body: Mapping[str, Any], where: str) -> None:
    """Validate a listing. Raises CheckFailed that names each wrong field by its JSON pointer."""
    errors = sorted(_validator().iter_errors(body), key=lambda error: error.json_path)
    if not errors:
        return
    lines = [f"/{'/'.join(map(str, error.absolute_path))}: {_short(error.message)}" for error in errors[:SHOWN]]
    more = f"; and {len(errors) - SHOWN} more" if len(errors) > SHOWN else ""
    raise CheckFailed(
        f"is not a valid listing: {'; '.join(lines)}{more}", where=where, remedy="Mend these fields: see docs/trader.md"
    )


def _short(message: str) -> str:
    return message if len(message) <= WIDTH else f"{message[: WIDTH - 60]} ... {message[-55:]}"
