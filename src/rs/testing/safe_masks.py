"""Cloud masks of a Sentinel-2 granule, and masks of polygons as GML: rasters since baseline 04.00."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rasterio.features import shapes
from rasterio.transform import Affine

from rs.core.grid import Grid
from rs.testing.world import CIRRUS, CLOUD, CLOUD_MEDIUM, SNOW, Classes


@dataclass(frozen=True, slots=True)
class Mask:
    """A mask as the tile's metadata list it: type, path with suffix, number of the band or "" for all."""

    kind: str
    path: str
    band: str = ""

    @property
    def attributes(self) -> dict[str, str]:
        """Attributes of its tag, in the provider's order."""
        return {**({"bandId": self.band} if self.band else {}), "type": self.kind}


KINDS = {"OPAQUE": (CLOUD_MEDIUM, CLOUD), "CIRRUS": (CIRRUS,)}


def classi_of(classes: Classes) -> NDArray[np.uint8]:
    """Bands of MSK_CLASSI [3, rows, cols]: opaque cloud, cirrus, snow; 1 where they are."""
    kinds = [np.isin(classes, (CLOUD_MEDIUM, CLOUD)), classes == CIRRUS, classes == SNOW]
    return np.stack(kinds).astype(np.uint8)


def clouds_gml(classes: Classes, grid: Grid, name: str) -> str:
    """Polygons of MSK_CLOUDS around the cloudy pixels of a grid."""
    transform = Affine(*grid.transform)
    features = []
    for kind, numbers in KINDS.items():
        features += features_of(np.isin(classes, numbers), transform, kind)
    return mask_gml(features, grid, name)


def features_of(mask: NDArray[np.bool_], transform: Affine, kind: str, start: int = 0) -> list[str]:
    """Areas of a kind, numbered from `start` on, around the true pixels of a mask [rows, cols]."""
    found = shapes(mask.astype(np.uint8), mask=mask, transform=transform)
    return [feature(f"{kind}.{k}", kind, geometry["coordinates"]) for k, (geometry, _) in enumerate(found, start)]


def mask_gml(features: list[str], grid: Grid, name: str) -> str:
    """A mask of polygons; an empty one has neither envelope nor members, as the provider writes it."""
    members = f"  <eop:maskMembers>\n{''.join(features)}  </eop:maskMembers>\n" if features else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<eop:Mask xmlns:eop="http://www.opengis.net/eop/2.0" xmlns:gml="http://www.opengis.net/gml/3.2"'
        f' gml:id="{name}">\n  <gml:name>{name}</gml:name>\n'
        f"{_envelope(grid) if features else ''}{members or '  <eop:maskMembers/>' + chr(10)}</eop:Mask>\n"
    )


def _envelope(grid: Grid) -> str:
    left, bottom, right, top = grid.bounds
    return (
        f'  <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG:8.7:{grid.crs.removeprefix("EPSG:")}">'
        f"<gml:lowerCorner>{left:.0f} {bottom:.0f} 0</gml:lowerCorner>"
        f"<gml:upperCorner>{right:.0f} {top:.0f} 0</gml:upperCorner></gml:Envelope></gml:boundedBy>\n"
    )


def feature(name: str, kind: str, rings: list[list[tuple[float, float]]]) -> str:
    """One area: the exterior ring, then the holes."""
    outside, *holes = (_ring(ring) for ring in rings)
    inside = "".join(f"<gml:interior>{hole}</gml:interior>" for hole in holes)
    return (
        f'    <eop:MaskFeature gml:id="{name}"><eop:maskType codeSpace="urn:gs2:S2PDGS:maskType">{kind}</eop:maskType>'
        f'<eop:extentOf><gml:Polygon gml:id="{name}_Polygon"><gml:exterior>{outside}</gml:exterior>{inside}'
        "</gml:Polygon></eop:extentOf></eop:MaskFeature>\n"
    )


def _ring(points: list[tuple[float, float]]) -> str:
    words = " ".join(f"{x:.10g} {y:.10g} 0" for x, y in points)
    return f'<gml:LinearRing><gml:posList srsDimension="3">{words}</gml:posList></gml:LinearRing>'
