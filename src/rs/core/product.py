"""What we make of scenes: products, their layers and recipes. Declarations only."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from rs.core.bands import NOT_CLEAR, Band, Quality
from rs.core.composite import BLANK, Composite
from rs.core.discovery import unknown_name
from rs.core.pixel import PixelFunction
from rs.core.scene import Reflectance


class Family(StrEnum):
    """The two families of products."""

    LAND = "land"
    MARINE = "marine"


class Theme(StrEnum):
    """The six fields of use of the city's action plan."""

    NATURAL_RESOURCES = "natural_resources"
    ECOLOGY = "ecology"
    AGRICULTURE = "agriculture"
    EMERGENCY = "emergency"
    TRANSPORT = "transport"
    URBAN = "urban"


class Takes(StrEnum):
    """What one result is made from."""

    SCENE = "scene"
    PAIR = "pair"
    PERIOD = "period"


class Resampling(StrEnum):
    """How a layer may be resampled; names as GDAL has them."""

    NEAREST = "nearest"
    BILINEAR = "bilinear"
    AVERAGE = "average"
    MODE = "mode"


class Maturity(StrEnum):
    """How far a product is proven."""

    EXPERIMENTAL = "experimental"
    PROVISIONAL = "provisional"
    VALIDATED = "validated"


class Flag(StrEnum):
    """Bits of a product's own `flags` layer."""

    OUT_OF_RANGE = "out_of_range"
    LOW_CONFIDENCE = "low_confidence"

    @property
    def bit(self) -> int:
        """Value of the bit in the layer."""
        return {"out_of_range": 1, "low_confidence": 2}[self.value]


DTYPES = {"uint8": (0, 255), "uint16": (0, 65535), "int16": (-32768, 32767)}
"""Types of counts, lowest and highest."""

NOTHING = Quality(0)
"""No bit at all."""

RECIPE_NAME = re.compile(r"^[a-z][a-z0-9_]{0,47}$")
"""What the name of a recipe may look like: it is typed, and stands in items."""

SCALARS = frozenset({"sun_zenith", "day_of_year"})
"""Scene scalars that a formula may name as an argument."""


@dataclass(frozen=True, slots=True)
class ClassValue:
    """One class of a categorical layer: count, name (snake case), title, colour "#rrggbb"."""

    value: int
    name: str
    title: str
    title_zh: str
    colour: str


@dataclass(frozen=True, slots=True)
class Layer:
    """One raster of a product: value = count * scale + offset [unit]; `nodata` is a count.

    valid: range of values [unit]; a value outside is no data, never clipped. colours: ramp for
    pictures, "#rrggbb" from low to high over `shown`. Counts fit 16 bits.
    """

    name: str
    title: str
    title_zh: str
    unit: str
    valid: tuple[float, float]
    dtype: str
    nodata: int
    scale: float = 1.0
    offset: float = 0.0
    resampling: Resampling = Resampling.BILINEAR
    overviews: Resampling = Resampling.AVERAGE
    colours: tuple[str, ...] = ()
    shown: tuple[float, float] | None = None
    classes: tuple[ClassValue, ...] = ()

    def count(self, value: float) -> int:
        """The count that stores a value [unit]; halves go to the even count, as in numpy.rint."""
        return round((value - self.offset) / self.scale)

    def value(self, count: float) -> float:
        """The value [unit] of a count."""
        return count * self.scale + self.offset


@dataclass(frozen=True, slots=True, init=False)
class Recipe:
    """A formula with its arguments bound to bands; unnamed arguments are bands by their own name.

    name: how the recipe is chosen and what items call it, one of a kind in its product; default: the
    formula's name. low_confidence: a formula of the same arguments that is not 0 where a value deserves less trust.
    coefficients: per platform, for formulas whose coefficients no reader declares.
    """

    formula: PixelFunction[..., Any]
    name: str
    bound: Mapping[str, Band]
    title: str
    low_confidence: PixelFunction[..., Any] | None
    coefficients: Mapping[str, Mapping[str, float]]

    def __init__(
        self,
        formula: PixelFunction[..., Any],
        *,
        name: str = "",
        title: str = "",
        low_confidence: PixelFunction[..., Any] | None = None,
        coefficients: Mapping[str, Mapping[str, float]] | None = None,
        **bound: Band,
    ) -> None:
        set_field = object.__setattr__
        set_field(self, "formula", formula)
        set_field(self, "name", name or formula.__name__)
        set_field(self, "bound", {arg: Band(bound.get(arg, arg)) for arg in _bands(formula, bound)})
        set_field(self, "title", title or (formula.__doc__ or formula.__name__).strip().splitlines()[0])
        set_field(self, "low_confidence", low_confidence)
        set_field(self, "coefficients", dict(coefficients or {}))

    @property
    def formula_name(self) -> str:
        """Name of the formula; readers' tables of coefficients are looked up by it."""
        return self.formula.__name__

    @property
    def bands(self) -> tuple[Band, ...]:
        """Bands in the order of the arguments."""
        return tuple(self.bound.values())

    @property
    def scalars(self) -> tuple[str, ...]:
        """Scene scalars among the arguments, in order."""
        return tuple(name for name in self.formula.arguments if name in SCALARS)

    @property
    def digest(self) -> str:
        """Digest of the formulas."""
        return self.formula.digest + (self.low_confidence.digest if self.low_confidence else "")


def _bands(formula: PixelFunction[..., Any], bound: Mapping[str, Band]) -> list[str]:
    names = [name for name in formula.arguments if name != "c" and name not in SCALARS]
    unknown = sorted(set(bound) - set(names))
    if unknown:
        raise TypeError(f"{formula!r} has no argument {', '.join(unknown)}")
    return names


@dataclass(frozen=True, slots=True)
class Product:
    """A product: what it is, what it needs, how it is made, what is known about its quality.

    recipes: in order of preference; the first that a scene can feed is taken. only: name of the one recipe
    that may be taken, "" where all may. composite: in place of recipes, where it is made from a period; then the
    layers of its bands come first, and an item has those of the bands that its scenes hold.
    """

    name: str
    version: str
    title: str
    title_zh: str
    description: str
    family: Family
    themes: tuple[Theme, ...]
    recipes: tuple[Recipe, ...]
    layers: tuple[Layer, ...]
    sources: tuple[str, ...]
    limits: tuple[str, ...]
    takes: Takes = Takes.SCENE
    reflectance: Reflectance = Reflectance.SURFACE
    require: Quality = NOTHING
    reject: Quality = NOT_CLEAR
    maturity: Maturity = Maturity.PROVISIONAL
    evidence: tuple[str, ...] = ()
    parameters: Mapping[str, float] = field(default_factory=dict)
    only: str = ""
    composite: Composite | None = None

    def __post_init__(self) -> None:
        if not self.layers or bool(self.recipes) == (self.composite is not None):
            raise ValueError(f"product {self.name}: it needs a layer, and a recipe or a composite")
        if len({layer.name for layer in self.layers}) < len(self.layers):
            raise ValueError(f"product {self.name}: two layers bear one name")
        if self.composite is not None:
            _check_composite(self, self.composite)
        elif self.layers[0].name != self.name:
            raise ValueError(f"product {self.name}: the main layer must bear the product's name")
        _check_recipes(self.name, [recipe.name for recipe in self.recipes])
        for layer in self.layers:
            _check_layer(self.name, layer)

    def by(self, recipe: str) -> Product:
        """The product made by one recipe or not at all. Raises UnknownName with the known recipes, nearest first."""
        names = [one.name for one in self.recipes]
        if recipe not in names:
            raise unknown_name(f"recipe of {self.name}", recipe, names)
        return replace(self, only=recipe)

    @property
    def candidates(self) -> tuple[Recipe, ...]:
        """Recipes that may be taken, in order of preference."""
        return tuple(recipe for recipe in self.recipes if self.only in ("", recipe.name))

    @property
    def main(self) -> Layer:
        """The layer that stands for the product in tables and pictures."""
        return self.layers[0]

    @property
    def digest(self) -> str:
        """Digest of all recipes, or of the composite, for the key."""
        if self.composite is not None:
            return self.composite.digest
        return "+".join(recipe.digest for recipe in self.recipes)


def _check_composite(product: Product, composite: Composite) -> None:
    names = {band.value for band in composite.possible}
    layers = [layer for layer in product.layers if layer.name in names]
    if product.takes is not Takes.PERIOD or not layers or list(product.layers[: len(layers)]) != layers:
        raise ValueError(f"product {product.name}: a composite is of a period, and its first layers are its bands")
    if any((layer.dtype, layer.nodata) != ("int16", BLANK) for layer in layers):
        raise ValueError(f"product {product.name}: layers of bands are int16 with {BLANK} for no data")
    if product.require or product.reject & ~NOT_CLEAR:
        raise ValueError(f"product {product.name}: a composite rejects what is not clear, and nothing else")


def _check_recipes(product: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"product {product}: two recipes bear the name {name}; give each Recipe its own name=")
        if not RECIPE_NAME.match(name):
            raise ValueError(f"product {product}: recipe name {name!r}: lower-case letters, digits and _ are possible")


def _check_layer(product: str, layer: Layer) -> None:
    lowest, highest = DTYPES.get(layer.dtype, (0, -1))
    numbers = (*layer.valid, layer.scale, layer.offset)
    if not all(map(math.isfinite, numbers)) or layer.scale <= 0 or not lowest <= layer.nodata <= highest:
        raise ValueError(f"product {product}: scale, range or no-data count of layer {layer.name} cannot be stored")
    first, last = layer.count(layer.valid[0]), layer.count(layer.valid[1])
    if not lowest <= first <= last <= highest:
        raise ValueError(f"product {product}: valid range of layer {layer.name} does not fit {layer.dtype}")
    if first <= layer.nodata <= last:
        raise ValueError(f"product {product}: no-data count of layer {layer.name} lies in its valid range")
