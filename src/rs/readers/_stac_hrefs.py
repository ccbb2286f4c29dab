"""Where the href of an asset leads: into the scene's folder, or to a service that is not asked."""

from __future__ import annotations

import os
import re
from urllib.parse import unquote

from rs.errors import BadInput
from rs.readers._documents import contained

REMOTE = frozenset(
    ("http", "https", "ftp", "ftps", "s3", "gs", "gcs", "az", "azure", "abfs", "abfss", "adl", "wasb", "wasbs",
     "oss", "obs", "cos", "swift")
)  # fmt: skip
"""Schemes of services: such an asset is listed and not held."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")


def placed(href: str, root: str, where: str) -> tuple[str, bool]:
    """Path below `root` and True for a local href; the href itself and False for a service's.

    where: the item, for errors. Raises BadInput for a local one that leads out and for an unknown scheme.
    """
    found = _SCHEME.match(href)
    if found is None:
        return contained(root, href, where), True
    scheme = found.group(1).lower()
    if scheme in REMOTE:
        return f"{scheme}://{href[found.end() :]}", False
    if scheme != "file":
        raise BadInput(
            f"href {href[:120]!r}: {scheme} is neither a service that is known ({', '.join(sorted(REMOTE))}) nor file",
            where=where, remedy="Use a path relative to the item",
        )  # fmt: skip
    return contained(root, _below(unquote(href[found.end() :]), href, root, where), where), True


def _below(path: str, href: str, root: str, where: str) -> str:
    """The relative path of a file:// href (host and path) that lies in the folder."""
    host, slash, rest = path.partition("/")
    if host in ("", "localhost") and slash:
        for folder in (os.path.abspath(root), os.path.realpath(root)):
            start = folder.rstrip("/") + "/"
            if f"/{rest}".startswith(start):
                return f"/{rest}".removeprefix(start)
    raise BadInput(
        f"href {href[:120]!r} leads out of the scene's folder", where=where,
        remedy="Copy the file beside the item and use a path relative to it",
    )  # fmt: skip
