"""Masks that come as polygons (GML of Sentinel-2 before baseline 04.00), drawn on a grid block by block."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import numpy as np
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from numpy.typing import NDArray

from rs.core.grid import Grid
from rs.errors import BadInput, Contradiction
from rs.raster.archive import read_bytes

MAX_BYTES = 64 * 2**20
MAX_POINTS = 5_000_000
Ring = list[tuple[float, float]]
BITS = {
    "OPAQUE": 1, "CIRRUS": 2,
    "ANC_LOST": 1, "ANC_DEG": 2, "MSI_LOST": 4, "MSI_DEG": 8, "QT_DEFECTIVE_PIXELS": 16, "QT_NODATA_PIXELS": 32,
    "QT_PARTIALLY_CORRECTED_PIXELS": 64, "QT_SATURATED_PIXELS_L1A": 128, "QT_SATURATED_PIXELS_L1B": 128,
}  # fmt: skip
"""Bit of each kind of area: clouds, and what is wrong with a band in the order of MSK_QUALIT, its successor."""


def is_polygons(href: str) -> bool:
    """True for the name of a mask of polygons."""
    return href.lower().endswith(".gml")


class Areas:
    """The areas of one mask: bit and rings of each, the exterior first, and where it lies.

    bits [n]; bounds [n, 4]: left, bottom, right, top in the units of the CRS.
    """

    def __init__(self, href: str, crs: str) -> None:
        """Read a mask. Raises BadInput naming the file: no XML, another CRS, an unknown kind, no polygon."""
        self.polygons: list[dict[str, Any]] = []
        bits, bounds, unknown = [], [], set()
        for kind, rings in _polygons(href, crs):
            if kind not in BITS:
                unknown.add(kind)
                continue
            corners = np.array(rings[0])
            self.polygons.append({"type": "Polygon", "coordinates": rings})
            bits.append(BITS[kind])
            bounds.append([*corners.min(axis=0), *corners.max(axis=0)])
        if unknown:
            raise BadInput(f"holds areas of the unknown kind {', '.join(sorted(unknown))}", where=href)
        self.bits: NDArray[np.int64] = np.array(bits, np.int64)
        self.bounds: NDArray[np.float64] = np.array(bounds, np.float64).reshape(-1, 4)

    def within(self, grid: Grid) -> dict[int, list[dict[str, Any]]]:
        """Polygons by bit whose bounds touch a grid."""
        left, bottom, right, top = grid.bounds
        b = self.bounds
        touching = (b[:, 0] <= right) & (b[:, 2] >= left) & (b[:, 1] <= top) & (b[:, 3] >= bottom)
        found: dict[int, list[dict[str, Any]]] = {}
        for k in np.flatnonzero(touching):
            found.setdefault(int(self.bits[k]), []).append(self.polygons[k])
        return found


def _polygons(href: str, crs: str) -> Iterator[tuple[str, list[Ring]]]:
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
            if not rings:
                raise BadInput("has a polygon without points", where=href, remedy="Fetch it again")
            yield kind, rings


def _all(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element.iter() if child.tag.rsplit("}", 1)[-1] == name)


def _ring(element: Element, href: str) -> Ring:
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
