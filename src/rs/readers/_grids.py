"""Grids that a file and its metadata state: they must agree; a decimated copy is accepted and noted."""

from __future__ import annotations

from rs.core.grid import Grid, Shape
from rs.errors import BadInput, Contradiction, MissingPart
from rs.raster.opening import open_raster, raster_grid


def header(href: str, index: int = 1) -> tuple[Grid | None, Shape, str]:
    """Grid (None: not georeferenced), shape and dtype of a band of a raster."""
    with open_raster(href) as dataset:
        if index > dataset.count:
            raise Contradiction(f"has {dataset.count} bands; band {index} is wanted", where=href)
        return raster_grid(href, dataset), Shape(*dataset.shape), str(dataset.dtypes[index - 1])


def own_grid(href: str) -> tuple[Grid, str]:
    """Grid and dtype of a raster that must be georeferenced by itself."""
    grid, _, dtype = header(href)
    if grid is None:
        raise BadInput("has no georeference", where=href, remedy="Fetch the file again")
    return grid, dtype


def agreed(href: str, own: Grid | None, stated: Grid | None, shape: Shape, says: str) -> tuple[Grid, list[str]]:
    """The grid of a file, from the file itself or from what `says` states, with notes.

    Raises Contradiction where the two place it differently, MissingPart where neither does.
    """
    if own is None and stated is None:
        raise MissingPart(
            f"has no georeference, and {says} states none (proj:code, proj:transform, proj:shape)", where=href
        )
    if own is None:
        assert stated is not None
        return _rescaled(href, stated, shape, says)
    if stated is not None:
        reach = max(stated.pixel_size, own.pixel_size)
        off = max(abs(a - b) for a, b in zip(own.bounds, stated.bounds, strict=True))
        if own.crs != stated.crs or off > reach:
            raise Contradiction(
                f"lies at {_place(own)}, {says} says {_place(stated)}", where=href,
                remedy="The file belongs to another scene, or one of the two is damaged",
            )  # fmt: skip
    return own, []


def decimated(grid: Grid, says: str) -> str:
    """The note on pixels that are coarser than what `says` describes."""
    return f"decimated copy: pixels of {grid.pixel_size:g} m, {says} describes finer ones"


def _rescaled(href: str, stated: Grid, shape: Shape, says: str) -> tuple[Grid, list[str]]:
    if shape == stated.shape:
        return stated, []
    fy, fx = stated.shape.rows / shape.rows, stated.shape.cols / shape.cols
    if abs(fx / fy - 1) > 1.5 / min(shape):
        raise Contradiction(
            f"is {shape.cols} x {shape.rows} px, {says} says {stated.shape.cols} x {stated.shape.rows}:"
            " not a decimated copy of it",
            where=href,
        )
    grid = stated.resized(shape)
    return grid, [decimated(grid, says)]


def _place(grid: Grid) -> str:
    return f"{grid.crs} " + ", ".join(f"{v:.0f}" for v in grid.bounds)
