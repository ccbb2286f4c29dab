"""Products: one module here is one product and declares PRODUCT."""

from __future__ import annotations

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
    """A product by name. Raises UnknownName, or UsageError where another version is installed."""
    if name not in products():
        raise unknown_name("product", name, products())
    found = products()[name]
    if version is not None and found.version != version:
        raise UsageError(
            f"product {name} {version} is asked for and {found.version} is installed",
            remedy="Install the same version of rs on every machine",
        )
    return found
