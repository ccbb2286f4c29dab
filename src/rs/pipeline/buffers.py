"""Arrays that a thread keeps from block to block: new memory for each block costs more than the arithmetic on it."""

from __future__ import annotations

import threading
from math import prod
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


class Buffers:
    """Arrays by name, for the thread that asks; what one holds is lost when the same name is asked for again."""

    def __init__(self) -> None:
        self._local = threading.local()

    def get(self, name: object, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        """An array of a shape, C-contiguous, with whatever it holds."""
        held: dict[object, NDArray[Any]] = self._local.__dict__.setdefault("arrays", {})
        size, kind = prod(shape), np.dtype(dtype)
        found = held.get(name)
        if found is None or found.size < size or found.dtype != kind:
            found = held[name] = np.empty(size, kind)
        return found[:size].reshape(shape)
