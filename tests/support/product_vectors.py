"""The published vectors of vectors_products.json, by formula."""

from __future__ import annotations

import json
from pathlib import Path

from vectors import Vector

FILE = Path(__file__).resolve().parent.parent / "data" / "vectors_products.json"


def product_vectors(*formulas: str) -> list[Vector]:
    """The vectors of some formulas, in their order; none at all is an error of the test."""
    held = [Vector(v["formula_id"], v["inputs"], v["expected"], v["tolerance"]) for v in json.loads(FILE.read_text())]
    found = [vector for vector in held if vector.formula in formulas]
    if {vector.formula for vector in found} != set(formulas):
        raise LookupError(f"no vectors of {formulas} in {FILE}; run scripts/make_product_vectors.py")
    return found


def expected(vector: Vector) -> float:
    """The one number that a vector expects."""
    return float(vector.expected)
