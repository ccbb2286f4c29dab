"""Applying a recipe to a block: arguments bound, counts and flags out, tallies kept exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rs.core.product import Layer, Product, Recipe
from rs.core.result import LayerStatistics
from rs.core.scene import Platform, Scene
from rs.errors import DeclarationError
from rs.pipeline.kernel import PARAMETERS, TALLIES, compiled

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bound:
    """A recipe with everything but pixels bound: scalars, coefficients, the layers' parameter table."""

    product: Product
    recipe: Recipe
    extras: tuple[Any, ...]
    limits: Floats

    def counts(self, ok: NDArray[np.bool_], bands: list[Floats]) -> Counts:
        """Run the formula on a block. ok [rows, cols]: pixels it may see; bands in the recipe's order."""
        layers = self.product.layers
        made = Counts(
            [np.empty(ok.shape, layer.dtype) for layer in layers], np.empty(ok.shape, np.uint8),
            [Tally(layer) for layer in layers],
        )  # fmt: skip
        inputs = [np.ascontiguousarray(band, dtype=np.float64) for band in bands]
        self.fill(Seen(np.ascontiguousarray(ok, dtype=np.uint16), require=1), inputs, made)
        return made

    def fill(self, seen: Seen, bands: list[Floats], made: Counts, residual: Floats | None = None) -> None:
        """Run the formula on a block into arrays that are there; tallies go on counting.

        bands: float64 [rows, cols], C-contiguous, in the recipe's order. residual: what is taken off every band [1].
        """
        planes = bands if residual is None else [*bands, residual]
        tally, number = np.zeros((len(made.layers), TALLIES), np.int64), np.zeros(2, np.int64)
        compiled(self.recipe, len(made.layers), residual=residual is not None)(
            seen.bits, np.uint16(seen.require), np.uint16(seen.reject), np.uint8(seen.masked), *planes, *self.extras,
            self.limits, *made.layers, made.flags, tally, number, *(t.histogram for t in made.tallies),
        )  # fmt: skip
        for mine, refused in zip(made.tallies, tally, strict=True):
            mine.refused += refused
        made.allowed += int(number[0])
        made.flagged += int(number[1])


@dataclass(frozen=True, slots=True)
class Seen:
    """Which pixels a formula may see: quality bits [rows, cols], those it requires, those it rejects.

    masked: what the flags hold where it may not.
    """

    bits: NDArray[np.uint16]
    require: int = 0
    reject: int = 0
    masked: int = 0


@dataclass(slots=True)
class Counts:
    """What came of a block: counts per layer, flag bits; and of all blocks so far: tallies, pixels seen and flagged."""

    layers: list[NDArray[Any]]
    flags: NDArray[np.uint8]
    tallies: list[Tally]
    allowed: int = 0
    flagged: int = 0

    @property
    def tally(self) -> NDArray[np.int64]:
        """Refused pixels [layer, below | above | invalid]."""
        return np.stack([tally.refused for tally in self.tallies])


def bind(product: Product, recipe: Recipe, scene: Scene) -> Bound:
    """Bind scene scalars, coefficients and layer parameters of a recipe."""
    limits = np.empty((len(product.layers), PARAMETERS))
    for row, layer in zip(limits, product.layers, strict=True):
        row[:] = (*layer.valid, layer.scale, layer.offset, layer.nodata, np.iinfo(layer.dtype).min)
    extras: list[Any] = [scalar(scene, name) for name in recipe.scalars]
    constants = coefficients(product, recipe, scene.platform)
    if constants is not None:
        extras.append(constants)
    return Bound(product, recipe, tuple(extras), limits)


def scalar(scene: Scene, name: str) -> float:
    """A scene scalar: sun_zenith [degrees] or day_of_year [1..366]. Raises KeyError where not stated."""
    if name == "sun_zenith":
        if scene.angles.sun_zenith is None:
            raise KeyError("sun_zenith")
        return float(scene.angles.sun_zenith)
    return float(scene.time.start.timetuple().tm_yday)


def coefficients(product: Product, recipe: Recipe, platform: Platform) -> tuple[float, ...] | None:
    """What a recipe takes as `c`, as its NamedTuple; None where it takes none.

    Fields come from the reader's table for the platform, else from the recipe's own, and from the
    product's parameters. Raises KeyError where neither declares them for the platform.
    """
    kind = recipe.formula.coefficients
    if kind is None:
        return None
    fields: tuple[str, ...] = kind._fields  # type: ignore[attr-defined]
    table = platform.coefficients.get(recipe.formula_name) or recipe.coefficients.get(platform.name) or {}
    values = {**table, **{name: value for name, value in product.parameters.items() if name in fields}}
    if set(fields) - set(values) and not table:
        raise KeyError(recipe.name)
    try:
        return kind(**{name: float(value) for name, value in values.items()})
    except TypeError as error:
        raise DeclarationError(
            f"coefficients of {recipe.formula_name} for {platform.name} do not fit ({error})", where=platform.sensor
        ) from error


@dataclass
class Tally:
    """Exact statistics of a layer: a histogram of its counts and the pixels refused."""

    layer: Layer
    histogram: NDArray[np.int64] = field(init=False)
    refused: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        self.histogram = np.zeros(256 if self.layer.dtype == "uint8" else 65536, np.int64)
        self.refused = np.zeros(TALLIES, np.int64)

    @property
    def _lowest(self) -> int:
        return int(np.iinfo(self.layer.dtype).min)

    def add(self, counts: NDArray[Any], refused: NDArray[np.int64]) -> None:
        """Count a block in."""
        shifted = counts.ravel().astype(np.int64) - self._lowest
        self.histogram += np.bincount(shifted, minlength=self.histogram.size)
        self.refused += refused

    def merge(self, other: Tally) -> None:
        """Count another tally in; the order does not matter."""
        self.histogram += other.histogram
        self.refused += other.refused

    @property
    def _valid(self) -> NDArray[np.int64]:
        held = self.histogram.copy()
        held[self.layer.nodata - self._lowest] = 0
        return held

    @property
    def valid(self) -> int:
        """Number of pixels that bear a value."""
        return int(self._valid.sum())

    def classes(self) -> Mapping[int, int]:
        """Pixels per count, for layers of classes."""
        held = self._valid
        return {int(i) + self._lowest: int(held[i]) for i in np.flatnonzero(held)}

    def statistics(self) -> LayerStatistics:
        """Statistics in the layer's unit. Raises ValueError where no pixel bears a value."""
        held = self._valid
        where = np.flatnonzero(held)
        number = int(held.sum())
        if not number:
            raise ValueError(f"layer {self.layer.name} holds no value")
        # Python integers are exact: the same for any order of blocks
        pairs = [(int(i) + self._lowest, int(held[i])) for i in where]
        total = sum(count * n for count, n in pairs)
        squares = sum(count * count * n for count, n in pairs)
        variance = max(0.0, (squares * number - total * total) / (number * number))
        below, above, invalid = (int(v) for v in self.refused)
        middle = int(np.searchsorted(np.cumsum(held), (number + 1) // 2)) + self._lowest
        value = self.layer.value
        return LayerStatistics(
            number, value(pairs[0][0]), value(pairs[-1][0]), value(total / number),
            abs(self.layer.scale) * variance**0.5, value(middle), below, above, invalid,
        )  # fmt: skip
