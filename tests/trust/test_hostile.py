"""Whatever comes from outside, every reader answers with a value or with a named error, never another way."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signing import chain, seeded

from rs.errors import Untrusted
from rs.trust.canonical import canonical_json
from rs.trust.checkpoint import Checkpoint
from rs.trust.dsse import IN_TOTO, seal, unseal
from rs.trust.keyring import Keyring
from rs.trust.merkle import EMPTY
from rs.trust.note import Verifier, cosign, open_note, sign_note
from rs.trust.statement import Subject, parse_statement, statement

NOW = datetime(2024, 6, 1, tzinfo=UTC)
RING, SIGNERS = chain(datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC))
WITNESS = seeded("example.org/witness", 9)
TEXT = Checkpoint("example.org/log", 0, EMPTY).text()
NOTE = cosign(sign_note(TEXT, [SIGNERS[0]]), WITNESS, NOW)
STATEMENT = statement([Subject("a", "0" * 64)], "a:b", {"c": [1]}, [Subject("d", "1" * 64)], "e:f")
READERS: dict[str, tuple[Callable[[bytes], object], bytes]] = {
    "ring": (Keyring.parse, RING.document()),
    "envelope": (lambda body: unseal(body, RING, NOW), seal(b"{}", IN_TOTO, SIGNERS[0])),
    "statement": (parse_statement, canonical_json(STATEMENT)),
    "note": (lambda body: open_note(body, RING.verifiers), NOTE),
    "checkpoint": (lambda body: Checkpoint.parse(body.decode("utf-8", "surrogateescape")), TEXT.encode()),
    "verifier key": (
        lambda body: Verifier.parse(body.decode("utf-8", "surrogateescape")), RING.newest.verifier.vkey.encode()
    ),
}  # fmt: skip
JSON = ("ring", "envelope", "statement")
pieces = st.binary(max_size=4) | st.sampled_from(
    [
        b'"',
        b"{",
        b"[",
        b"]",
        b"}",
        b"\\",
        b"\\ud800",
        b"null",
        b"1e999",
        b"-",
        b"=",
        b"\n",
        b"\n\n",
        "— ".encode(),
        b"+",
        b"\x00",
    ]
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("name", READERS)
def test_the_good_one_is_read(name: str) -> None:
    read, good = READERS[name]
    assert read(good)


@pytest.mark.parametrize("name", READERS)
@given(data=st.data())
def test_cut_and_pasted(name: str, data: st.DataObject) -> None:
    read, good = READERS[name]
    body = bytearray(good)
    for _ in range(data.draw(st.integers(1, 5))):
        at, many = data.draw(st.integers(0, len(body))), data.draw(st.integers(0, 12))
        body[at : at + many] = data.draw(pieces)
    answer(read, bytes(body))


@pytest.mark.parametrize("name", READERS)
@given(body=st.binary(max_size=100))
def test_noise(name: str, body: bytes) -> None:
    answer(READERS[name][0], body)


@pytest.mark.parametrize("name", READERS)
def test_cut_short_anywhere(name: str) -> None:
    read, good = READERS[name]
    for end in range(len(good)):
        answer(read, good[:end])


@pytest.mark.parametrize("name", JSON)
@given(data=st.data())
def test_any_value_in_any_place(name: str, data: st.DataObject) -> None:
    read, good = READERS[name]
    body = {"top": json.loads(good)}
    inner: Any = body
    while True:
        places = list(inner) if isinstance(inner, dict) else list(range(len(inner)))
        place = data.draw(st.sampled_from(places))
        if isinstance(inner[place], dict | list) and inner[place] and data.draw(st.booleans()):
            inner = inner[place]
            continue
        inner[place] = data.draw(anything)
        break
    answer(read, json.dumps(body["top"]).encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "body", [b"[" * 10**6, b'{"a":' * 10**5, b'"' * 10**6, b"\n" * 10**6, b"1" * 10**6, b"\\" * 10**6]
)
def test_huge(name: str, body: bytes) -> None:
    with pytest.raises(Untrusted):
        READERS[name][0](body)


def answer(read: Callable[[bytes], object], body: bytes) -> None:
    """Read the body; a refusal names what and where, and what to do."""
    try:
        read(body)
    except Untrusted as error:
        assert error.what and error.where and error.remedy
