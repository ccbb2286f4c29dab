"""Strict decoding: one spelling each, limits that hold before anything is parsed."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rs.errors import Untrusted
from rs.trust.encoding import base64_bytes, base64_text, json_value, utf8_text


@given(st.binary())
def test_base64_both_ways(data: bytes) -> None:
    assert base64_text(data) == base64.b64encode(data).decode()
    assert base64_bytes(base64_text(data), "here") == data


@pytest.mark.parametrize(
    "text", ["A", "AA", "AAA", "AA=", "AB==", "AAB=", "AA==AA==", "AA== ", "A-_=", "AA==\n", "é", "="]
)
def test_other_base64(text: str) -> None:
    with pytest.raises(Untrusted, match="base64") as found:
        base64_bytes(text, "here")
    assert found.value.where == "here"


@given(st.text("AB+/=-_ \n", max_size=12))
def test_base64_has_one_spelling(text: str) -> None:
    try:
        data = base64_bytes(text, "here")
    except Untrusted:
        return
    assert base64_text(data) == text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"a":1,"a":1}',
        b'[{"b":{"a":1,"a":2}}]',
        b"NaN",
        b"[Infinity]",
        b"-Infinity",
        b"1e400",
        b"-1e400",
        b"9007199254740992",
        b"-9007199254740992",
        b"1" * 5000,
        b"01",
        b"\xef\xbb\xbf1",
        b'"\xff"',
        b'"\\ud800"',
        b'{"\\udfff":1}',
        b'"a\nb"',
        b"'a'",
        b"1 2",
        b"[1,]",
        b"[" * 65 + b"]" * 65,
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'"' + b'\\"' * 100_000,
        b"\x00",
        b'"a',
    ],
)
def test_json_that_readers_take_differently(body: bytes) -> None:
    with pytest.raises(Untrusted) as found:
        json_value(body, "here")
    assert found.value.where == "here"


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b" [1, -0.5, 9007199254740991] ", [1, -0.5, 2**53 - 1]),
        (b"[" * 64 + b"]" * 64, None),
        (('"' + "[" * 100 + '\\"{"').encode(), "[" * 100 + '"{'),
        ('"\\ud83d\\ude00é"'.encode(), "😀é"),
        (b'"\\\\"', "\\"),
        (b'{"a":[[]],"b":{}}', {"a": [[]], "b": {}}),
    ],
)
def test_json_that_all_read_alike(body: bytes, value: Any) -> None:
    found = json_value(body, "here")
    assert value is None or found == value


def test_limits() -> None:
    assert utf8_text(b"abc", "here", 3) == "abc"
    for ask in (utf8_text, json_value):
        with pytest.raises(Untrusted, match="more than 3"):
            ask(b"1234", "here", 3)


@given(st.binary(max_size=60) | st.text('[]{}":,\\u0123 dabeE+-.NaInfty\x00', max_size=40).map(str.encode))
def test_hostile_json(body: bytes) -> None:
    try:
        value = json_value(body, "here")
    except Untrusted:
        return
    assert value == json.loads(body)
