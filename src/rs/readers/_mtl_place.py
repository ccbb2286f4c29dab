"""Where the bands of a Landsat scene lie, held against its MTL."""

from __future__ import annotations

from collections.abc import Mapping

from rs.core.grid import Grid
from rs.errors import Contradiction
from rs.readers._mtl import Mtl

ALIGNED = 0.1
"""How far [px] the corner of a cut may lie beside the scene's own pixels."""


def check_place(mtl: Mtl, grids: Mapping[str, Grid], *groups: str) -> list[str]:
    """Corners and size of every band against the MTL. A decimated copy is accepted and noted.

    So is a cut, where all bands were cut alike and lie on the scene's own pixels.
    """
    cell = mtl.number("GRID_CELL_SIZE_REFLECTIVE", *groups)
    size = tuple(int(mtl.number(f"REFLECTIVE_{n}", *groups)) for n in ("LINES", "SAMPLES"))
    left, top, right, bottom = (
        mtl.number(f"CORNER_{c}_PRODUCT", *groups)
        for c in ("UL_PROJECTION_X", "UL_PROJECTION_Y", "LR_PROJECTION_X", "LR_PROJECTION_Y")
    )
    edges = (left - cell / 2, bottom - cell / 2, right + cell / 2, top + cell / 2)
    _check_zone(mtl, grids, *groups)
    away = {href: max(abs(a - b) for a, b in zip(g.bounds, edges, strict=True)) for href, g in grids.items()}
    bad = [href for href, off in away.items() if off > cell]
    if bad and len(bad) == len(grids) and _is_cut(list(grids.values()), edges, cell):
        rows, cols = next(g for g in grids.values() if abs(g.pixel_size - cell) < 0.01 * cell).shape
        return [f"a cut: {cols} x {rows} px of {size[1]} x {size[0]} px"]
    if bad:
        raise Contradiction(
            f"its corners are {away[bad[0]]:.0f} m from those of the MTL (limit: one pixel, {cell:g} m)", where=bad[0],
            remedy="The band belongs to another scene or was cut; fetch the folder again",
        )  # fmt: skip
    coarse = [g for g in grids.values() if g.shape != size and g.pixel_size > 1.01 * cell]
    return list(dict.fromkeys(_decimated(g, size) for g in coarse))


def _decimated(grid: Grid, size: tuple[int, ...]) -> str:
    rows, cols = grid.shape
    return (
        f"decimated copy: {cols} x {rows} px on the corners of {size[1]} x {size[0]} px;"
        f" pixels are {grid.transform.a:.2f} x {-grid.transform.e:.2f} m"
    )


def _check_zone(mtl: Mtl, grids: Mapping[str, Grid], *groups: str) -> None:
    zone = mtl.found("UTM_ZONE", *groups)
    if not zone.isdigit():
        return
    for href, grid in grids.items():
        if grid.crs not in (f"EPSG:326{int(zone):02d}", f"EPSG:327{int(zone):02d}"):
            raise Contradiction(f"is in {grid.crs}, the MTL says UTM zone {zone}", where=href)


def _is_cut(grids: list[Grid], edges: tuple[float, float, float, float], cell: float) -> bool:
    """True where all grids cover the same part of the scene, on its own pixels."""
    first = next((g for g in grids if abs(g.pixel_size - cell) < 0.01 * cell), None)
    if first is None:
        return False
    alike = all(max(abs(a - b) for a, b in zip(g.bounds, first.bounds, strict=True)) <= cell for g in grids)
    inside = all((b - e) * sign >= -cell for b, e, sign in zip(first.bounds, edges, (1, 1, -1, -1), strict=True))
    steps = ((first.bounds[0] - edges[0]) / cell, (edges[3] - first.bounds[3]) / cell)
    return alike and inside and all(abs(step - round(step)) <= ALIGNED for step in steps)
