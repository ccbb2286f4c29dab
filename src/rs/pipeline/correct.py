"""Correction: the reflectance that products declare, on one block."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from rs.algorithms.atmosphere import Geometry, Path, clear_path, lambert_inversion
from rs.core.bands import Band
from rs.core.grid import Block, Grid
from rs.core.product import Product
from rs.core.scene import Correction, Reflectance, Scene
from rs.pipeline.angles import has_pixel_angles, pixel_angles
from rs.raster.blocks import Handles

Floats = NDArray[np.float64]


def correction_bands(scene: Scene, product: Product) -> tuple[Band, ...]:
    """Bands that bringing the scene to the product's reflectance needs beside the product's own."""
    if product.reflectance is Reflectance.WATER_LEAVING and scene.reflectance is Reflectance.SURFACE:
        return (Band.SWIR22,)
    return ()


def correctable(scene: Scene, product: Product) -> str:
    """Why the scene can't be brought to the product's reflectance, or "" where it can."""
    wanted, held = product.reflectance, scene.reflectance
    if wanted is held or correction_bands(scene, product):
        return ""
    if wanted is Reflectance.RAYLEIGH_CORRECTED and held is Reflectance.SURFACE:
        return ""
    if wanted is Reflectance.RAYLEIGH_CORRECTED and held is Reflectance.TOA:
        return _no_rayleigh(scene)
    return f"it needs {wanted.value} reflectance and the scene holds {held.value}"


def _no_rayleigh(scene: Scene) -> str:
    if scene.angles.sun_zenith is None:
        return "the Rayleigh correction needs the sun's zenith angle, which the scene does not state"
    if not scene.platform.wavelengths:
        return f"the Rayleigh correction needs the wavelengths of {scene.platform.name}, which no table states"
    return ""


def correction_level(scene: Scene, product: Product) -> Correction:
    """Level of the correction that reaches the product's reflectance."""
    if correction_bands(scene, product):
        return Correction.D_RESIDUAL_SWIR
    if needs_rayleigh(scene, product):
        return Correction.A_RAYLEIGH
    return scene.correction


def correction_note(scene: Scene, product: Product) -> str:
    """What an item says about the correction; "" where the pixels are used as delivered."""
    if correction_bands(scene, product):
        return "level D: the 2.2 um residual of the land-corrected reflectance is taken off every band"
    if needs_rayleigh(scene, product):
        angles = "the angles of each pixel" if has_pixel_angles(scene) else "the mean geometry"
        return f"level A: gases and molecules corrected with {angles} at sea level; aerosol remains"
    if product.reflectance is not scene.reflectance:
        return "made from surface reflectance in place of Rayleigh-corrected reflectance"
    return ""


def needs_rayleigh(scene: Scene, product: Product) -> bool:
    """Whether gases and molecules are to be corrected, which takes angles."""
    return product.reflectance is Reflectance.RAYLEIGH_CORRECTED and scene.reflectance is Reflectance.TOA


def geometry_of(scene: Scene) -> Geometry:
    """Mean geometry of a scene; a view that is not stated is taken for nadir."""
    a = scene.angles
    assert a.sun_zenith is not None
    azimuth = 0.0 if a.sun_azimuth is None or a.view_azimuth is None else a.sun_azimuth - a.view_azimuth
    return Geometry(a.sun_zenith, a.view_zenith or 0.0, azimuth)


def geometry_on(held: Handles, scene: Scene, grid: Grid, block: Block) -> Geometry:
    """Angles for correcting a block: of each pixel where the scene has them, else its means."""
    return pixel_angles(held, scene, grid, block) or geometry_of(scene)


def brought_to(
    product: Product, scene: Scene, bands: Mapping[Band, Floats], wanted: tuple[Band, ...],
    geometry: Geometry | None = None,
) -> list[Floats]:  # fmt: skip
    """The wanted bands [rows, cols] in the product's reflectance.

    Water-leaving from land-corrected surface reflectance: the residual at 2.2 um, where water is
    black, is glint and haze; it is taken off every band (flat spectrum, level D). Rayleigh-corrected
    from top of atmosphere: gases and molecules (level A) with `geometry`, the scene's means where it is None.
    """
    if correction_bands(scene, product):
        residual = bands[Band.SWIR22]
        return [bands[band] - residual for band in wanted]
    if needs_rayleigh(scene, product):
        angles, waves = geometry or geometry_of(scene), scene.platform.wavelengths
        return [_inverted(bands[band], clear_path(waves[band.value], angles)) for band in wanted]
    return [bands[band] for band in wanted]


def inputs_of(
    product: Product, scene: Scene, bands: Mapping[Band, Floats], wanted: tuple[Band, ...],
    geometry: Geometry | None = None,
) -> tuple[list[Floats], Floats | None]:  # fmt: skip
    """As `brought_to`, with the residual of level D apart: it is taken off every band as the formula runs."""
    if correction_bands(scene, product):
        return [bands[band] for band in wanted], bands[Band.SWIR22]
    return brought_to(product, scene, bands, wanted, geometry), None


def _inverted(rho_t: Floats, path: Path) -> Floats:
    return np.asarray(lambert_inversion(rho_t, path), np.float64)
