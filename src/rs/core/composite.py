"""How a period product is made of the dates of a period: a plain function over arrays, named by its source."""

from __future__ import annotations

import hashlib
import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from rs.core.bands import Band
from rs.core.pixel import normal_source

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BLANK = -32768
"""Count of an observation that is none: masked, not measured, or out of its layer's range."""

PARTS = "rs.algorithms"
"""Where the parts of formulas lie; what a method uses of it is part of its digest."""


class Composed(NamedTuple):
    """What a method makes of a block.

    counts: [bands, pixels] int16, counts of the bands' layers. others: further layers by name [pixels], counts where
    they are integers, else values in the layer's unit, NaN = no data.
    """

    counts: NDArray[np.int16]
    others: Mapping[str, NDArray[Any]]


Method = Callable[["NDArray[np.int16]"], Composed]


@dataclass(frozen=True, slots=True)
class Composite:
    """A method with the bands it is given.

    method: takes counts [bands, dates, pixels] int16 of the bands' layers, C-contiguous, BLANK in all bands of a date
    that does not count. The order of the dates must not matter. name: what items call it. title: what it does.
    bands: those wanted, each with a layer of its name; a period has those that all its scenes hold. instead: bands
    that stand in, where not all scenes hold the first.
    """

    method: Method
    name: str
    title: str
    bands: tuple[Band, ...]
    instead: Mapping[Band, Band] = field(default_factory=dict)

    @property
    def possible(self) -> tuple[Band, ...]:
        """Bands that there may be a layer of."""
        return (*self.bands, *self.instead.values())

    @property
    def digest(self) -> str:
        """SHA-256 of the method and of what it uses of ours, as hex; comments, docstrings and layout do not count."""
        parts: dict[str, str] = {}
        _collect(self.method, parts)
        return hashlib.sha256("\n".join(f"{name}={parts[name]}" for name in sorted(parts)).encode()).hexdigest()


def _collect(function: Any, parts: dict[str, str]) -> None:
    """Sources of a function, of the functions of its module that it calls, of constants and modules of parts."""
    if not isinstance(function, FunctionType):
        raise TypeError(f"a plain function is needed, got {function!r}")
    home = function.__module__
    parts[f"{home}.{function.__qualname__}"] = normal_source(function)
    for name in function.__code__.co_names:
        value = function.__globals__.get(name)
        origin = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", "")
        if origin == PARTS or str(origin).startswith(f"{PARTS}."):
            parts[str(origin)] = normal_source(sys.modules[str(origin)])
        elif isinstance(value, FunctionType) and origin == home:
            if f"{home}.{value.__qualname__}" not in parts:
                _collect(value, parts)
        elif isinstance(value, int | float | str | tuple) and not inspect.isclass(value):
            parts[f"{home}.{name}"] = repr(value)
