"""Names of what should exist (slot) and of what exactly was made (key)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from rs.core.grid import Grid
from rs.core.period import Period
from rs.core.product import Product
from rs.core.scene import Scene

ID_PATTERN = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$")


def slot_of(product: str, scene: Scene) -> str:
    """Slot id of a product of a scene: platform, datatake and tile, or the source's own id."""
    if scene.datatake and scene.tile:
        return safe_id(f"{product}_{scene.platform.name}_{scene.datatake}_{scene.tile}")
    day = f"{scene.time.start:%Y%m%d}"
    suffix = "" if scene.time.is_instant or day in scene.id else f"_{day}"
    return safe_id(f"{product}_{scene.id}{suffix}")


def slot_of_period(product: str, period: Period, grid: Grid) -> str:
    """Slot id of a product of a period: first and last day, digest of the scenes' ids, tile, or digest of the grid."""
    place = canonical_json([grid.crs, list(grid.transform), list(grid.shape)])
    return safe_id(f"{product}_{period.id}_{period.tile or f'grid-{hashlib.sha256(place).hexdigest()[:8]}'}")


def unit_of(scene: Scene) -> str:
    """Id of what all products of a scene share, such as the quality file."""
    return slot_of("quality", scene)


def key_of(product: Product, grid: Grid, inputs: Mapping[str, str], parameters: Mapping[str, Any]) -> str:
    """Key [SHA-256 hex]: digests of inputs, version, grid, parameters, digest of the formulas."""
    body = {
        "product": product.name,
        "version": product.version,
        "formulas": product.digest,
        "layers": [
            [x.name, x.unit, list(x.valid), x.dtype, x.nodata, x.scale, x.offset, x.overviews.value]
            for x in product.layers
        ],
        "mask": [int(product.require), int(product.reject)],
        "grid": [grid.crs, list(grid.transform), list(grid.shape)],
        "inputs": dict(inputs),
        "parameters": dict(parameters),
    }
    return hashlib.sha256(canonical_json(body)).hexdigest()


def item_id_of(slot: str, key: str) -> str:
    """Id of the item that fills a slot with what the key names."""
    return f"{slot}_{key[:8]}"


def safe_id(text: str) -> str:
    """An id that is safe as a file name and in a URL; long ones end in a digest of the whole."""
    clean = re.sub(r"[^A-Za-z0-9._-]+", "-", text).replace("..", ".").lstrip("._-")
    if clean != text:
        clean = f"{clean or 'id'}-{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
    if len(clean) > 110:
        clean = clean[:101] + "-" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    if not ID_PATTERN.match(clean):
        raise ValueError(f"no id can be made of {text!r}")
    return clean


def canonical_json(value: Any) -> bytes:
    """Sorted, compact JSON in UTF-8 without NaN: equal values give equal bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def sha256_of(path: str) -> str:
    """SHA-256 of a file, as hex."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
