"""Draft listings."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def write_draft(site: Path, product: str, out: Path | None) -> tuple[Path, dict[str, Any]]:
    raise NotImplementedError
