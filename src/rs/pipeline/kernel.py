"""One compiled pass per recipe: mask, formula, range, rounding, counts, tallies."""

from __future__ import annotations

from collections.abc import Callable

from rs.core.jit import compiled_function, generated
from rs.core.product import Flag, Recipe

PARAMETERS = 6
"""Columns of the parameter table, one row a layer: lowest, highest, scale, offset, no-data count, lowest count."""

TALLIES = 3
"""Columns of the tally table, one row a layer: below the range, above it, not a number."""


def source_of(recipe: Recipe, layers: int, *, residual: bool = False) -> str:
    """Python source of the pass over a block for a recipe with so many layers.

    Row by row: which pixels count, the formula, then per layer range, rounding, tallies and histogram; loops without
    branches are compiled to vectors. residual: a reflectance that is taken off every band comes after the bands.
    """
    bands = [name for name in recipe.formula.arguments if name in recipe.bound]
    extra = [*recipe.scalars, *(name for name in recipe.formula.arguments if name == "c")]
    planes = [f"{name}_" for name in bands] + ["residual_"] * residual
    numbers = range(layers)
    words = [
        "bits, require, reject, masked", *planes, *extra, "limits", *(f"out{k}" for k in numbers), "flags, tally, seen",
        *(f"histogram{k}" for k in numbers),
    ]  # fmt: skip
    lines = [
        f"def kernel({', '.join(words)}):", "    rows, cols = bits.shape", "    ok = np.empty(cols, np.uint8)",
        "    good = np.empty(cols, np.uint8)", *(f"    v{k} = np.empty(cols)" for k in numbers),
        "    for i in range(rows):", *_allowed(), *_formula(recipe, layers, bands, residual),
    ]  # fmt: skip
    for k in numbers:
        lines += _layer(k)
    if recipe.low_confidence is not None:
        lines += _doubt(recipe, bands, residual)
    lines += ["        for j in range(cols):", "            seen[1] += ok[j] & (flags[i, j] != 0)"]
    return "import numpy as np\n\n\n" + "\n".join(lines) + "\n"


def _allowed() -> list[str]:
    return [
        "        number = 0",
        "        for j in range(cols):",
        "            passes = ((bits[i, j] & require) == require) & ((bits[i, j] & reject) == 0)",
        "            ok[j] = passes",
        "            number += passes",
        "            flags[i, j] = 0 if passes else masked",
        "        seen[0] += number",
    ]


def _values(bands: list[str], residual: bool, indent: str) -> list[str]:
    taken = " - residual_[i, j]" if residual else ""
    return [f"{indent}{name} = {name}_[i, j]{taken}" for name in bands]


def _formula(recipe: Recipe, layers: int, bands: list[str], residual: bool) -> list[str]:
    """A light formula runs over all pixels, which may be compiled to vectors; others only where it counts."""
    call = f"formula({', '.join(recipe.formula.arguments)})"
    results = ["result"] if layers == 1 else [f"result[{k}]" for k in range(layers)]
    # x - x is zero for every finite number and for nothing else
    finite = " & ".join(f"(({name} - {name}) == 0.0)" for name in bands)
    lines = [
        "        if number > 0:", "            for j in range(cols):", *_values(bands, residual, " " * 16),
        f"                counts = (ok[j] != 0) & {finite}", "                good[j] = counts",
    ]  # fmt: skip
    if recipe.formula.is_light:
        body = [f"                result = {call}"]
        body += [f"                v{k}[j] = {result}" for k, result in enumerate(results)]
    else:
        body = ["                if counts:", f"                    result = {call}"]
        body += [f"                    v{k}[j] = {result}" for k, result in enumerate(results)]
    return [*lines, *body, "        else:", "            for j in range(cols):", "                good[j] = 0"]


def _layer(k: int) -> list[str]:
    return [
        f"        low, high = limits[{k}, 0], limits[{k}, 1]",
        f"        scale, offset, blank = limits[{k}, 2], limits[{k}, 3], limits[{k}, 4]",
        "        below = above = invalid = 0",
        "        for j in range(cols):",
        f"            v = v{k}[j]",
        "            counts = good[j] != 0",
        "            under, over, odd = counts & (v < low), counts & (v > high), counts & (v != v)",
        "            below += under",
        "            above += over",
        "            invalid += odd",
        f"            flags[i, j] |= {Flag.OUT_OF_RANGE.bit} if under | over else 0",
        "            kept = counts & (v >= low) & (v <= high)",
        f"            out{k}[i, j] = np.rint((v - offset) / scale) if kept else blank",
        f"        tally[{k}, 0] += below",
        f"        tally[{k}, 1] += above",
        f"        tally[{k}, 2] += invalid",
        "        if number > 0:",
        f"            lowest = np.int64(limits[{k}, 5])",
        "            for j in range(cols):",
        f"                if good[j] != 0 and out{k}[i, j] != blank:",
        f"                    histogram{k}[np.int64(out{k}[i, j]) - lowest] += 1",
    ]


def _doubt(recipe: Recipe, bands: list[str], residual: bool) -> list[str]:
    return [
        "        if number > 0:",
        "            for j in range(cols):",
        "                if good[j] != 0:",
        *_values(bands, residual, " " * 20),
        f"                    if doubt({', '.join(recipe.formula.arguments)}) != 0.0:",
        f"                        flags[i, j] |= {Flag.LOW_CONFIDENCE.bit}",
    ]


def compiled(recipe: Recipe, layers: int, *, residual: bool = False) -> Callable[..., None]:
    """The compiled pass of a recipe; compiled at the first call or taken from the cache folder."""
    source = source_of(recipe, layers, residual=residual)
    names = vars(generated(source, recipe.digest))
    if "compiled" not in names:
        names["formula"] = recipe.formula.compiled()
        if recipe.low_confidence is not None:
            names["doubt"] = recipe.low_confidence.compiled()
        names["compiled"] = compiled_function(names["kernel"])
    made: Callable[..., None] = names["compiled"]
    return made
