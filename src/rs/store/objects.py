"""A store in an S3-like bucket: PUT with If-None-Match, read back whatever the answer was."""

from __future__ import annotations

import contextlib
import hashlib
import random
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from rs.core.failpoint import reach
from rs.core.slot import sha256_of
from rs.errors import Conflict, OutputError
from rs.store.store import Later, taken

TRIES = 4
PAUSE = 0.05
CHANGES = 64
"""How often a derived file is tried that others write, too."""
LARGE = 8 * 2**20
MOST = 5 * 2**30
"""Bytes that one PUT takes. Parts can't be sent: the library has no condition on putting them together."""


class ObjectStore:
    """A bucket, or a prefix of one, as a store; several machines may write at once.

    `bucket` is an obstore store; `large` the same one with more patience, for much data in one request. The
    store must know conditional writes: `probe` says so. What is put is held in memory.
    """

    locks = False

    def __init__(self, bucket: Any, prefix: str = "", title: str = "s3:/", large: Any = None) -> None:
        self.bucket = bucket
        self.large = bucket if large is None else large
        self.prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self.title = title

    def create(self, name: str, body: bytes, stage: str = "") -> bool:
        """See Store.create. After a time-out or an error the name is read before anything is decided."""
        return self._create(name, body, lambda: self.read(name) == body, stage)

    def place(self, source: Path, name: str, digest: str, stage: str = "") -> bool:
        """See Store.place. The bytes are read back and digested: a bucket need not check what it is sent."""
        if self.exists(name):
            return self._same_or_taken(name, lambda: self.digest(name) == digest)
        try:
            size, held = source.stat().st_size, sha256_of(str(source))
        except OSError as error:
            raise OutputError(f"cannot be read ({error})", where=str(source), remedy="Run again") from error
        if size > MOST:
            raise OutputError(
                f"is larger than the {MOST / 2**30:.0f} GiB that one PUT takes", where=str(source),
                remedy="Keep such products in a folder, or cut the scene into tiles",
            )  # fmt: skip
        if held != digest:
            raise Conflict("changed between writing and placing", where=str(source), remedy="Run again")
        new = self._create(name, source, lambda: self.digest(name) == digest, stage)
        if new and self.digest(name) != digest:
            raise OutputError("holds other bytes than were sent", where=self.where(name), remedy="Check the store")
        return new

    def read(self, name: str) -> bytes | None:
        """See Store.read."""
        import obstore

        try:
            return bytes(self._patiently(lambda: obstore.get(self.bucket, self._key(name)).bytes(), name))
        except FileNotFoundError:
            return None

    def exists(self, name: str) -> bool:
        """See Store.exists."""
        return self.size(name) is not None

    def size(self, name: str) -> int | None:
        """See Store.size."""
        import obstore

        try:
            return int(self._patiently(lambda: obstore.head(self.bucket, self._key(name))["size"], name))
        except FileNotFoundError:
            return None

    def digest(self, name: str) -> str | None:
        """See Store.digest; streamed."""

        def whole() -> str:
            import obstore

            found = hashlib.sha256()
            for part in obstore.get(self.large, self._key(name)):
                found.update(part)
            return found.hexdigest()

        try:
            return str(self._patiently(whole, name))
        except FileNotFoundError:
            return None

    def names(self, prefix: str) -> Iterator[str]:
        """See Store.names. A listing that breaks off goes on after the last name."""
        start = self._key(prefix).rstrip("/")
        last: str | None = None
        while page := self._patiently(partial(self._page, f"{start}/" if start else None, last), prefix):
            yield from (key.removeprefix(self.prefix) for key in page)
            last = page[-1]

    def _page(self, prefix: str | None, after: str | None) -> list[str]:
        """The next keys below a prefix, sorted; none at the end."""
        import obstore

        for found in obstore.list(self.bucket, prefix, offset=after, chunk_size=1000):
            return sorted(str(one["path"]) for one in found)
        return []

    def replace(self, name: str, body: bytes, later: Later | None = None) -> bool:
        """See Store.replace: PUT If-Match on what was read, so that a later state is never overwritten."""
        import obstore
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        failures = 0
        for attempt in range(CHANGES):
            old, tag = self._version(name)
            if old == body or (old is not None and later is not None and later(old)):
                return False
            mode: Any = "create" if tag is None else {"e_tag": tag}
            try:
                obstore.put(self.bucket, self._key(name), body, mode=mode, use_multipart=False)
                return True
            except (AlreadyExistsError, PreconditionError, FileNotFoundError):
                _wait(attempt)
            except Exception as error:
                # it may have been written all the same: the next look tells
                failures += 1
                if failures == TRIES:
                    raise self._cannot_write(name, error) from error
                _wait(attempt)
        raise OutputError("is written by too many at once", where=self.where(name), remedy="Run again")

    def _version(self, name: str) -> tuple[bytes | None, str | None]:
        """Bytes and ETag; None where the name holds nothing."""
        import obstore

        def both() -> tuple[bytes, str | None]:
            got = obstore.get(self.bucket, self._key(name))
            return bytes(got.bytes()), got.meta["e_tag"]

        try:
            found: tuple[bytes, str | None] = self._patiently(both, name)
            return found
        except FileNotFoundError:
            return None, None

    def remove(self, name: str) -> None:
        """See Store.remove."""
        import obstore

        with contextlib.suppress(FileNotFoundError):
            self._patiently(lambda: obstore.delete(self.bucket, self._key(name)), name)

    def settle(self, name: str) -> None:
        """See Store.settle: what a bucket shows is durable."""

    @contextlib.contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """See Store.lock: a bucket has none; `replace` never lets an earlier state win."""
        yield

    def where(self, name: str) -> str:
        """See Store.where."""
        return f"{self.title}/{self._key(name)}"

    def below(self, folder: str) -> ObjectStore:
        """See Store.below."""
        return ObjectStore(self.bucket, self._key(folder), self.title, self.large)

    def _key(self, name: str) -> str:
        return f"{self.prefix}{name}"

    def _create(self, name: str, body: bytes | Path, same: Callable[[], bool], stage: str) -> bool:
        import obstore
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        size = body.stat().st_size if isinstance(body, Path) else len(body)
        bucket = self.large if size > LARGE else self.bucket
        if stage:
            reach(f"{stage}.written")
        for attempt in range(TRIES):
            try:
                obstore.put(bucket, self._key(name), body, mode="create", use_multipart=False)
                if stage:
                    reach(f"{stage}.linked")
                return True
            except (AlreadyExistsError, PreconditionError):
                return self._same_or_taken(name, same)
            except Exception as error:
                if self.exists(name):
                    return self._same_or_taken(name, same)
                if attempt == TRIES - 1:
                    raise self._cannot_write(name, error) from error
                _wait(attempt)
        raise AssertionError("unreachable")

    def _same_or_taken(self, name: str, same: Callable[[], bool]) -> bool:
        if same():
            return False
        raise taken(self.where(name))

    def _patiently(self, read: Callable[[], Any], name: str) -> Any:
        for attempt in range(TRIES):
            try:
                return read()
            except FileNotFoundError:
                raise
            except Exception as error:
                if attempt == TRIES - 1:
                    raise OutputError(
                        f"the store does not answer ({_first_line(error)})", where=self.where(name),
                        remedy="Check address, bucket and credentials of the store",
                    ) from error  # fmt: skip
                _wait(attempt)
        raise AssertionError("unreachable")

    def _cannot_write(self, name: str, error: Exception) -> OutputError:
        return OutputError(
            f"cannot be written ({_first_line(error)})", where=self.where(name),
            remedy="Check address, bucket and credentials of the store",
        )  # fmt: skip


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


def _wait(attempt: int) -> None:
    time.sleep(PAUSE * 2 ** min(attempt, 5) * random.random())


def probe(store: ObjectStore) -> None:
    """Raises OutputError where a bucket overwrites although it was told to create only."""
    name = f".probe-{random.getrandbits(64):016x}"
    store.create(name, b"first")
    try:
        store.create(name, b"second")
    except Conflict:
        return
    finally:
        store.remove(name)
    raise OutputError(
        "ignores If-None-Match: two writers would overwrite each other", where=store.where(""),
        remedy="Use a store with conditional writes, or a folder",
    )  # fmt: skip
