"""Where the scene of a STAC item lies: outline, the grid that the item states, angles, orbit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from shapely.errors import ShapelyError
from shapely.geometry import shape

from rs.core.grid import Grid, Shape, Transform
from rs.core.scene import Angles
from rs.errors import BadInput
from rs.readers._ranges import check_number


def footprint_of(item: Mapping[str, Any], file: str) -> Mapping[str, Any]:
    """The outline of an item, GeoJSON in EPSG:4326. Raises BadInput."""
    geometry = item.get("geometry")
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise BadInput("field geometry: a Polygon or MultiPolygon is needed", where=file)
    try:
        empty = shape(geometry).is_empty
    except (AttributeError, KeyError, IndexError, TypeError, ValueError, ShapelyError) as error:
        raise BadInput(f"field geometry: cannot be read ({type(error).__name__})", where=file) from error
    if empty:
        raise BadInput("field geometry: is empty", where=file)
    return geometry


def stated_grid(properties: Mapping[str, Any], asset: Mapping[str, Any], key: str, file: str) -> Grid | None:
    """The grid that an asset or its item states, None where it is not whole. Raises BadInput."""
    fields = {**properties, **asset}
    code, transform, size = _crs(fields), fields.get("proj:transform"), fields.get("proj:shape")
    if not (code and transform and size):
        return None
    try:
        return Grid(code, Transform(*(float(v) for v in transform[:6])), Shape(*(int(n) for n in size)))
    except (TypeError, ValueError) as error:
        raise BadInput(f"asset {key}: proj:transform or proj:shape is not usable ({error})", where=file) from error


def _crs(fields: Mapping[str, Any]) -> str:
    """The reference system as files have it: authorities are written in capitals."""
    code = str(fields.get("proj:code") or "").strip()
    if code:
        authority, colon, number = code.partition(":")
        return f"{authority.upper()}{colon}{number}" if colon and number.isalnum() else code
    epsg = fields.get("proj:epsg")
    return f"EPSG:{epsg}" if epsg else ""


def angles_of(properties: Mapping[str, Any], file: str) -> Angles:
    """Mean angles [degrees]; None where they are not stated. Raises BadInput for one that can't be."""

    def number(field: str) -> float | None:
        value = properties.get(field)
        stated = isinstance(value, int | float) and not isinstance(value, bool)
        return check_number(field, float(value), file, kind="field") if stated and value is not None else None

    elevation = number("view:sun_elevation")
    return Angles(
        sun_zenith=None if elevation is None else 90.0 - elevation,
        sun_azimuth=number("view:sun_azimuth"),
        view_zenith=number("view:off_nadir"),
        view_azimuth=number("view:azimuth"),
    )


def datatake_of(properties: Mapping[str, Any]) -> str:
    """When the datatake of Sentinel-2 began, as its id has it; "" for others."""
    found = re.match(r"GS2[A-D]_(\d{8}T\d{6})_", str(properties.get("s2:datatake_id", "")))
    return found.group(1) if found else ""


def orbit_of(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers of the absolute and the relative orbit from the names of Sentinel-2."""
    absolute = re.match(r"GS2[A-D]_\d{8}T\d{6}_(\d{6})_", str(properties.get("s2:datatake_id", "")))
    relative = re.search(r"_R(\d{3})_", str(properties.get("s2:product_uri", "")))
    found: dict[str, Any] = {}
    if absolute:
        found["sat:absolute_orbit"] = int(absolute.group(1))
    if relative:
        found["sat:relative_orbit"] = int(relative.group(1))
    return found
