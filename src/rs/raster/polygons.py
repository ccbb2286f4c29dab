"""Masks that come as polygons (GML of Sentinel-2 before baseline 04.00), drawn on a grid."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import numpy as np
import rasterio
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from rasterio.features import rasterize
from rasterio.io import DatasetReader, MemoryFile
from rasterio.transform import Affine

from rs.core.grid import Grid
from rs.errors import BadInput, Contradiction
from rs.raster.archive import read_bytes

MAX_BYTES = 64 * 2**20
MAX_POINTS = 5_000_000
COUNTS = {"CIRRUS": 2, "OPAQUE": 1}
"""Count of each kind of cloud in the drawn mask, in the order of drawing; 0 is free of both."""


def draw_mask(href: str, grid: Grid) -> DatasetReader:
    """A dataset of uint8 counts (0, OPAQUE 1, CIRRUS 2) on a grid. Raises BadInput naming the file.

    A pixel counts where its centre lies in a polygon.
    """
    kinds: dict[str, list[dict[str, Any]]] = {}
    for kind, polygon in _polygons(href, grid.crs):
        kinds.setdefault(kind, []).append(polygon)
    unknown = sorted(set(kinds) - set(COUNTS))
    if unknown:
        raise BadInput(f"holds areas of the unknown kind {', '.join(unknown)}", where=href)
    shapes = [(polygon, count) for kind, count in COUNTS.items() for polygon in kinds.get(kind, [])]
    transform, shape = Affine(*grid.transform), (grid.shape.rows, grid.shape.cols)
    drawn = rasterize(shapes, shape, transform=transform, dtype="uint8") if shapes else np.zeros(shape, np.uint8)
    memory = MemoryFile()
    with memory.open(
        driver="GTiff", width=shape[1], height=shape[0], count=1, dtype="uint8", crs=grid.crs, transform=transform,
        compress="DEFLATE", tiled=True,
    ) as out:  # fmt: skip
        out.write(drawn, 1)
    dataset: DatasetReader = rasterio.open(memory.name, driver="GTiff")
    weakref.finalize(dataset, memory.close)
    return dataset


def _polygons(href: str, crs: str) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        root: Element = fromstring(read_bytes(href, MAX_BYTES), forbid_dtd=True)
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise BadInput(f"is not valid XML ({error})", where=href, remedy="Fetch it again") from error
    points = 0
    for envelope in _all(root, "Envelope"):
        stated = envelope.get("srsName", "").rsplit(":", 1)[-1]
        if stated and f"EPSG:{stated}" != crs:
            raise Contradiction(f"is in EPSG:{stated}, the bands are in {crs}", where=href)
    for feature in _all(root, "MaskFeature"):
        kind = next(("".join(part.itertext()).strip() for part in _all(feature, "maskType")), "")
        for polygon in _all(feature, "Polygon"):
            rings = [_ring(ring, href) for ring in _all(polygon, "posList")]
            points += sum(len(ring) for ring in rings)
            if points > MAX_POINTS:
                raise BadInput(f"has more than {MAX_POINTS} points", where=href)
            yield kind, {"type": "Polygon", "coordinates": rings}


def _all(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element.iter() if child.tag.rsplit("}", 1)[-1] == name)


def _ring(element: Element, href: str) -> list[tuple[float, float]]:
    """Points (x, y) of a ring; the exterior is listed before the interiors."""
    try:
        dimension = max(2, int(element.get("srsDimension", "2")))
        numbers = [float(word) for word in (element.text or "").split()]
    except ValueError as error:
        raise BadInput(f"has a polygon that is not made of numbers ({error})", where=href) from error
    ring = list(zip(numbers[::dimension], numbers[1::dimension], strict=False))
    if len(ring) < 4 or not np.isfinite(numbers).all():
        raise BadInput("has a polygon of fewer than four points, or one that is not finite", where=href)
    return ring
