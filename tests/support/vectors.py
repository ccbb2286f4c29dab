"""The published vectors that products and readers have to meet, by formula."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

FILE = Path(__file__).resolve().parent.parent / "data" / "vectors.json"


@dataclass(frozen=True)
class Vector:
    """Inputs of a formula, what it must give, and how near."""

    formula: str
    inputs: dict[str, Any]
    expected: Any
    tolerance: float

    def __str__(self) -> str:
        return f"{self.formula}-{next(iter(self.inputs.values()))}"


def vectors(*formulas: str) -> list[Vector]:
    """The vectors of some formulas; none at all is an error of the test."""
    held = [Vector(v["formula_id"], v["inputs"], v["expected"], v["tolerance"]) for v in json.loads(FILE.read_text())]
    found = [vector for vector in held if vector.formula in formulas]
    if {vector.formula for vector in found} != set(formulas):
        raise LookupError(f"no vectors of {formulas} in {FILE}; run scripts/make_vectors.py")
    return found


def close(value: float, vector: Vector, field: str | None = None) -> bool:
    """Whether a value agrees with a vector within the vector's own tolerance, relative above 1."""
    expected = vector.expected[field] if field else vector.expected
    return bool(value == pytest.approx(expected, rel=vector.tolerance, abs=vector.tolerance))
