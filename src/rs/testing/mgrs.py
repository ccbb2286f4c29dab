"""Places of Sentinel-2 tiles: zone and upper left corner from the name of an MGRS square."""

from __future__ import annotations

import re

BANDS = "CDEFGHJKLMNPQRSTUVWX"
ROWS = "ABCDEFGHJKLMNPQRSTUV"
COLUMNS = ("STUVWXYZ", "ABCDEFGH", "JKLMNPQR")
SQUARE = 100_000
CYCLE = 2_000_000
STEP = 60
"""Corners of tiles lie on multiples of the coarsest pixel [m]."""


def tile_corner(tile: str) -> tuple[str, float, float]:
    """Coordinate reference system and upper left corner (x, y) [m] of a tile such as "49QGF"."""
    match = re.fullmatch(r"(\d{2})([C-HJ-NP-X])([A-HJ-NP-Z])([A-HJ-NP-V])", tile)
    if not match or not 1 <= int(match.group(1)) <= 60 or match.group(3) not in COLUMNS[int(match.group(1)) % 3]:
        raise ValueError(f"{tile!r} is not the name of a tile")
    zone, band, column, row = int(match.group(1)), *match.groups()[1:]
    east = (COLUMNS[zone % 3].index(column) + 1) * SQUARE
    north = ((ROWS.index(row) - (0 if zone % 2 else 5)) % 20) * SQUARE
    latitude = 8 * BANDS.index(band) - 80
    equator = 0 if latitude >= 0 else 10_000_000
    lowest = equator + latitude * 110_650 - SQUARE
    while north < lowest:
        north += CYCLE
    top = equator - (equator - north - SQUARE) // STEP * STEP
    return f"EPSG:{326 if latitude >= 0 else 327}{zone:02d}", float(east // STEP * STEP), float(top)
