"""One compiled pass per recipe: mask, formula, range, rounding, counts, tallies."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from rs.core.product import Flag, Recipe

PARAMETERS = 5
"""Columns of the parameter table, one row a layer: lowest, highest, scale, offset, no-data count."""

TALLIES = 3
"""Columns of the tally table, one row a layer: below the range, above it, not a number."""

_cache: list[Path] = []


def use_cache(folder: Path | None) -> bool:
    """Keep compiled kernels in `folder`, or in none. False where the folder can't be written."""
    _cache.clear()
    compiled.cache_clear()
    neighbour.cache_clear()
    if folder is None:
        return False
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except OSError:
        return False
    _cache.append(folder)
    return True


def source_of(recipe: Recipe, layers: int) -> str:
    """Python source of the pass over a block for a recipe with so many layers."""
    bands = [name for name in recipe.formula.arguments if name in recipe.bound]
    order = ", ".join(f"{name}_[i, j]" if name in bands else name for name in recipe.formula.arguments)
    extra = [*recipe.scalars, *(name for name in recipe.formula.arguments if name == "c")]
    outputs = [f"out{k}" for k in range(layers)]
    finite = " and ".join(f"isfinite({name}_[i, j])" for name in bands)
    blank = "".join(f"                {o}[i, j] = limits[{k}, 4]\n" for k, o in enumerate(outputs))
    lines = [
        "from numpy import isfinite, rint\n\n",
        f"def kernel(ok, {''.join(f'{b}_, ' for b in bands)}{''.join(f'{e}, ' for e in extra)}"
        f"limits, {', '.join(outputs)}, flags, tally):\n",
        "    for i in range(ok.shape[0]):\n        for j in range(ok.shape[1]):\n",
        f"            flags[i, j] = 0\n            if not (ok[i, j] and {finite}):\n{blank}",
        "                continue\n",
        f"            result = formula({order})\n",
    ]
    for k, out in enumerate(outputs):
        value = "result" if layers == 1 else f"result[{k}]"
        lines.append(_layer(k, out, value))
    if recipe.low_confidence is not None:
        lines.append(
            f"            if doubt({order}) != 0.0:\n                flags[i, j] |= {Flag.LOW_CONFIDENCE.bit}\n"
        )
    return "".join(lines)


def _layer(k: int, out: str, value: str) -> str:
    return (
        f"            v = {value}\n"
        f"            if v != v:\n                tally[{k}, 2] += 1\n                {out}[i, j] = limits[{k}, 4]\n"
        f"            elif v < limits[{k}, 0]:\n                tally[{k}, 0] += 1\n"
        f"                {out}[i, j] = limits[{k}, 4]\n                flags[i, j] |= {Flag.OUT_OF_RANGE.bit}\n"
        f"            elif v > limits[{k}, 1]:\n                tally[{k}, 1] += 1\n"
        f"                {out}[i, j] = limits[{k}, 4]\n                flags[i, j] |= {Flag.OUT_OF_RANGE.bit}\n"
        f"            else:\n                {out}[i, j] = rint((v - limits[{k}, 3]) / limits[{k}, 2])\n"
    )


@cache
def _name(source: str, digest: str) -> str:
    import numba

    parts = f"{source}|{digest}|{numba.__version__}|{sys.version_info[:2]}|{_cpu()}"
    return "rs_kernel_" + hashlib.sha256(parts.encode()).hexdigest()[:24]


def _cpu() -> str:
    import llvmlite.binding as llvm

    return str(llvm.get_host_cpu_name())


class _Compiled:
    def __init__(self) -> None:
        self._held: dict[tuple[str, int], Callable[..., None]] = {}

    def cache_clear(self) -> None:
        self._held.clear()

    def __call__(self, recipe: Recipe, layers: int) -> Callable[..., None]:
        """The compiled pass of a recipe; compiled at the first call or taken from the cache folder."""
        key = (recipe.digest, layers)
        if key not in self._held:
            self._held[key] = _compile(recipe, layers)
        return self._held[key]


compiled = _Compiled()


@cache
def neighbour(name: str) -> Callable[..., None]:
    """A compiled function of `rs.algorithms.neighbourhood`: grow or mostly."""
    import inspect

    import numba

    from rs.algorithms import neighbourhood

    source = "import numpy as np\nfrom numpy.typing import NDArray\n\n\n" + inspect.getsource(
        getattr(neighbourhood, name)
    )
    module = _module(_name(source, ""), source)
    jit: Any = numba.njit(nogil=True, error_model="numpy", cache=bool(_cache))
    made: Callable[..., None] = jit(getattr(module, name))
    return made


def _compile(recipe: Recipe, layers: int) -> Callable[..., None]:
    import numba

    source = source_of(recipe, layers)
    name = _name(source, recipe.digest)
    module = _module(name, source)
    module.formula = recipe.formula.compiled()  # type: ignore[attr-defined]
    if recipe.low_confidence is not None:
        module.doubt = recipe.low_confidence.compiled()  # type: ignore[attr-defined]
    jit: Any = numba.njit(nogil=True, error_model="numpy", cache=bool(_cache))
    kernel: Callable[..., None] = jit(module.kernel)
    return kernel


def _module(name: str, source: str) -> ModuleType:
    """The generated source as a module that other processes can import by the same name."""
    if not _cache:
        module = ModuleType(name)
        exec(compile(source, name, "exec"), module.__dict__)
        return module
    folder = _cache[0]
    path = folder / f"{name}.py"
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".tmp", delete=False) as stream:
            stream.write(source)
        os.replace(stream.name, path)
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot load {path}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
