"""What rio-cogeo says of a file, less what it gets wrong, as it does with files of GDAL's own driver."""

from __future__ import annotations

from pathlib import Path

import rasterio
from rio_cogeo.cogeo import cog_validate

TILE = 512
NOT_TILED = "The file is greater than 512xH or 512xW, but is not tiled"


def shapes_of(path: Path) -> list[tuple[int, int]]:
    """Rows and columns of all levels of a raster, the full one first."""
    with rasterio.open(path) as dataset:
        shapes, number = [dataset.shape], len(dataset.overviews(1))
    for level in range(number):
        with rasterio.open(path, overview_level=level) as dataset:
            shapes.append(dataset.shape)
    return shapes


def complaints(path: Path) -> list[str]:
    """Errors and warnings of rio-cogeo's strict check that are right.

    It calls a level of exactly one tile's width not tiled if it is higher; GDAL's check does so only beyond
    1024 px. It takes the factor of an overview from its width or height, which cannot halve below one pixel.
    """
    shapes = shapes_of(path)
    if min(shapes[0]) < 2 ** (len(shapes) - 1):
        return []
    known = {
        f"Overview of index {level - 1} is not tiled" if level else NOT_TILED
        for level, (rows, cols) in enumerate(shapes)
        if cols == TILE < rows
    }
    valid, errors, warnings = cog_validate(str(path), strict=True, quiet=True)
    found = [*errors, *warnings]
    assert valid == (not found)
    return [words for words in found if words not in known]
