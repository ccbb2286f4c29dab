"""Sentinel-2 SAFE products, folder or zip: Level 1C and 2A, all processing baselines, old and new names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from os.path import basename

import shapely

from rs.core.bands import Band
from rs.core.grid import Grid
from rs.core.reader import Reader
from rs.core.scene import ABSENT, Asset, Correction, QualitySource, Reflectance, Scene, TimeSpan
from rs.errors import MissingPart
from rs.raster.footprint import grid_footprint, to_wgs84
from rs.readers import _sentinel2 as msi
from rs.readers import _sentinel2_masks as masks
from rs.readers._documents import identifier
from rs.readers._safe import MANIFEST, Package, locate, manifest_checksums, recognised
from rs.readers._sentinel2_product import Product, read_product
from rs.readers._sentinel2_tile import TileFacts, read_tile

LEVELS = {
    "L1C": (Reflectance.TOA, Correction.NONE),
    "L2A": (Reflectance.SURFACE, Correction.AS_DELIVERED),
}


def open_scene(path: str) -> Scene:
    """The scene of a product. Raises BadInput and its kinds, naming file, tag and remedy."""
    package = locate(path)
    if package is None:
        raise MissingPart("holds no product metadata", where=path, remedy="Copy the whole product again")
    tile = read_tile(package.document(package.tile))
    product = read_product(package.document(package.product), package.level, tile.name)
    name = product.name or basename(package.root).removesuffix(".SAFE")
    assets, missing, notes = _bands(package, product, tile)
    if not assets:
        raise MissingPart(
            f"none of the {len(missing)} listed band files is there", where=package.root,
            remedy="Copy the whole product again",
        )  # fmt: skip
    quality, quality_notes = _quality(package, product, tile)
    metadata = (package.href(package.product), package.href(package.tile))
    checksums, manifest_notes = manifest_checksums(package, rewritten=product.rewritten)
    reflectance, correction = LEVELS[package.level]
    scene = Scene(
        id=identifier(name if f"T{tile.name}" in name else f"{name}_T{tile.name}", package.root),
        path=path,
        platform=product.platform,
        time=TimeSpan.at(tile.time),
        footprint=_footprint(package, product, tile.grids[10]),
        reflectance=reflectance,
        correction=correction,
        assets=assets,
        quality=quality,
        datatake=_datatake(product),
        tile=tile.name,
        baseline=product.baseline,
        angles=tile.angles,
        missing=missing,
        licence="other",
        licence_url=msi.LICENCE_URL,
        attribution=msi.ATTRIBUTION.format(year=tile.time.year),
        notes=tuple(dict.fromkeys((*tile.notes, *notes, *quality_notes, *manifest_notes))),
        properties={**product.properties, "grid:code": f"MGRS-{tile.name}"},
        metadata=metadata + ((package.href(MANIFEST),) if MANIFEST in package.names else ()),
        angle_grid=tile.angle_grid,
        detectors=masks.detectors(package, tile),
    )
    used = (*(asset.href for asset in scene.rasters), *metadata)
    return replace(scene, checksums={href: checksums[href] for href in used if href in checksums})


def _datatake(product: Product) -> str:
    found = re.match(r"GS2[A-Z]_(\d{8}T\d{6})_", product.datatake)
    return found.group(1) if found else ""


def _bands(package: Package, product: Product, tile: TileFacts) -> tuple[dict[Band, Asset], dict[Band, str], list[str]]:
    assets: dict[Band, Asset] = {}
    missing: dict[Band, str] = {}
    notes: list[str] = []
    absent: list[str] = []
    for name, band in msi.BANDS.items():
        listed = _copies(product.images, name)
        held = [(pixel, stem) for pixel, stem in listed if stem in package.stems]
        if held:
            pixel, stem = held[0]
            if pixel != listed[0][0]:
                notes.append(f"{name}: the copy of {pixel} m is used, {listed[0][1]} is not there")
            href = package.href(package.stems[stem])
            grid, dtype, found = masks.placed(href, tile.grids[pixel])
            notes += found
            flaws, lost = masks.flaws(package, tile, name, grid)
            absent += lost
            assets[band] = Asset(
                name, href, 1, grid, dtype, product.scale, product.offsets[name], nodata=product.nodata, masks=flaws
            )
        elif listed:
            missing[band] = f"{listed[0][1]} {ABSENT}"
    return assets, missing, notes + masks.absence(absent)


def _copies(stems: Iterable[str], name: str) -> list[tuple[int, str]]:
    """Pixel size [m] and stem of the files of a layer: the native one, then the finest coarser one.

    Old names have a layer before the tile: ..._SCL_L2A_TL_..._20m.
    """
    found = {}
    for stem in stems:
        match = re.search(rf"_{name}(?:_L2A_TL_\w+?)?(?:_(\d\d)m)?$", stem)
        pixel = int(match.group(1) or msi.NATIVE[name]) if match else 0
        if pixel in msi.PIXELS:
            found[stem] = pixel
    copies = [(pixel, stem) for stem, pixel in found.items()]
    return sorted(copies, key=lambda copy: (copy[0] < msi.NATIVE[name], copy[0]))


def _quality(package: Package, product: Product, tile: TileFacts) -> tuple[tuple[QualitySource, ...], list[str]]:
    """The scene classification where there is one, else the cloud masks of the tile."""
    listed = _copies((*product.images, *package.stems), "SCL")
    held = [(pixel, stem) for pixel, stem in listed if stem in package.stems]
    if held:
        pixel, stem = held[0]
        href = package.href(package.stems[stem])
        grid, dtype, notes = masks.placed(href, tile.grids[pixel])
        return (QualitySource(Asset("SCL", href, 1, grid, dtype), msi.SCENE_CLASSIFICATION, msi.SCL_KNOWS),), notes
    absent = [f"{stem} {ABSENT}" for _, stem in listed[:1]]
    sources, notes = masks.clouds(package, tile)
    return sources, absent + notes


def _footprint(package: Package, product: Product, grid: Grid) -> Mapping[str, object]:
    """The measured area as the product states it; the tile's edges for products of several tiles."""
    corners = product.footprint
    on_earth = all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in corners)
    if len(corners) >= 4 and on_earth and "_PRD_" not in product.name:
        if max(lon for lon, _ in corners) - min(lon for lon, _ in corners) > 180:
            corners = tuple((lon + 360 if lon < 0 else lon, lat) for lon, lat in corners)
        outline = shapely.Polygon(corners)
        if outline.is_valid and outline.area > 0:
            return to_wgs84(outline, "EPSG:4326")
    return grid_footprint(grid)


READER = Reader(
    name="sentinel2-safe",
    title="Sentinel-2 SAFE product, folder or zip",
    sensors=(msi.SENSOR,),
    matches=recognised,
    open_scene=open_scene,
    platforms=msi.PLATFORMS,
    rank=20,
    evidence="real metadata",
)
