"""Canonical JSON: the RFC's own vectors, another implementation, and what it refuses."""

from __future__ import annotations

import enum
import json
import struct
from types import MappingProxyType
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from rs.core import slot
from rs.errors import UsageError
from rs.trust.canonical import MAX_INTEGER, canonical_json

# RFC 8785 appendix B: IEEE 754 bits and what they are written as
NUMBERS = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333",
    "41b3de4355555556": "333333333.3333334",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-MAX_INTEGER, MAX_INTEGER)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=5),
    max_leaves=20,
)


@pytest.mark.parametrize("bits", NUMBERS)
def test_numbers_of_the_rfc(bits: str) -> None:
    (value,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical_json(value).decode() == NUMBERS[bits]


@pytest.mark.parametrize("bits", ["7fffffffffffffff", "7ff0000000000000", "fff0000000000000"])
def test_what_the_rfc_says_is_an_error(bits: str) -> None:
    with pytest.raises(UsageError):
        canonical_json(struct.unpack(">d", bytes.fromhex(bits))[0])


def test_sample_of_the_rfc() -> None:
    value = json.loads(r"""{
        "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
        "literals": [null, true, false]
    }""")
    assert canonical_json(value).decode() == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_order_of_names_of_the_rfc() -> None:
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    written = list(json.loads(canonical_json(dict.fromkeys(names, 0))))
    assert written == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


@given(values)
def test_another_implementation_writes_the_same(value: Any) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


@given(st.binary(min_size=8, max_size=8))
def test_numbers_of_any_bits(bits: bytes) -> None:
    (value,) = struct.unpack(">d", bits)
    if value - value == 0:
        assert canonical_json(value) == rfc8785.dumps(value)
        assert json.loads(canonical_json(value), parse_int=float) == value


@given(values)
def test_reads_back_and_is_stable(value: Any) -> None:
    # as ECMAScript reads it: a float beyond 2^53 is written without a point
    body = canonical_json(value)
    assert canonical_json(json.loads(body, parse_int=float)) == body


def test_every_kind_of_container_and_subclass() -> None:
    class Word(enum.StrEnum):
        ONE = "one"

    class Number(enum.IntEnum):
        TWO = 2

    assert canonical_json(MappingProxyType({"a": (1, [Word.ONE, Number.TWO])})) == b'{"a":[1,["one",2]]}'


@pytest.mark.parametrize(
    "value",
    [
        float("nan"), float("inf"), 2**53, -(2**53), 10**5000, "\ud800", {"\udfff": 1}, {1: 2}, {None: 1},
        {"a": {2: 1}}, b"a", {1, 2}, object(), 1j, [lambda: 0],
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_values_without_canonical_json(value: Any) -> None:
    with pytest.raises(UsageError):
        canonical_json(value)


def test_deep_nesting_is_refused() -> None:
    value: list[Any] = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(UsageError, match="deep"):
        canonical_json(value)


def test_keys_of_items_keep_their_own_form() -> None:
    grid = {"transform": [30.0, 0.0, 500000.0], "offset": -0.1}
    assert slot.canonical_json(grid) == b'{"offset":-0.1,"transform":[30.0,0.0,500000.0]}'
    assert canonical_json(grid) == b'{"offset":-0.1,"transform":[30,0,500000]}'
