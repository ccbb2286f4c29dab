"""Statements: what is written is read, and nothing else."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signing import chain

from rs.errors import Untrusted, UsageError
from rs.trust.canonical import canonical_json
from rs.trust.dsse import IN_TOTO, seal, unseal
from rs.trust.statement import Statement, Subject, parse_statement, statement

DIGEST = "0123456789abcdef" * 4
MADE = Subject("data/ndvi.tif", DIGEST)
USED = Subject("S2A_33TWM/B04.tif", DIGEST[::-1])
KIND, BUILDER = "https://example.org/rs/ndvi/v1", "https://example.org/rs"
BODY = statement([MADE], KIND, {"recipe": "ndvi", "offset": -0.1}, [USED], BUILDER)
words = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=9)
digests = st.binary(min_size=32, max_size=32).map(bytes.hex)
things = st.lists(st.builds(Subject, words, digests), unique_by=lambda x: x.name, max_size=4)
parameters = st.dictionaries(
    words, st.none() | st.booleans() | st.integers(-99, 99) | words | st.lists(words), max_size=4
)


def test_the_form_is_the_one_of_the_specifications() -> None:
    assert {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "data/ndvi.tif", "digest": {"sha256": DIGEST}}],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": KIND,
                "externalParameters": {"recipe": "ndvi", "offset": -0.1},
                "resolvedDependencies": [{"name": "S2A_33TWM/B04.tif", "digest": {"sha256": DIGEST[::-1]}}],
            },
            "runDetails": {"builder": {"id": BUILDER}},
        },
    } == BODY


@given(things.filter(bool), parameters, things)
def test_what_is_written_is_read(subjects: list[Subject], chosen: dict[str, Any], used: list[Subject]) -> None:
    payload = canonical_json(statement(subjects, KIND, chosen, used, BUILDER))
    found = parse_statement(payload)
    assert found == Statement(tuple(subjects), KIND, chosen, tuple(used), BUILDER)
    assert canonical_json(found.body()) == payload


def test_signed_and_back() -> None:
    ring, (signer,) = chain(datetime(2024, 1, 1, tzinfo=UTC))
    envelope = seal(canonical_json(BODY), IN_TOTO, signer)
    found = parse_statement(unseal(envelope, ring, datetime(2024, 2, 1, tzinfo=UTC)))
    assert found.subjects == (MADE,)
    assert found.dependencies == (USED,)


def test_values_that_no_statement_holds() -> None:
    for name, digest in (("", DIGEST), ("a\n", DIGEST), ("\ud800", DIGEST), ("a" * 1025, DIGEST), ("a", DIGEST.upper()),
                         ("a", ""), ("a", DIGEST + "\n"), ("a", DIGEST[1:])):  # fmt: skip
        with pytest.raises(UsageError):
            Subject(name, digest)
    for subjects, kind, chosen, used, builder in (
        ([], KIND, {}, [], BUILDER),
        ([MADE, MADE], KIND, {}, [], BUILDER),
        ([MADE], KIND, {}, [USED, USED], BUILDER),
        ([MADE], "ndvi", {}, [], BUILDER),
        ([MADE], KIND, {}, [], "https://a b"),
        ([MADE], KIND, {"x": float("nan")}, [], BUILDER),
        ([MADE], KIND, {"x": 2**60}, [], BUILDER),
        ([MADE], KIND, {"x": object()}, [], BUILDER),
    ):
        with pytest.raises(UsageError):
            statement(subjects, kind, chosen, used, builder)


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value, but for what parameters hold."""
    found = [path]
    if isinstance(value, dict) and path[-1:] != ("externalParameters",):
        found += [p for name, inner in value.items() for p in paths(inner, (*path, name))]
    if isinstance(value, list):
        found += [p for n, inner in enumerate(value) for p in paths(inner, (*path, n))]
    return found


@pytest.mark.parametrize("path", paths(BODY), ids=lambda path: ".".join(map(str, path)))
def test_every_place_holds_what_belongs_there(path: tuple[Any, ...]) -> None:
    for wrong in (None, True, 0, 1.5, "", "x y", [], [0], [[]], {"x": 1}):
        body: Any = {"top": copy.deepcopy(BODY)}
        *parents, last = ("top", *path)
        inner = body
        for step in parents:
            inner = inner[step]
        if type(wrong) is type(inner[last]) and path[-1:] in (
            ("externalParameters",),
            ("resolvedDependencies",),
            ("name",),
        ):
            continue
        inner[last] = wrong
        with pytest.raises(Untrusted) as found:
            parse_statement(json.dumps(body["top"]).encode())
        assert found.value.where == "in-toto statement"


def test_fields_more_or_less() -> None:
    for path in paths(BODY):
        inner: Any = copy.deepcopy(BODY)
        whole = inner
        for step in path:
            inner = inner[step]
        if isinstance(inner, dict) and path[-1:] != ("externalParameters",):
            inner["more"] = 1
            with pytest.raises(Untrusted, match="unknown field"):
                parse_statement(json.dumps(whole).encode())
            del inner["more"]
            inner.popitem()
            with pytest.raises(Untrusted, match="lacks"):
                parse_statement(json.dumps(whole).encode())


@given(st.data())
def test_hostile_bytes(data: st.DataObject) -> None:
    body = bytearray(canonical_json(BODY))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + data.draw(st.integers(0, 3))] = data.draw(
            st.binary(max_size=3) | st.sampled_from([b'"', b"[", b"{}"])
        )
    try:
        found = parse_statement(bytes(body))
    except Untrusted:
        return
    assert isinstance(found, Statement)
