"""Masks of a Sentinel-2 granule: clouds of the tile, flaws of each band, which detector saw it.

Rasters since baseline 04.00, polygons (GML) before; names and kinds as the Product Specification
Document (S2-PDGS-TAS-DI-PSD) has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rs.core.bands import Band, Quality
from rs.core.grid import Grid
from rs.core.scene import ABSENT, Asset, QualitySource
from rs.readers import _sentinel2 as msi
from rs.readers._grids import agreed, decimated, header
from rs.readers._safe import Package
from rs.readers._sentinel2_tile import TileFacts

SAYS = "the tile's metadata"
RASTER = "MSK_QUALIT"
POLYGONS = ("MSK_SATURA", "MSK_NODATA", "MSK_DEFECT", "MSK_TECQUA")
DETECTORS = "MSK_DETFOO"
FLAWED = Quality.SATURATED | Quality.NODATA


def placed(href: str, stated: Grid, index: int = 1) -> tuple[Grid, str, list[str]]:
    """Grid, dtype and notes of band `index` of a raster that the metadata place on a grid."""
    own, shape, dtype = header(href, index)
    grid, notes = agreed(href, own, stated, shape, SAYS)
    if own is not None and shape != stated.shape:
        notes = [decimated(grid, SAYS)]
    return grid, dtype, notes


def clouds(package: Package, tile: TileFacts) -> tuple[tuple[QualitySource, ...], list[str]]:
    """The cloud mask of a tile in either form; none and a note where it is not there."""
    classi, polygons = (tile.masks.get((kind, ""), "") for kind in ("MSK_CLASSI", "MSK_CLOUDS"))
    if classi in package.stems:
        href = package.href(package.stems[classi])
        grid, _, notes = placed(href, tile.grids[60], len(msi.CLASSI_PLANES))
        asset = Asset("MSK_CLASSI", href, 1, grid, "uint8", planes=msi.CLASSI_PLANES)
        return (QualitySource(asset, msi.CLASSI, msi.CLASSI_KNOWS),), notes
    if polygons in package.stems:
        asset = Asset("MSK_CLOUDS", package.href(package.stems[polygons]), 1, tile.grids[60], "uint8")
        return (QualitySource(asset, msi.CLOUD_POLYGONS, Quality.CLOUD | Quality.CIRRUS),), []
    return (), [f"{classi or polygons or 'a cloud mask'} is not there: the state of the sky is unknown"]


def flaws(package: Package, tile: TileFacts, name: str, grid: Grid) -> tuple[tuple[QualitySource, ...], list[str]]:
    """Masks of one band by its name (B02), in either form, and the stems of those that are listed and not there.

    grid: of the band, which polygons are drawn on.
    """
    sources, absent = [], []
    for kind in (RASTER, *POLYGONS):
        stem = _of_band(tile, kind, name)
        if stem not in package.stems:
            absent += [stem] if stem else []
            continue
        href = package.href(package.stems[stem])
        if kind == RASTER:
            own, _, _ = placed(href, tile.grids[msi.NATIVE[name]], len(msi.FLAW_PLANES))
            asset = Asset(f"{kind}_{name}", href, 1, own, "uint8", planes=msi.FLAW_PLANES)
        else:
            asset = Asset(f"{kind}_{name}", href, 1, grid, "uint8")
        sources.append(QualitySource(asset, msi.FLAWS, FLAWED))
    return tuple(sources), absent


def absence(stems: Iterable[str]) -> list[str]:
    """The note on masks of bands that are not there."""
    names = ", ".join(sorted(stems))
    if not names:
        return []
    return [f"{names} {ABSENT}: saturated and lost pixels of these bands are known by their counts alone"]


def detectors(package: Package, tile: TileFacts) -> Mapping[Band, str]:
    """The file of each band that says which of the twelve detectors saw a pixel, where it is there."""
    named = {band: _of_band(tile, DETECTORS, name) for name, band in msi.BANDS.items()}
    return {band: package.href(package.stems[stem]) for band, stem in named.items() if stem in package.stems}


def _of_band(tile: TileFacts, kind: str, name: str) -> str:
    """Stem of a mask of a band, "" where the metadata list none."""
    return tile.masks.get((kind, str(msi.BAND_IDS.index(name))), "")
