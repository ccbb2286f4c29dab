"""Strict decoding of what came from outside: one spelling for each value, every fault an `Untrusted`."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any

from rs.errors import Untrusted

MAX_BYTES = 16 * 2**20
MAX_DEPTH = 64
# a string without an end is one token too: tried again from each of its quotes, it would cost a square
TOKENS = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)


def base64_text(data: bytes) -> str:
    """Standard base64 with padding (RFC 4648 section 4)."""
    return base64.b64encode(data).decode("ascii")


def base64_bytes(text: str, where: str) -> bytes:
    """Bytes of standard base64 in its one canonical spelling (RFC 4648 sections 3.5 and 4).

    Raises Untrusted for other characters, wrong padding and bits that are left over.
    """
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise Untrusted("is not base64", where=where) from error
    if base64_text(data) != text:
        raise Untrusted("is not base64 in its canonical spelling", where=where)
    return data


def utf8_text(body: bytes, where: str, limit: int = MAX_BYTES) -> str:
    """Text of UTF-8 bytes. Raises Untrusted where they are more than `limit` or not UTF-8."""
    if len(body) > limit:
        raise Untrusted(f"has {len(body)} bytes, more than {limit}", where=where)
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Untrusted(f"is not UTF-8 at byte {error.start}", where=where) from error


def json_value(body: bytes, where: str, limit: int = MAX_BYTES) -> Any:
    """Value of a JSON document (RFC 8259) that means the same to every reader (I-JSON, RFC 7493).

    Raises Untrusted for bytes beyond the limit, other than UTF-8, nesting beyond 64, names that come
    twice, numbers that are not finite or integers beyond 2^53 - 1, lone surrogates, and what is no JSON.
    """
    text = utf8_text(body, where, limit)
    _check_depth(text, where)
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_int=_int, parse_float=_float, parse_constant=_float)
        # a lone surrogate comes as an escape, and shows when it is written
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise Untrusted(f"is not a JSON document that all read alike ({_reason(error)})", where=where) from error
    return value


def _check_depth(text: str, where: str) -> None:
    """Refuse deep nesting before the parser, which recurses, sees it."""
    depth = 0
    for token in TOKENS.finditer(text):
        depth += token[0] in "[{"
        depth -= token[0] in "]}"
        if depth > MAX_DEPTH:
            raise Untrusted(f"is nested more than {MAX_DEPTH} deep", where=where)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name comes twice")
    return found


def _int(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > 2**53 - 1:
        raise ValueError("an integer is beyond 2^53 - 1")
    return int(text)


def _float(text: str) -> float:
    value = float(text)
    if value - value != 0:
        raise ValueError("a number is not finite")
    return value


def _reason(error: Exception) -> str:
    return str(error).split(":")[0][:80] or type(error).__name__


def record(value: Any, fields: Mapping[str, type | tuple[type, ...]], where: str) -> dict[str, Any]:
    """The value as an object with exactly these fields of these types. Raises Untrusted otherwise."""
    if not isinstance(value, dict):
        raise Untrusted("is not a JSON object", where=where)
    for name in sorted(value.keys() ^ fields.keys()):
        raise Untrusted(f"{'lacks' if name in fields else 'has an unknown'} field {name[:80]!r}", where=where)
    for name, kinds in fields.items():
        # a bool is an int to Python, not to JSON
        if not isinstance(value[name], kinds) or (isinstance(value[name], bool) and kinds is not bool):
            raise Untrusted(f"has a field {name!r} of the wrong type", where=where)
    return value


def sequence(value: list[Any], least: int, most: int, where: str) -> list[Any]:
    """The list, where it has `least` to `most` members. Raises Untrusted otherwise."""
    if not least <= len(value) <= most:
        raise Untrusted(f"has {len(value)} members where {least} to {most} are allowed", where=where)
    return value
