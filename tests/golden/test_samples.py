"""The sample scenes give the numbers that they gave: made by scripts/make_golden.py, changed only on purpose."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest


def script(root: Path) -> Any:
    """The script that makes the golden file, as a module."""
    spec = importlib.util.spec_from_file_location("make_golden", root / "scripts" / "make_golden.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def close(found: Any, wanted: Any, where: str) -> None:
    """Equal names, texts and numbers of pixels; values to a millionth."""
    if isinstance(wanted, dict):
        assert set(found) == set(wanted), where
        for key in wanted:
            close(found[key], wanted[key], f"{where}/{key}")
    elif isinstance(wanted, list):
        assert len(found) == len(wanted), where
        for k, (one, other) in enumerate(zip(found, wanted, strict=True)):
            close(one, other, f"{where}[{k}]")
    elif isinstance(wanted, float):
        assert found == pytest.approx(wanted, rel=1e-6, abs=1e-9), where
    else:
        assert found == wanted, where


def test_the_samples_give_the_golden_numbers(root: Path, scenes: Path, tmp_path: Path) -> None:
    wanted = json.loads((root / "tests" / "golden" / "samples.json").read_text(encoding="utf-8"))
    close(script(root).golden(tmp_path, scenes), wanted, "")
