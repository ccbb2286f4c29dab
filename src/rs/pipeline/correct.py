"""Correction: quality bits and the reflectance that products declare, on one block."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rs.core.bands import Band, Quality
from rs.core.product import Product
from rs.core.scene import Correction, Reflectance, Scene

Floats = NDArray[np.float64]
Flags = NDArray[np.uint16]

SWIR_CLEAR = 0.0215
"""Brightest shortwave-infrared reflectance (1.6 um) [1] of clear water (ACOLITE's default)."""

BLUE_WATER = 0.15
"""Water that is brighter in blue [1] is taken for cloud where nothing else tells clouds."""


@dataclass(frozen=True, slots=True)
class WaterTest:
    """Where the water bit comes from: the quality source, or an index of two bands."""

    green: Band = Band.GREEN
    other: Band | None = None
    known: bool = True

    @property
    def note(self) -> str:
        """What an item says about it."""
        if not self.known:
            return "water bit: never; the scene has no classification and lacks the bands that tell water"
        if self.other is None:
            return "water bit: from the scene's own classification"
        index = "MNDWI" if self.other is Band.SWIR16 else "NDWI"
        return f"water bit: {index} > 0 and blue < {BLUE_WATER}; the scene has no classification"


def water_test(scene: Scene) -> WaterTest:
    """How the water bit of a scene is decided; WaterTest(other=None) without bands means never."""
    if any(Quality.WATER in source.knows for source in scene.quality):
        return WaterTest()
    for other in (Band.SWIR16, Band.NIR, Band.NIR08):
        if {Band.GREEN, Band.BLUE, other} <= set(scene.assets):
            return WaterTest(other=other)
    return WaterTest(known=False)


def quality_bands(scene: Scene) -> tuple[Band, ...]:
    """Bands that the quality bits of a scene need, whatever the products: they are shared by all."""
    test = water_test(scene)
    needed = [] if test.other is None else [Band.GREEN, Band.BLUE, test.other]
    # red tells an offset that was applied twice, whatever the products
    needed += [band for band in (Band.SWIR16, Band.RED) if band in scene.assets]
    if not scene.quality and not needed:
        needed = sorted(scene.assets)[:1]
    return tuple(dict.fromkeys(needed))


def quality_bits(scene: Scene, bands: Mapping[Band, Floats], sensor_flags: list[Flags]) -> Flags:
    """Quality bits [rows, cols] of a block, from sensor flags and reflectance."""
    shape = next(iter(bands.values())).shape if bands else sensor_flags[0].shape
    bits = np.zeros(shape, np.uint16)
    for flags in sensor_flags:
        bits |= flags
    if not scene.quality:
        seen = [np.isfinite(bands[band]) for band in quality_bands(scene)]
        bits[~np.logical_or.reduce(seen)] |= np.uint16(Quality.NODATA)
    measured = (bits & np.uint16(Quality.NODATA)) == 0
    _water(scene, bands, bits, measured)
    if not scene.cloud_state_known:
        bits[measured] |= np.uint16(Quality.UNSURE)
    if Band.SWIR16 in bands:
        bright = bands[Band.SWIR16] >= SWIR_CLEAR
        bits[bright & ((bits & np.uint16(Quality.WATER)) != 0)] |= np.uint16(Quality.HIGH_SWIR)
    bits[~measured] = Quality.NODATA
    return bits


def _water(scene: Scene, bands: Mapping[Band, Floats], bits: Flags, measured: NDArray[np.bool_]) -> None:
    test = water_test(scene)
    if test.other is None:
        return
    with np.errstate(invalid="ignore"):
        # the sign of a normalised difference is the sign of the difference
        wet = (bands[test.green] > bands[test.other]) & (bands[Band.BLUE] < BLUE_WATER)
    told = measured & np.isfinite(bands[test.green] + bands[test.other] + bands[Band.BLUE])
    bits[told & wet] |= np.uint16(Quality.WATER)
    bits[told & ~wet] |= np.uint16(Quality.LAND)


def correction_bands(scene: Scene, product: Product) -> tuple[Band, ...]:
    """Bands that bringing the scene to the product's reflectance needs beside the product's own."""
    if product.reflectance is Reflectance.WATER_LEAVING and scene.reflectance is Reflectance.SURFACE:
        return (Band.SWIR22,)
    return ()


def correctable(scene: Scene, product: Product) -> str:
    """Why the scene can't be brought to the product's reflectance, or "" where it can."""
    if product.reflectance is scene.reflectance or correction_bands(scene, product):
        return ""
    return f"it needs {product.reflectance.value} reflectance and the scene holds {scene.reflectance.value}"


def correction_level(scene: Scene, product: Product) -> Correction:
    """Level of the correction that reaches the product's reflectance."""
    return Correction.D_RESIDUAL_SWIR if correction_bands(scene, product) else scene.correction


def brought_to(product: Product, scene: Scene, bands: Mapping[Band, Floats], wanted: tuple[Band, ...]) -> list[Floats]:
    """The wanted bands [rows, cols] in the product's reflectance.

    Water-leaving from land-corrected surface reflectance: the residual at 2.2 um, where water is
    black, is glint and haze; it is taken off every band (flat spectrum, level D).
    """
    if correction_bands(scene, product):
        residual = bands[Band.SWIR22]
        return [bands[band] - residual for band in wanted]
    return [bands[band] for band in wanted]
