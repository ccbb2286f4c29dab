"""A store in an S3-like bucket: PUT with If-None-Match, read back whatever the answer was."""

from __future__ import annotations

import contextlib
import hashlib
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from rs.core.failpoint import reach
from rs.core.slot import sha256_of
from rs.errors import Conflict, OutputError
from rs.store.store import Later, taken

TRIES = 8
PAUSE = 0.05


class ObjectStore:
    """A bucket, or a prefix of one, as a store; several machines may write at once.

    `bucket` is an obstore store. The store must know conditional writes: `probe` says so.
    """

    def __init__(self, bucket: Any, prefix: str = "", title: str = "s3:/") -> None:
        self.bucket = bucket
        self.prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self.title = title

    def create(self, name: str, body: bytes, stage: str = "") -> bool:
        """See Store.create. After a time-out or an error the name is read before anything is decided."""
        return self._create(name, body, lambda: self.read(name) == body, stage)

    def place(self, source: Path, name: str, digest: str, stage: str = "") -> bool:
        """See Store.place. The bytes are read back and digested: a bucket need not check what it is sent."""
        if self.exists(name):
            return self._same_or_taken(name, lambda: self.digest(name) == digest)
        if sha256_of(str(source)) != digest:
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
            for part in obstore.get(self.bucket, self._key(name)):
                found.update(part)
            return found.hexdigest()

        try:
            return str(self._patiently(whole, name))
        except FileNotFoundError:
            return None

    def names(self, prefix: str) -> Iterator[str]:
        """See Store.names."""
        import obstore

        start = self._key(prefix).rstrip("/")
        for page in obstore.list(self.bucket, f"{start}/" if start else None):
            for found in page:
                yield str(found["path"]).removeprefix(self.prefix)

    def replace(self, name: str, body: bytes, later: Later | None = None) -> bool:
        """See Store.replace: PUT If-Match on what was read, so that a later state is never overwritten."""
        import obstore
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        mode: Any
        for attempt in range(TRIES * 8):
            try:
                got = self._patiently(lambda: obstore.get(self.bucket, self._key(name)), name)
                old, mode = bytes(got.bytes()), {"e_tag": got.meta["e_tag"]}
                if old == body or (later is not None and later(old)):
                    return False
            except FileNotFoundError:
                mode = "create"
            try:
                obstore.put(self.bucket, self._key(name), body, mode=mode)
                return True
            except (AlreadyExistsError, PreconditionError, FileNotFoundError):
                _wait(attempt)
            except Exception as error:
                if attempt >= TRIES:
                    raise self._cannot_write(name, error) from error
                _wait(attempt)
        raise OutputError("is written by too many at once", where=self.where(name), remedy="Run again")

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
        return ObjectStore(self.bucket, self._key(folder), self.title)

    def _key(self, name: str) -> str:
        return f"{self.prefix}{name}"

    def _create(self, name: str, body: bytes | Path, same: Callable[[], bool], stage: str) -> bool:
        import obstore
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        if stage:
            reach(f"{stage}.written")
        for attempt in range(TRIES):
            try:
                obstore.put(self.bucket, self._key(name), body, mode="create", use_multipart=False)
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
