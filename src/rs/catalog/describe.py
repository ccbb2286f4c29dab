"""STAC descriptions of layers, quality bits and flags: the same words in items and collections."""

from __future__ import annotations

from typing import Any

from rs.core.bands import QUALITY_TITLES, Quality
from rs.core.product import Flag, Layer, Product

COG = "image/tiff; application=geotiff; profile=cloud-optimized"
FLAG_TITLES = {
    Flag.OUT_OF_RANGE: "the formula gave a value outside the valid range",
    Flag.LOW_CONFIDENCE: "a value, but one that deserves less trust",
}
QUALITY_TITLE = "Quality bits of all products of this scene"


def layer_asset(layer: Layer) -> dict[str, Any]:
    """Asset fields of a product layer, without file and statistics."""
    band: dict[str, Any] = {
        "name": layer.name,
        "description": layer.title,
        "data_type": layer.dtype,
        "nodata": layer.nodata,
        "raster:scale": layer.scale,
        "raster:offset": layer.offset,
        "raster:sampling": "area",
    }
    if layer.unit != "1":
        band["unit"] = layer.unit
    asset: dict[str, Any] = {"type": COG, "title": layer.title, "roles": ["data"], "bands": [band]}
    if layer.classes:
        asset["classification:classes"] = [
            {"value": c.value, "name": c.name, "title": c.title, "description": f"{c.title} / {c.title_zh}",
             "color_hint": c.colour.lstrip("#").upper()}
            for c in layer.classes
        ]  # fmt: skip
    return asset


def quality_asset() -> dict[str, Any]:
    """Asset fields of the shared quality file."""
    fields = [_bitfield(bit, QUALITY_TITLES[bit]) for bit in Quality]
    return {
        "type": COG, "title": QUALITY_TITLE, "roles": ["metadata", "quality"],
        "bands": [{"name": "quality", "data_type": "uint16"}], "classification:bitfields": fields,
    }  # fmt: skip


def flags_asset(product: Product) -> dict[str, Any]:
    """Asset fields of a product's own flag file."""
    used = [Flag.OUT_OF_RANGE]
    used += [Flag.LOW_CONFIDENCE] if any(r.low_confidence for r in product.recipes) else []
    fields = [
        {"offset": flag.bit.bit_length() - 1, "length": 1, "name": flag.value, "description": FLAG_TITLES[flag],
         "classes": _yes_no(flag.value, FLAG_TITLES[flag])}
        for flag in used
    ]  # fmt: skip
    return {
        "type": COG, "title": f"Flag bits of {product.title}", "roles": ["metadata", "quality"],
        "bands": [{"name": "flags", "data_type": "uint8", "nodata": 255}], "classification:bitfields": fields,
    }  # fmt: skip


def _bitfield(bit: Quality, title: str) -> dict[str, Any]:
    name = str(bit.name).lower()
    return {
        "offset": bit.value.bit_length() - 1, "length": 1, "name": name, "description": title,
        "classes": _yes_no(name, title),
    }  # fmt: skip


def _yes_no(name: str, title: str) -> list[dict[str, Any]]:
    return [
        {"value": 0, "name": f"not_{name}", "description": f"not: {title}"},
        {"value": 1, "name": name, "description": title},
    ]


OTHER_ASSETS: dict[str, dict[str, Any]] = {
    "quicklook": {"type": "image/png", "title": "Picture with legend", "roles": ["overview"]},
    "thumbnail": {"type": "image/png", "title": "Small picture", "roles": ["thumbnail"]},
    "attestation": {"type": "application/vnd.dsse.envelope+json", "title": "Signature", "roles": ["metadata"]},
    "lineage": {"type": "application/json", "title": "Inputs, parameters and grid", "roles": ["metadata"]},
}


def asset_of(product: Product, key: str) -> dict[str, Any]:
    """Asset fields, without file and statistics, of an asset key of a product's items."""
    for layer in product.layers:
        if layer.name == key:
            return layer_asset(layer)
    if key == "quality":
        return quality_asset()
    if key == "flags":
        return flags_asset(product)
    return dict(OTHER_ASSETS[key])


def asset_keys(product: Product) -> list[str]:
    """All asset keys that an item of the product may have."""
    shared = [] if product.composite is not None else ["quality"]
    return [*(layer.name for layer in product.layers), "flags", *shared, *OTHER_ASSETS]
