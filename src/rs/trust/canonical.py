"""Canonical JSON (RFC 8785, JCS): equal values give equal bytes, in every language. What is signed is written so.

`rs.core.slot.canonical_json` is another one, for keys only: it keeps Python's form of numbers (30.0, not 30),
which every published key depends on.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any

from rs.errors import UsageError
from rs.trust.encoding import MAX_DEPTH

MAX_INTEGER = 2**53 - 1


def canonical_json(value: Any) -> bytes:
    """JSON in UTF-8 with sorted names and ECMAScript's numbers (RFC 8785).

    Takes None, bool, int, float, str, lists, tuples and mappings with names of text. Raises UsageError for
    anything else, integers beyond +-(2^53 - 1), NaN, infinity, lone surrogates, nesting beyond 64. A float
    from 2^53 to 10^21 is written without a point, as the RFC has it, and `encoding.json_value` refuses it.
    """
    try:
        return "".join(_parts(value, 0)).encode("utf-8")
    except UnicodeEncodeError as error:
        raise UsageError("a text with a lone surrogate has no canonical JSON") from error


def _parts(value: Any, depth: int) -> Iterator[str]:
    if depth > MAX_DEPTH:
        raise UsageError(f"a value nested more than {MAX_DEPTH} deep has no canonical JSON here")
    if isinstance(value, Mapping):
        yield from _object(value, depth)
    elif isinstance(value, (list, tuple)):
        yield "["
        for place, inner in enumerate(value):
            yield "," if place else ""
            yield from _parts(inner, depth + 1)
        yield "]"
    else:
        yield _scalar(value)


def _object(value: Mapping[Any, Any], depth: int) -> Iterator[str]:
    if not all(isinstance(name, str) for name in value):
        raise UsageError("names in canonical JSON are text")
    yield "{"
    for place, name in enumerate(sorted(value, key=_utf16)):
        yield ("," if place else "") + _text(name) + ":"
        yield from _parts(value[name], depth + 1)
    yield "}"


def _utf16(name: str) -> bytes:
    """Order of names: by UTF-16 code units (RFC 8785 section 3.2.3)."""
    return name.encode("utf-16-be")


def _scalar(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise UsageError(
                f"an integer of {value.bit_length()} bits is beyond what JSON keeps exactly: write it as text"
            )
        return int.__repr__(value)
    if isinstance(value, float):
        return _number(value)
    raise UsageError(f"a {type(value).__name__} has no canonical JSON")


def _text(value: str) -> str:
    # json escapes exactly what RFC 8785 section 3.2.2.2 does, once ensure_ascii is off
    return encode_basestring(value)


def _number(value: float) -> str:
    """Number as ECMAScript writes it (ECMA-262 Number::toString, RFC 8785 section 3.2.2.3)."""
    if not math.isfinite(value):
        raise UsageError(f"{value} has no canonical JSON")
    if value == 0:
        return "0"
    # repr has the shortest digits that read back to the same number, as ECMAScript asks for
    sign, parts, exponent = Decimal(float.__repr__(value)).as_tuple()
    digits = "".join(map(str, parts))
    point = len(digits) + int(exponent)
    return "-" * sign + _placed(digits.rstrip("0"), point)


def _placed(digits: str, point: int) -> str:
    """Digits with the decimal point after the first `point` of them."""
    if len(digits) <= point <= 21:
        return digits.ljust(point, "0")
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{fraction}e{point - 1:+d}"
