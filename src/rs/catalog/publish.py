"""Publishing a result: data placed, item checked and stored, entry committed. Before it, nothing is."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rasterio

from rs.catalog.files import create, place
from rs.catalog.item import data_name, item_bytes, item_of
from rs.catalog.layout import Layout
from rs.catalog.register import Action, Entry, Fact, Register
from rs.catalog.schema import check_core
from rs.core.result import Result
from rs.core.scene import Grade, OpenMode
from rs.core.slot import ID_PATTERN
from rs.errors import CheckFailed


@dataclass(frozen=True, slots=True)
class Publisher:
    """The one writer of a run: a site folder and its register."""

    layout: Layout
    register: Register
    open_mode: OpenMode = OpenMode.CLOSED
    grade: Grade = Grade.GENERAL_1

    def publish(self, result: Result) -> Entry:
        """Publish a result; doing it again changes nothing. Raises Conflict, CheckFailed, OutputError."""
        root = self.layout.root
        item = item_of(result, self.open_mode, self.grade)
        body = item_bytes(item)
        path = self.layout.item(result.product.name, result.item_id)
        _check(result, item, path)
        for file in result.files:
            place(Path(result.staging) / file.name, root / data_name(result, file), file.digest)
        _read_back(path, item, result.product.name)
        create(path, body)
        return self.register.commit(
            Fact(
                Action.PUBLISH, result.slot, result.key, result.product.name, result.item_id,
                hashlib.sha256(body).hexdigest(), {file.asset: file.digest for file in result.files},
            )
        )  # fmt: skip


def _check(result: Result, item: dict[str, Any], path: Path) -> None:
    where = str(path)
    if not ID_PATTERN.match(result.item_id):
        raise CheckFailed(f"{result.item_id!r} is not a safe id", where=where)
    check_core(item, where)
    for layer in result.product.layers:
        found = result.statistics.get(layer.name)
        if found is None:
            continue
        low, high = layer.valid
        if not (low - layer.scale <= found.minimum <= found.maximum <= high + layer.scale):
            raise CheckFailed(
                f"layer {layer.name}: statistics {found.minimum} .. {found.maximum} leave the range", where=where
            )


def _read_back(path: Path, item: dict[str, Any], asset: str) -> None:
    """One pixel through the item's own href: the door that users take."""
    href = os.path.normpath(path.parent / item["assets"][asset]["href"])
    with rasterio.open(href, driver="GTiff") as dataset:
        if list(dataset.shape) != item["properties"]["proj:shape"]:
            raise CheckFailed(f"is {dataset.shape}, the item says {item['properties']['proj:shape']}", where=href)
        dataset.read(1, window=((0, 1), (0, 1)))
