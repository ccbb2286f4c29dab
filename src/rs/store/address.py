"""From an address to a store: a folder, or s3://BUCKET/PREFIX."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rs.errors import UsageError
from rs.store.local import LocalStore
from rs.store.objects import ObjectStore, probe
from rs.store.store import Store

CONNECT, ANSWER, TRANSFER = timedelta(seconds=5), timedelta(seconds=30), timedelta(hours=1)
"""Longest wait for a connection, for a small request, for a large one."""
RETRIES = {
    "max_retries": 3, "retry_timeout": timedelta(seconds=10),
    "backoff": {"init_backoff": timedelta(seconds=0.1), "max_backoff": timedelta(seconds=2)},
}  # fmt: skip
"""What the library tries again by itself before `ObjectStore` does; without it, ten times in three minutes."""


def open_store(address: str, endpoint: str = "") -> Store:
    """The store at an address. Credentials of S3 come from the usual AWS_* variables.

    Raises UsageError for an address of another kind, or where the package obstore is missing; OutputError
    where the bucket does not answer or has no conditional writes.
    """
    parts = urlsplit(address)
    if parts.scheme in ("", "file"):
        return LocalStore(Path(parts.path if parts.scheme else address).absolute())
    if parts.scheme != "s3" or not parts.netloc:
        raise UsageError("is no store", where=address, remedy="Name a folder or s3://BUCKET/PREFIX")
    if endpoint and not os.environ.get("AWS_ACCESS_KEY_ID"):
        # without them the library asks the metadata service of Amazon's machines, which is not there
        raise UsageError(
            f"has no credentials for {endpoint}", where=address,
            remedy="Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
        )  # fmt: skip
    bucket, large = (_bucket(parts.netloc, endpoint, longest, address) for longest in (ANSWER, TRANSFER))
    store = ObjectStore(bucket, parts.path, f"s3://{parts.netloc}", large)
    probe(store)
    return store


def _bucket(name: str, endpoint: str, longest: timedelta, address: str) -> Any:
    try:
        from obstore.exceptions import BaseError
        from obstore.store import S3Store
    except ModuleNotFoundError:
        raise UsageError("needs the package obstore", where=address, remedy="pip install 'rs-pipeline[s3]'") from None
    config: Any = {"virtual_hosted_style_request": False}
    if endpoint:
        config["endpoint"] = endpoint
    client: Any = {"allow_http": endpoint.startswith("http://"), "connect_timeout": CONNECT, "timeout": longest}
    retries: Any = RETRIES
    try:
        return S3Store(name, config=config, client_options=client, retry_config=retries)
    except (BaseError, ValueError) as error:
        raise UsageError(
            f"cannot be opened ({error})", where=address, remedy="Check the address and RS_S3_ENDPOINT"
        ) from error
