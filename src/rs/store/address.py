"""From an address to a store: a folder, or s3://BUCKET/PREFIX."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rs.errors import UsageError
from rs.store.local import LocalStore
from rs.store.objects import ObjectStore, probe
from rs.store.store import Store


def open_store(address: str, endpoint: str = "") -> Store:
    """The store at an address. Credentials of S3 come from the usual AWS_* variables.

    Raises UsageError for an address of another kind, or where the package obstore is missing.
    """
    parts = urlsplit(address)
    if parts.scheme in ("", "file"):
        return LocalStore(Path(parts.path if parts.scheme else address).absolute())
    if parts.scheme != "s3" or not parts.netloc:
        raise UsageError("is no store", where=address, remedy="Name a folder or s3://BUCKET/PREFIX")
    try:
        from obstore.store import S3Store
    except ModuleNotFoundError:
        raise UsageError("needs the package obstore", where=address, remedy="pip install 'rs-pipeline[s3]'") from None
    config: Any = {"virtual_hosted_style_request": False}
    if endpoint:
        config["endpoint"] = endpoint
    bucket = S3Store(parts.netloc, config=config, client_options={"allow_http": endpoint.startswith("http://")})
    store = ObjectStore(bucket, parts.path, f"s3://{parts.netloc}")
    probe(store)
    return store
