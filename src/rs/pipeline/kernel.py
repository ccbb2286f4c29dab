"""One compiled pass per recipe: mask, formula, range, rounding, counts, tallies."""

from __future__ import annotations

from collections.abc import Callable

from rs.core.jit import compiled_function, generated
from rs.core.product import Flag, Recipe

PARAMETERS = 5
"""Columns of the parameter table, one row a layer: lowest, highest, scale, offset, no-data count."""

TALLIES = 3
"""Columns of the tally table, one row a layer: below the range, above it, not a number."""


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


def compiled(recipe: Recipe, layers: int) -> Callable[..., None]:
    """The compiled pass of a recipe; compiled at the first call or taken from the cache folder."""
    source = source_of(recipe, layers)
    module = generated(source, recipe.digest)
    if not hasattr(module, "compiled"):
        module.formula = recipe.formula.compiled()  # type: ignore[attr-defined]
        if recipe.low_confidence is not None:
            module.doubt = recipe.low_confidence.compiled()  # type: ignore[attr-defined]
        module.compiled = compiled_function(module.kernel)  # type: ignore[attr-defined]
    made: Callable[..., None] = module.compiled
    return made
