"""What decides pixels enters the keys: a module that masks or correction call must not be forgotten."""

from __future__ import annotations

import ast
import importlib
import inspect
from types import ModuleType

import pytest

from rs.pipeline import choose, period_choose

PLUMBING = {"rs.pipeline.period_tiles", "rs.pipeline.load"}
"""They hand pixels on and decide none; calibration stands in the parameters."""


def called(module: ModuleType) -> set[str]:
    """Modules of algorithms and pipeline that a module imports from."""
    tree = ast.parse(inspect.getsource(module))
    names = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return {name for name in names if name.startswith(("rs.algorithms.", "rs.pipeline."))}


@pytest.mark.parametrize(
    "names", [tuple(module.__name__ for module in choose.DECIDING), period_choose.CODE], ids=["scene", "period"]
)
def test_what_deciding_modules_call_decides_too(names: tuple[str, ...]) -> None:
    beside = {name for one in names for name in called(importlib.import_module(one))} - set(names) - PLUMBING
    assert beside == set()
