"""Products: one module here is one product and declares PRODUCT."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import pairwise

from rs.core.discovery import declared, unknown_name
from rs.core.product import Product
from rs.errors import DeclarationError, UsageError


@cache
def products() -> dict[str, Product]:
    """All products by name."""
    found = sorted(declared("rs.products", "PRODUCT", Product), key=lambda p: p.name)
    for one, other in pairwise(found):
        if one.name == other.name:
            raise DeclarationError(f"two products are named {one.name}", where="rs.products")
    return {product.name: product for product in found}


def product(name: str, version: str | None = None) -> Product:
    """A product by name, or by name and recipe as in `suspended_matter:jiang2023`.

    With a recipe, the product is made by that one or not at all. Raises UnknownName that lists the known
    products or recipes, nearest first; UsageError where another version is installed.
    """
    name, colon, recipe = name.partition(":")
    if name not in products():
        raise unknown_name("product", name, products())
    found = products()[name]
    if colon:
        found = found.by(recipe)
    if version is not None and found.version != version:
        raise UsageError(
            f"product {name} {version} is asked for and {found.version} is installed",
            remedy="Install the same version of rs on every machine",
        )
    return found


def wanted(names: Iterable[str]) -> tuple[Product, ...]:
    """Products by name or NAME:RECIPE, each once, in order.

    Raises UnknownName, or UsageError where two recipes of one product are asked for: they would fill one slot.
    """
    found: dict[str, Product] = {}
    for text in dict.fromkeys(names):
        one = product(text)
        other = found.setdefault(one.name, one)
        if other.only != one.only:
            raise UsageError(
                f"product {one.name} is asked for twice, by {_said(other)} and by {_said(one)}",
                remedy="A folder holds one result of a product and scene: use a folder or site for each recipe",
            )
    return tuple(found.values())


def _said(made: Product) -> str:
    return f"recipe {made.only}" if made.only else "the best recipe of each scene"
