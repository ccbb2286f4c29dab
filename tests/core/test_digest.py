"""Digests of formulas: changed by what changes numbers, not by comments, docstrings and layout."""

from __future__ import annotations

import importlib.util
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rs.core.pixel import normal_source

SOURCE = '''
from rs.core.pixel import pixelfunc, pixelwise
import numpy as np

LIMIT = 0.25
PAIR = (1.0, 2.0)
UNUSED = 1.0


@pixelfunc
def helper(x):
    """Doc of the helper."""
    return np.log(x) - LIMIT


@pixelwise
def formula(red, nir):
    """Doc of the formula."""
    if red > PAIR[0]:
        return 0.0
    return helper(red) / nir
'''

Digest = Callable[[str], str]


@pytest.fixture
def digest(tmp_path: Path) -> Digest:
    """Digest of `formula` in a module of a given source."""
    number = itertools.count()

    def make(source: str) -> str:
        path = tmp_path / f"made_{next(number)}.py"
        path.write_text(source)
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None and spec.loader is not None
        module: Any = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        text: str = module.formula.digest
        return text

    return make


@pytest.mark.parametrize(
    "old, new",
    [
        ("Doc of the formula.", "Other words [1]."),
        ("Doc of the helper.", "Other words [1]."),
        ("    return helper(red) / nir", "    # a comment\n\n    return (helper(red) /\n            nir)  # more"),
        ("UNUSED = 1.0", "UNUSED = 2.0"),
        ("UNUSED = 1.0\n", "UNUSED = 1.0\n\n\ndef other():\n    return 1\n"),
        ('    """Doc of the formula."""\n', ""),
    ],
)
def test_what_does_not_change_numbers_does_not_count(digest: Digest, old: str, new: str) -> None:
    assert old in SOURCE
    assert digest(SOURCE.replace(old, new)) == digest(SOURCE)


@pytest.mark.parametrize(
    "old, new",
    [
        ("helper(red) / nir", "helper(red) * nir"),
        ("red > PAIR[0]", "red >= PAIR[0]"),
        ("np.log(x)", "np.exp(x)"),
        ("LIMIT = 0.25", "LIMIT = 0.26"),
        ("PAIR = (1.0, 2.0)", "PAIR = (1.5, 2.0)"),
        ("def formula(red, nir)", "def formula(nir, red)"),
    ],
)
def test_what_changes_numbers_counts(digest: Digest, old: str, new: str) -> None:
    assert old in SOURCE
    assert digest(SOURCE.replace(old, new)) != digest(SOURCE)


def test_digests_are_stable(digest: Digest) -> None:
    assert digest(SOURCE) == digest(SOURCE)
    assert len(digest(SOURCE)) == 64


def test_normal_source_of_a_module_drops_words_only() -> None:
    import formulas

    text = normal_source(formulas)
    assert "LIMIT = 0.25" in text
    assert "Natural logarithm" not in text
    assert "#" not in text
