"""A new site folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from rs.core.disk import cannot_write
from rs.core.slot import ID_PATTERN
from rs.errors import Conflict, UsageError
from rs.operate.site import read_site

TEXT = """\
# What should exist here, and under which terms. `rs site check` explains every field that is wrong.
name = {name}
title = ""
products = {products}
timezone = {timezone}
open_mode = "closed"
grade = "general-1"

[[sources]]
kind = "folder"
path = "inbox"
"""


def make_site(folder: Path, products: Sequence[str], timezone: str) -> Path:
    """Make a site folder with an inbox; gives the path of its site.toml.

    Raises Conflict where there is one, UsageError for unknown products or zones, OutputError.
    """
    path = folder / "site.toml"
    if path.exists():
        raise Conflict("there is a site already", where=str(path), remedy="Change that file, or name another folder")
    if not ID_PATTERN.fullmatch(folder.name):
        raise UsageError(f"{folder.name!r} is no name of a site", remedy="Use letters, digits, dot, underscore, hyphen")
    words = {"name": folder.name[:64], "products": list(products), "timezone": timezone}
    try:
        (folder / "inbox").mkdir(parents=True, exist_ok=True)
        path.write_text(TEXT.format_map({k: json.dumps(v) for k, v in words.items()}), encoding="utf-8")
    except OSError as error:
        raise cannot_write(str(path), error) from error
    try:
        read_site(folder)
    except UsageError:
        path.unlink()
        raise
    return path
