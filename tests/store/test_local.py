"""Create-only files: all bytes or none, never twice, durable before the name appears."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rs.core.disk import Disk
from rs.errors import Conflict, OutputError
from rs.store.local import LocalStore


def create(path: Path, body: bytes) -> bool:
    """Create in the folder of a path."""
    return LocalStore(path.parent).create(path.name, body)


def place(source: Path, path: Path, digest: str) -> bool:
    """Place in the folder of a path."""
    return LocalStore(path.parent).place(source, path.name, digest)


def replace(path: Path, body: bytes) -> bool:
    """Replace in the folder of a path."""
    return LocalStore(path.parent).replace(path.name, body)


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def _staged(folder: Path, body: bytes) -> tuple[Path, str]:
    source = folder / "staged.bin"
    source.write_bytes(body)
    return source, hashlib.sha256(body).hexdigest()


@given(first=st.binary(max_size=200), second=st.binary(max_size=200))
@settings(deadline=None, max_examples=40)
def test_create_writes_once(tmp_path_factory: pytest.TempPathFactory, first: bytes, second: bytes) -> None:
    path = tmp_path_factory.mktemp("create") / "deep" / "er" / "file.json"
    assert create(path, first) is True
    if first == second:
        assert create(path, second) is False
    else:
        with pytest.raises(Conflict, match="nothing was overwritten") as caught:
            create(path, second)
        assert caught.value.where == str(path) and caught.value.remedy
    assert path.read_bytes() == first
    assert _names(path.parent) == ["file.json"]


def test_place_moves_only_what_was_digested(tmp_path: Path) -> None:
    source, digest = _staged(tmp_path, b"pixels")
    path = tmp_path / "data" / "file.tif"
    with pytest.raises(Conflict, match="changed between writing and placing"):
        place(source, path, hashlib.sha256(b"other").hexdigest())
    assert _names(tmp_path / "data") == []
    assert place(source, path, digest) is True
    assert place(source, path, digest) is False
    assert path.read_bytes() == b"pixels"
    assert _names(tmp_path / "data") == ["file.tif"]


def test_place_never_overwrites(tmp_path: Path) -> None:
    source, digest = _staged(tmp_path, b"pixels")
    path = tmp_path / "file.tif"
    path.write_bytes(b"damaged")
    with pytest.raises(Conflict, match="nothing was overwritten") as caught:
        place(source, path, digest)
    assert caught.value.where == str(path)
    assert path.read_bytes() == b"damaged"
    assert _names(tmp_path) == ["file.tif", "staged.bin"]


def test_of_many_writers_one_wins(tmp_path: Path) -> None:
    path = tmp_path / "file.json"

    def write(number: int) -> int | None:
        try:
            return number if create(path, b"%d" % number) else None
        except Conflict:
            return None

    with ThreadPoolExecutor(8) as pool:
        won = [number for number in pool.map(write, range(64)) if number is not None]
    assert len(won) == 1
    assert path.read_bytes() == b"%d" % won[0]
    assert _names(tmp_path) == ["file.json"]


def test_of_a_failed_write_needed_and_free_bytes_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full: the size of what was to be written, and what is free, in bytes as people read them."""

    def full(self: Disk, path: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Disk, "sync_file", full)
    source, digest = _staged(tmp_path, b"x" * 3000)
    for write in (lambda: create(tmp_path / "made", b"x" * 3000), lambda: place(source, tmp_path / "made", digest)):
        with pytest.raises(OutputError, match=r"No space left on device; 2\.9 KiB needed, [\d.]+ \w+ free there\)"):
            write()
    assert _names(tmp_path) == ["staged.bin"]


def test_what_crosses_file_systems_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """link(2) says EXDEV for the staged file only; the copy is durable before it has its name."""
    real, seen = Disk.link, []

    def across(self: Disk, source: Path, target: Path) -> None:
        if source.name == "staged.bin":
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        seen.append("link")
        real(self, source, target)

    def synced(self: Disk, path: Path) -> None:
        seen.append("file")

    monkeypatch.setattr(Disk, "link", across)
    monkeypatch.setattr(Disk, "sync_file", synced)
    source, digest = _staged(tmp_path, b"pixels")
    assert place(source, tmp_path / "data" / "file.tif", digest) is True
    assert (tmp_path / "data" / "file.tif").read_bytes() == b"pixels" == source.read_bytes()
    assert seen == ["file", "link"]


def test_a_folder_that_was_there_is_made_sure_of_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever made it may have been stopped before its name was durable."""
    (tmp_path / "there").mkdir()
    synced: list[Path] = []
    monkeypatch.setattr(Disk, "sync_folder", lambda self, path: synced.append(path))
    disk = Disk()
    disk.make_folder(tmp_path / "there" / "new")
    assert synced[-2:] == [tmp_path, tmp_path / "there"]
    disk.make_folder(tmp_path / "there" / "new")
    assert len(synced) == len(set(synced)) == len((tmp_path / "there" / "new").parents)


@pytest.mark.parametrize("write", [create, replace])
def test_what_cannot_be_written_says_where_and_what_to_do(tmp_path: Path, write: Callable[[Path, bytes], None]) -> None:
    (tmp_path / "file").write_bytes(b"no folder")
    with pytest.raises(OutputError) as caught:
        write(tmp_path / "file" / "below.json", b"body")
    assert str(tmp_path / "file" / "below.json") in str(caught.value)
    assert caught.value.remedy
    assert (tmp_path / "file").read_bytes() == b"no folder"


def test_place_without_a_source_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        place(tmp_path / "absent.tif", tmp_path / "data" / "file.tif", "0" * 64)
    assert _names(tmp_path) == []


def test_replace_leaves_the_new_bytes_alone(tmp_path: Path) -> None:
    path = tmp_path / "index" / "catalog.json"
    replace(path, b"old")
    replace(path, b"new")
    assert path.read_bytes() == b"new"
    assert _names(tmp_path) == ["catalog.json"]


def test_files_can_be_read_by_others(tmp_path: Path) -> None:
    source, digest = _staged(tmp_path, b"pixels")
    create(tmp_path / "created", b"")
    place(source, tmp_path / "placed", digest)
    replace(tmp_path / "replaced", b"")
    for name in ("created", "placed", "replaced"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o644


def test_bytes_reach_the_disk_before_the_name_and_the_name_before_the_return(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real calls, watched: fsync of the file, link, fsync of the folder, in that order.

    The first link of the second brings the staged file over.
    """
    seen: list[str] = []
    sync, link = os.fsync, os.link

    def watched_sync(handle: int) -> None:
        target = Path(f"/proc/self/fd/{handle}").readlink()
        if target not in tmp_path.parents:
            seen.append("folder" if target == tmp_path else "file")
        sync(handle)

    def watched_link(source: Path, target: Path) -> None:
        seen.append("link")
        link(source, target)

    monkeypatch.setattr(os, "fsync", watched_sync)
    monkeypatch.setattr(os, "link", watched_link)
    source, digest = _staged(tmp_path, b"pixels")
    create(tmp_path / "created", b"body")
    place(source, tmp_path / "placed", digest)
    assert seen == ["file", "link", "folder", "link", "file", "link", "folder"]
