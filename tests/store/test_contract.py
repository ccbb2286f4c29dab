"""What holds of every store, whatever stands behind it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rs.errors import Conflict, OutputError
from rs.store.store import Store

WRITERS, NAMES, LARGE = 8, 40, 50 * 2**20


def staged(folder: Path, body: bytes, name: str = "staged.bin") -> tuple[Path, str]:
    """A local file and its SHA-256."""
    source = folder / name
    source.write_bytes(body)
    return source, hashlib.sha256(body).hexdigest()


def test_the_first_of_a_name_wins(store: Store) -> None:
    assert store.create("a/b.json", b"first") is True
    assert store.create("a/b.json", b"first") is False
    with pytest.raises(Conflict, match="nothing was overwritten") as caught:
        store.create("a/b.json", b"second")
    assert caught.value.where == store.where("a/b.json") and caught.value.remedy
    assert store.read("a/b.json") == b"first"


def test_nothing_there_is_none(store: Store) -> None:
    store.create("folder/name", b"")
    for name in ("folder/other", "folder", "folder/name/below"):
        assert store.read(name) is None and store.size(name) is None and store.digest(name) is None
        assert not store.exists(name)
    assert store.read("folder/name") == b"" and store.exists("folder/name") and store.size("folder/name") == 0


def test_place_takes_only_what_was_digested(store: Store, tmp_path: Path) -> None:
    source, digest = staged(tmp_path, b"pixels")
    with pytest.raises(Conflict, match="changed between writing and placing") as caught:
        store.place(source, "data/x.tif", hashlib.sha256(b"other").hexdigest())
    assert caught.value.where == str(source)
    assert not store.exists("data/x.tif") and list(store.names("data")) == []
    assert store.place(source, "data/x.tif", digest) is True
    again, _ = staged(tmp_path, b"pixels", "again.bin")
    assert store.place(again, "data/x.tif", digest) is False
    other, other_digest = staged(tmp_path, b"PIXELS", "other.bin")
    with pytest.raises(Conflict, match="nothing was overwritten"):
        store.place(other, "data/x.tif", other_digest)
    assert store.read("data/x.tif") == b"pixels"
    assert (store.size("data/x.tif"), store.digest("data/x.tif")) == (6, digest)


def test_place_without_a_source_leaves_nothing(store: Store, tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught:
        store.place(tmp_path / "absent.tif", "data/x.tif", "0" * 64)
    assert caught.value.where and caught.value.remedy
    assert list(store.names("data")) == []


def test_a_large_file_is_whole(store: Store, tmp_path: Path) -> None:
    source, digest = staged(tmp_path, bytes(range(256)) * (LARGE // 256))
    assert store.place(source, "data/large.tif", digest) is True
    assert (store.size("data/large.tif"), store.digest("data/large.tif")) == (LARGE, digest)


def test_names_are_those_below_a_folder(store: Store) -> None:
    wanted = [f"items/ndvi/{number:04d}.json" for number in range(1200)]
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda name: store.create(name, name.encode()), wanted))
    store.create("items2/other.json", b"")
    assert sorted(store.names("items")) == sorted(store.names("items/ndvi")) == wanted
    assert sorted(store.names("")) == sorted([*wanted, "items2/other.json"])
    assert list(store.names("absent")) == []


def test_remove_frees_the_name(store: Store) -> None:
    store.create("a", b"first")
    store.remove("a")
    store.remove("a")
    assert store.read("a") is None and list(store.names("")) == []
    assert store.create("a", b"second") is True
    store.settle("a")
    assert store.read("a") == b"second"


def test_replace_writes_what_differs_and_is_not_of_an_earlier_state(store: Store) -> None:
    assert store.replace("index/c.json", b"1") is True
    assert store.replace("index/c.json", b"1") is False
    assert store.replace("index/c.json", b"3", lambda old: int(old) > 3) is True
    assert store.replace("index/c.json", b"2", lambda old: int(old) > 2) is False
    assert store.read("index/c.json") == b"3"


def test_below_and_where_name_the_same_thing(store: Store) -> None:
    below = store.below("register").below("resource")
    assert below.create("1.json", b"entry") is True
    assert store.read("register/resource/1.json") == b"entry"
    assert below.where("1.json") == store.where("register/resource/1.json")
    assert list(below.names("")) == ["1.json"]


def test_of_many_writers_of_a_name_one_wins(store: Store) -> None:
    """Each name, again and again: one True, the others Conflict, and the winner's bytes."""

    def write(number: int, name: str) -> str | None:
        try:
            return name if store.create(name, b"%d" % number) else None
        except Conflict:
            return None

    for name in (f"log/{number}" for number in range(NAMES)):
        with ThreadPoolExecutor(WRITERS) as pool:
            won = [n for n, got in enumerate(pool.map(write, range(WRITERS), [name] * WRITERS)) if got]
        assert len(won) == 1 and store.read(name) == b"%d" % won[0]


def test_many_writers_of_a_derived_file_leave_the_latest(store: Store) -> None:
    """With the lock, as the index is written; a bucket does without."""

    def write(number: int) -> None:
        with store.lock("index.lock"):
            store.replace("index/c.json", b"%d" % number, lambda old: int(old) > number)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(NAMES)))
    assert store.read("index/c.json") == b"%d" % (NAMES - 1)


@pytest.mark.parametrize("call", [lambda s: s.create("x", b""), lambda s: s.replace("x", b"")])
def test_bytes_may_be_none_at_all(store: Store, call: Callable[[Store], bool]) -> None:
    assert call(store) is True and store.read("x") == b""
