"""Loading: contradictions settled, counts turned into reflectance once, block by block."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rs.core.bands import Band, Quality
from rs.core.grid import Block, Grid, Shape
from rs.core.jit import jitted
from rs.core.scene import Asset, QualitySource, Scene
from rs.errors import Contradiction, MissingPart
from rs.pipeline.clear_land import Evidence, has_classes, infrared_of, kind_of, vegetated, wanted_bits, whole
from rs.pipeline.flags import flags_on, flaws_on, translate
from rs.pipeline.loops import lift
from rs.raster.blocks import Handles, Piece, handles, read_piece

if TYPE_CHECKING:
    import xarray as xr

Floats = NDArray[np.float64]
Flags = NDArray[np.uint16]

SETTLE_PIXELS = 1024
APPLIED_ABOVE = 0.20
NOT_APPLIED_BELOW = 0.01
CLEAR_NEEDED = 100
CONSISTENT = "Fetch the scene from a source whose metadata are consistent"


def unit_grid(scene: Scene, bands: Iterable[Band]) -> Grid:
    """The finest grid among the bands; other bands are read onto it by nearest neighbour."""
    grids = [scene.assets[band].grid for band in bands]
    return min(grids, key=lambda grid: grid.pixel_size)


def read_band(held: Handles, asset: Asset, grid: Grid, block: Block) -> Floats:
    """Values of a band on a block: count * scale + offset in float64, NaN where there is none."""
    return values_on(read_piece(held, asset, grid, block), grid, block)


def values_on(piece: Piece, grid: Grid, block: Block, out: Floats | None = None) -> Floats:
    """Values of a piece on a block of a grid: count * scale + offset in float64, NaN where there is none.

    None is where the count says so, and where a mask of the band says saturated, defective, lost, no data.
    out: [rows, cols] to be filled and given back.
    """
    values = np.empty((block.height, block.width)) if out is None else out
    asset = piece.asset
    if asset.kelvin is None:
        calibration = np.array([asset.scale, asset.offset, *asset.nodata])
        jitted(lift)(np.ascontiguousarray(piece.counts), *piece.index(grid, block), calibration, values)
    else:
        counts, inside = piece.on(grid, block)
        values[:] = calibrate(asset, counts)
        if inside is not None:
            values[~inside] = np.nan
    if piece.masks:
        values[flaws_on(piece, grid, block) != 0] = np.nan
    return values


def sensor_flags(held: Handles, scene: Scene, pieces: Iterable[Piece], grid: Grid, block: Block) -> list[Flags]:
    """What the sensor's flag files say of a block, then the saturated pixels of bands by their own masks.

    A band without measurement is no reason to give up a pixel that others saw, so NODATA is left out.
    """
    flags = [read_flags(held, source, grid, block) for source in scene.quality]
    flaws = [flaws_on(piece, grid, block) for piece in pieces if piece.masks]
    return flags + [found & np.uint16(Quality.SATURATED) for found in flaws]


def calibrate(asset: Asset, counts: NDArray[np.generic]) -> Floats:
    """Counts to values of an asset; no-data counts and non-finite counts become NaN."""
    raw = counts.astype(np.float64)
    values = raw * asset.scale + asset.offset
    if asset.kelvin is not None:
        k1, k2 = asset.kelvin
        # without radiance there is no temperature, and the logarithm would make 0 K of it
        values = k2 / np.log1p(k1 / np.where(values > 0, values, np.nan))
    for nodata in asset.nodata:
        values[raw == nodata] = np.nan
    values[~np.isfinite(values)] = np.nan
    return values


def read_flags(held: Handles, source: QualitySource, grid: Grid, block: Block) -> Flags:
    """Quality bits of a flag file on a block; NODATA outside of it."""
    return flags_on(source, read_piece(held, source.asset, grid, block), grid, block, Quality.NODATA)


def settle(scene: Scene) -> Scene:
    """The scene with every contradictory offset settled from its own pixels, and a note saying how.

    On clear land a red reflectance is hardly ever negative. If the claimed offset makes more than
    20% of clear-land pixels negative it was already applied; below 1% it was not; else Contradiction.
    Clear land is what a classification says; where there is none, vegetation by a test that no offset sways.
    """
    rivals = {band: asset for band, asset in scene.assets.items() if asset.rival_offset is not None}
    if not rivals:
        return scene
    asset = scene.assets.get(Band.RED)
    if asset is None or asset.rival_offset is None:
        raise MissingPart(
            "the metadata contradict each other about the offset and the red band that would settle it is not held",
            where=scene.path,
            remedy="Bring the red band too, or the item of one source only",
        )
    found = _negative_share(scene, asset)
    if NOT_APPLIED_BELOW <= found.share <= APPLIED_ABOVE:
        raise Contradiction(
            f"{asset.rival_source}; with the offset {found.share:.1%} of {found.pixels} {found.kind} pixels of red are"
            " negative, which tells neither way",
            where=f"{scene.path}, band red",
            remedy=CONSISTENT,
        )
    return _with_offsets(scene, rivals, found)


def _negative_share(scene: Scene, asset: Asset) -> Evidence:
    infrared, shift = infrared_of(scene, asset), (asset.rival_offset or 0.0) - asset.offset
    classes, kind = has_classes(scene), kind_of(scene)
    if not classes and infrared is None:
        raise Contradiction(
            f"{asset.rival_source}; it cannot be settled: no classification tells land, and no near infrared with"
            " the same claims is held to find vegetation",
            where=f"{scene.path}, band red",
            remedy=f"Bring the classification (SCL, QA_PIXEL) or the near infrared too. {CONSISTENT}",
        )
    rows, cols = asset.grid.shape
    step = max(1, -(-max(rows, cols) // SETTLE_PIXELS))
    small = Shape(max(1, rows // step), max(1, cols // step))
    with handles() as held:
        red = calibrate(asset, whole(held, asset, small))
        clear = np.isfinite(red)
        for source in scene.quality:
            clear &= wanted_bits(source.knows, translate(source, whole(held, source.asset, small)))
        if not classes and infrared is not None:
            clear &= vegetated(red, calibrate(infrared, whole(held, infrared, small)), shift)
    pixels = int(clear.sum())
    if pixels < CLEAR_NEEDED:
        raise Contradiction(
            f"{asset.rival_source}; only {pixels} {kind} pixels are there to settle it",
            where=f"{scene.path}, band red",
            remedy=CONSISTENT,
        )
    return Evidence(float((red[clear] < 0).mean()), pixels, kind)


def _with_offsets(scene: Scene, rivals: Mapping[Band, Asset], found: Evidence) -> Scene:
    applied = found.share > APPLIED_ABOVE
    assets = dict(scene.assets)
    for band, asset in rivals.items():
        offset = asset.rival_offset if applied and asset.rival_offset is not None else asset.offset
        assets[band] = replace(asset, offset=offset, rival_offset=None)
    first = next(iter(rivals.values()))
    verdict = "already applied to the pixels" if applied else "not yet applied to the pixels"
    note = (
        f"offset settled from pixels: {first.rival_source}; with {first.offset:g} applied {found.share:.1%} of"
        f" {found.pixels} {found.kind} pixels of red would be negative, so the offset was {verdict}"
    )
    return replace(scene, assets=assets, notes=(*scene.notes, note))


def dataset(scene: Scene, bands: Iterable[Band], *, chunk: int = 1024) -> xr.Dataset:
    """Reflectance of bands as a dask-backed Dataset: variables (y, x) float64 [1], NaN = no data.

    The same reads and the same calibration as the engine's; coordinates are pixel centres.
    """
    import dask.array as da
    import rioxarray  # noqa: F401  (registers the accessor that carries the CRS)
    import xarray as xr

    scene = settle(scene)
    names = list(bands)
    grid = unit_grid(scene, names)
    t, (rows, cols) = grid.transform, grid.shape
    variables = {
        band.value: (("y", "x"), da.block(_lazy(scene.assets[band], grid, chunk)), {"units": "1"}) for band in names
    }
    coords = {
        "y": ("y", t.f + t.e * (np.arange(rows) + 0.5)),
        "x": ("x", t.c + t.a * (np.arange(cols) + 0.5)),
    }
    return xr.Dataset(variables, coords).rio.write_crs(grid.crs)  # type: ignore[no-any-return]


def _lazy(asset: Asset, grid: Grid, chunk: int) -> list[list[object]]:
    import dask.array as da
    from dask.delayed import delayed

    rows: dict[int, list[object]] = {}
    for block in grid.blocks(chunk):
        part = delayed(_read_alone)(asset, grid, block)
        rows.setdefault(block.row, []).append(
            da.from_delayed(part, shape=(block.height, block.width), dtype=np.float64)
        )
    return list(rows.values())


def _read_alone(asset: Asset, grid: Grid, block: Block) -> Floats:
    with handles() as held:
        return read_band(held, asset, grid, block)
