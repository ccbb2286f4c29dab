"""What holds of an output folder whatever happened to it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from rs.catalog.verify import verify


def assert_whole(out: Path, published: int, *, staging: bool = True) -> None:
    """So many items published; under final names only whole files; verification clean.

    staging: no work in progress and no temporary name is left either.
    """
    files = [path for path in out.rglob("*") if path.is_file()]
    final = [path for path in files if "staging" not in path.relative_to(out).parts and path.name[:5] != ".new-"]
    for path in final:
        if path.is_relative_to(out / "data"):
            assert hashlib.sha256(path.read_bytes()).hexdigest().startswith(path.name.split(".")[-2]), path
        elif path.suffix == ".json":
            json.loads(path.read_bytes())
    for path in (out / "items").rglob("*.json"):
        for asset in json.loads(path.read_bytes()).get("assets", {}).values():
            assert (path.parent / asset["href"]).is_file(), (path, asset["href"])
    if staging:
        assert final == files and list((out / "staging").iterdir()) == []
    found = verify(out)
    assert found.ok, found.findings
    assert found.entries == published
