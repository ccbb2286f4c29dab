"""Checks that a result must pass before it is published."""

from __future__ import annotations

import posixpath
from pathlib import Path
from typing import Any

import rasterio

from rs.catalog.attestation import inputs_of, subjects_of
from rs.catalog.layout import Layout, item_name
from rs.catalog.schema import check_core
from rs.core.result import Result
from rs.core.slot import ID_PATTERN
from rs.errors import CheckFailed, Untrusted, UsageError
from rs.store.local import LocalStore


def check_before(result: Result, item: dict[str, Any], where: str) -> None:
    """Id, item against the core schema, whether it can be signed, statistics within the ranges. Raises CheckFailed."""
    if not ID_PATTERN.fullmatch(result.item_id):
        raise CheckFailed(f"{result.item_id!r} is not a safe id", where=where)
    check_core(item, where)
    try:
        # an item that cannot be signed would keep all later ones from being signed
        subjects_of(item), inputs_of(item)
    except (UsageError, Untrusted) as error:
        raise CheckFailed(f"cannot be signed: {error.what}", where=where) from error
    for layer in result.product.layers:
        found = result.statistics.get(layer.name)
        if found is None:
            continue
        low, high = layer.valid
        if not (low - layer.scale <= found.minimum <= found.maximum <= high + layer.scale):
            raise CheckFailed(
                f"layer {layer.name}: statistics {found.minimum} .. {found.maximum} leave the range", where=where
            )


def check_placed(layout: Layout, result: Result, item: dict[str, Any]) -> None:
    """One pixel through the item's own href: the door that users take. Raises CheckFailed.

    In a bucket the bytes were read back when they were placed; there the staged file is opened.
    """
    asset = result.product.main.name
    folder = posixpath.dirname(item_name(result.product.name, result.item_id))
    name = posixpath.normpath(posixpath.join(folder, item["assets"][asset]["href"]))
    store = layout.store
    staged = Path(result.staging) / next(file.name for file in result.files if file.asset == asset)
    href = str(store.path(name)) if isinstance(store, LocalStore) else str(staged)
    with rasterio.open(href, driver="GTiff") as dataset:
        if list(dataset.shape) != item["properties"]["proj:shape"]:
            raise CheckFailed(f"is {dataset.shape}, the item says {item['properties']['proj:shape']}", where=href)
        dataset.read(1, window=((0, 1), (0, 1)))
