"""Indices as spyndex computes them."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

CONSTANTS = {"g": 2.5, "C1": 6.0, "C2": 7.5}


def index_of(name: str, bands: Sequence[str], pixels: Sequence[Sequence[float]], **constants: float) -> NDArray[Any]:
    """An index of spyndex for pixels of bands named as spyndex names them (B, G, R, N, S1, S2, RE1)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import spyndex

        table = np.array(pixels, np.float64)
        parameters = {band: table[:, k] for k, band in enumerate(bands)}
        with np.errstate(all="ignore"):
            return np.asarray(spyndex.computeIndex(name, params={**parameters, **constants}))
