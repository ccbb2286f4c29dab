"""What numbers and times of metadata can be at all: outside of it they are damage, whoever wrote them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from rs.core.scene import TimeSpan
from rs.errors import BadInput

FIRST_YEAR = 1972
"""Landsat 1, the first satellite of all that are read here, was launched in July 1972."""

LIMITS: tuple[tuple[str, float, float, str], ...] = (
    (r"SUN_ELEVATION", -90.0, 90.0, "degrees"),
    (r"SUN_AZIMUTH", -360.0, 360.0, "degrees"),
    (r"view:sun_elevation", -90.0, 90.0, "degrees"),
    (r"view:(?:sun_)?azimuth", -360.0, 360.0, "degrees"),
    (r"view:off_nadir", -90.0, 90.0, "degrees"),
    (r"WRS_PATH", 1, 233, ""),
    (r"WRS_ROW", 1, 248, ""),
    (r"UTM_ZONE", -60, 60, ""),
    (r"GRID_CELL_SIZE_\w+", 0.1, 10_000.0, "m"),
    (r"\w+_(?:LINES|SAMPLES)", 1, 1_000_000, "px"),
    (r"CORNER_\w+_PROJECTION_[XY]_PRODUCT", -2e7, 2e7, "m"),
    (r"REFLECTANCE_MULT_BAND_\w+", 1e-9, 0.1, ""),
    (r"REFLECTANCE_ADD_BAND_\w+", -1.0, 1.0, ""),
    (r"TEMPERATURE_MULT_BAND_\w+", 1e-9, 1.0, "K"),
    (r"TEMPERATURE_ADD_BAND_\w+", 0.0, 400.0, "K"),
    (r"RADIANCE_MULT_BAND_\w+", 1e-9, 10.0, "W m-2 sr-1 um-1"),
    (r"RADIANCE_ADD_BAND_\w+", -1000.0, 1000.0, "W m-2 sr-1 um-1"),
    (r"K1_CONSTANT_BAND_\w+", 100.0, 2000.0, "W m-2 sr-1 um-1"),
    (r"K2_CONSTANT_BAND_\w+", 1000.0, 2000.0, "K"),
    (r"QUANTIZE_CAL_MAX_BAND_\w+", 1, 65_535, ""),
)
"""Tags of MTL files and fields of STAC with the least and the greatest that they can be, and the unit.

Wide on purpose: a calibration that is merely unusual passes, one that belongs to another tag or lost its
point does not.
"""

_COMPILED = [(re.compile(tag), low, high, unit) for tag, low, high, unit in LIMITS]


def check_number(tag: str, value: float, where: str, *, kind: str = "tag") -> float:
    """The value of a tag (or field), where it can be one. Raises BadInput naming file, tag and limits."""
    for wanted, low, high, unit in _COMPILED:
        if wanted.fullmatch(tag) and not low <= value <= high:
            raise BadInput(f"{kind} {tag}: {value:g} is outside of {low:g} .. {high:g} {unit}".rstrip(), where=where)
    return value


def check_time(span: TimeSpan, fields: str, where: str) -> TimeSpan:
    """A span that begins when satellites were there to see it. Raises BadInput naming file and fields.

    Its end may be to come: a source that knows only the year states it whole.
    """
    if span.start.year < FIRST_YEAR or span.start > datetime.now(UTC):
        raise BadInput(
            f"{fields}: {span.start:%Y-%m-%d} is not a time of a satellite scene ({FIRST_YEAR} to today)", where=where
        )
    return span
