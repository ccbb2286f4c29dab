"""Buckets over a bad line: a lost answer decides nothing, a busy server is asked again, the rest is named."""

from __future__ import annotations

import hashlib
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from bad_line import BUSY, LOSE, BadLine, bad_line
from buckets import CREDENTIALS, Buckets

from rs.errors import Conflict, OutputError, UsageError
from rs.store import objects
from rs.store.address import open_store
from rs.store.store import Store

pytestmark = pytest.mark.services

BOUND = 60.0
"""Seconds after which a server that does not answer must be an error."""


@pytest.fixture
def line(s3: Buckets) -> Iterator[BadLine]:
    """A line to the server."""
    with bad_line(s3.endpoint) as found:
        yield found


@pytest.fixture
def pair(s3: Buckets, line: BadLine) -> tuple[Store, Store]:
    """The same bucket over the bad line and straight."""
    address = s3.address()
    return open_store(address, line.endpoint), open_store(address, s3.endpoint)


@pytest.mark.parametrize("times", [1, 3])
def test_a_lost_answer_is_success_for_the_writer_whose_bytes_stand(
    pair: tuple[Store, Store], line: BadLine, times: int
) -> None:
    store, straight = pair
    line.fail("PUT", *[LOSE] * times)
    store.create("entry", b"ours")
    assert ("PUT", LOSE) in line.seen
    assert straight.read("entry") == b"ours"
    with pytest.raises(Conflict):
        straight.create("entry", b"theirs")


def test_a_lost_answer_is_a_conflict_for_the_writer_who_came_second(pair: tuple[Store, Store], line: BadLine) -> None:
    store, straight = pair
    straight.create("entry", b"theirs")
    line.fail("PUT", LOSE)
    with pytest.raises(Conflict):
        store.create("entry", b"ours")
    assert straight.read("entry") == b"theirs"


def test_a_lost_answer_places_and_replaces_once(pair: tuple[Store, Store], line: BadLine, tmp_path: Path) -> None:
    store, straight = pair
    source = tmp_path / "staged.bin"
    source.write_bytes(b"pixels")
    line.fail("PUT", LOSE)
    store.place(source, "data/x.tif", hashlib.sha256(b"pixels").hexdigest())
    assert straight.read("data/x.tif") == b"pixels"
    for body in (b"1", b"2"):
        line.fail("PUT", LOSE)
        store.replace("index/c.json", body)
        assert straight.read("index/c.json") == body


@pytest.mark.parametrize("method", ["PUT", "GET", "HEAD"])
def test_a_busy_server_is_asked_again(pair: tuple[Store, Store], line: BadLine, method: str) -> None:
    store, straight = pair
    line.fail(method, *[BUSY] * 5)
    assert store.create("entry", b"body") is True
    assert store.read("entry") == b"body" and store.size("entry") == 4
    assert store.replace("index", b"1") is True
    assert list(store.names("")) == ["entry", "index"]
    assert [fault for verb, fault in line.seen if verb == method].count(BUSY) == 5
    assert straight.read("entry") == b"body"


def test_a_server_that_stays_busy_is_named(pair: tuple[Store, Store], line: BadLine) -> None:
    store, _ = pair
    line.fail("PUT", *[BUSY] * 100)
    start = time.monotonic()
    with pytest.raises(OutputError, match="cannot be written") as caught:
        store.create("entry", b"body")
    assert time.monotonic() - start < BOUND
    assert caught.value.where == store.where("entry") and caught.value.remedy


def test_a_store_that_overwrites_is_refused(s3: Buckets, line: BadLine) -> None:
    line.careless = True
    with pytest.raises(OutputError, match="ignores If-None-Match") as caught:
        open_store(s3.address(), line.endpoint)
    assert "folder" in caught.value.remedy


def test_a_file_that_is_too_large_for_one_put_is_refused(
    s3: Buckets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objects, "MOST", 5)
    source = tmp_path / "staged.bin"
    source.write_bytes(b"pixels")
    store = s3.store()
    with pytest.raises(OutputError, match="is larger than") as caught:
        store.place(source, "x", hashlib.sha256(b"pixels").hexdigest())
    assert caught.value.where == str(source) and not store.exists("x")


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("credentials")
def test_a_server_that_is_not_there_is_named_in_bounded_time() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{free.getsockname()[1]}"
        start = time.monotonic()
        with pytest.raises(OutputError) as caught:
            open_store("s3://bucket/prefix", endpoint)
    assert time.monotonic() - start < BOUND
    assert caught.value.where.startswith("s3://bucket/prefix/") and "Check address" in caught.value.remedy


def test_a_service_of_ones_own_needs_credentials(s3: Buckets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with pytest.raises(UsageError, match="has no credentials") as caught:
        open_store("s3://bucket/prefix", s3.endpoint)
    assert "AWS_ACCESS_KEY_ID" in caught.value.remedy


def test_a_bucket_that_is_not_there_is_named(s3: Buckets) -> None:
    with pytest.raises(OutputError) as caught:
        open_store("s3://no-such-bucket/prefix", s3.endpoint)
    assert "no-such-bucket" in str(caught.value)


@pytest.mark.parametrize("address", ["ftp://host/path", "s3:///prefix", "s3://"])
def test_an_address_of_another_kind_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="is no store"):
        open_store(address)
