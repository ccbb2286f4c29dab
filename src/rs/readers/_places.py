"""Where the files of a Landsat scene lie: a folder, or a tar as it was delivered."""

from __future__ import annotations

import os
import re

from rs.core.scene import split_href
from rs.errors import BadInput
from rs.raster.archive import is_archive, is_gzip, members, safe_name
from rs.readers._documents import contained

PACKED = (".tar", ".tar.gz", ".tgz")
LOOSE = ("_mtl.json", "_mtl.xml", "_mtl.txt", ".tif")
"""Ends of the names of files that make a folder a scene by itself, whatever tar lies beside them."""


def files_at(path: str) -> list[str]:
    """Paths or "x.tar!member" of the files at a path: a folder, a tar, or the one file itself.

    A folder that holds no metadata of its own and one tar is that tar. Raises BadInput for a tar that
    can't be trusted or is compressed.
    """
    if os.path.isdir(path):
        names = sorted(os.listdir(path))
        tars = [name for name in names if name.lower().endswith(PACKED)]
        if len(tars) == 1 and not any(name.lower().endswith(LOOSE) for name in names):
            return files_at(os.path.join(path, tars[0]))
        return [os.path.join(path, name) for name in names]
    if not os.path.isfile(path):
        return []
    if not path.lower().endswith(PACKED):
        return [path]
    if is_gzip(path):
        raise BadInput(
            "is compressed: its bands can't be read in place", where=path,
            remedy=f"Unpack it first (gunzip {os.path.basename(path)}); the .tar is then opened as it is",
        )  # fmt: skip
    return sorted(f"{path}!{name}" for name in members(path)) if is_archive(path) else [path]


def is_packed(path: str, named: re.Pattern[str]) -> bool:
    """True for a tar whose name fits, and for a folder that holds such a file."""
    names = [os.path.basename(path)] if os.path.isfile(path) else os.listdir(path) if os.path.isdir(path) else []
    return any(named.match(name) and name.lower().endswith(PACKED) for name in names)


def name_of(href: str) -> str:
    """Name of a file without the folders it lies in."""
    path, member = split_href(href)
    return (member or path).rpartition("/")[2]


def place_of(href: str) -> str:
    """The folder or archive that a file lies in."""
    path, member = split_href(href)
    return path if member else os.path.dirname(path)


def beside(document: str, name: str) -> str:
    """Path of a file by the name that a document beside it gives, "" where it is not there.

    Raises BadInput for a name that leads out.
    """
    archive, member = split_href(document)
    if not member:
        href = contained(os.path.dirname(document), name, document)
        return href if os.path.exists(href) else ""
    if not safe_name(name):
        raise BadInput(f"href {name[:120]!r} leads out of the scene's folder", where=document)
    full = _joined(member, name)
    return f"{archive}!{full}" if full in members(archive) else ""


def names_beside(document: str) -> list[str]:
    """Names of the files in a document's own folder, by name."""
    archive, member = split_href(document)
    if not member:
        return sorted(os.listdir(os.path.dirname(document)))
    start = _joined(member, "")
    return sorted(
        name.removeprefix(start)
        for name in members(archive)
        if name.startswith(start) and "/" not in name.removeprefix(start)
    )


def _joined(member: str, name: str) -> str:
    folder = member.rpartition("/")[0]
    return f"{folder}/{name}" if folder else name
