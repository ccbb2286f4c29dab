"""Quality bits of a block: sensor flags, own water test, and what needs the neighbourhood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor

import numpy as np
from numpy.typing import NDArray

from rs.algorithms.atmosphere import Geometry, glint_angle
from rs.algorithms.neighbourhood import FAR, disk, grow, mostly
from rs.core.bands import Band, Quality
from rs.core.grid import Grid
from rs.core.jit import jitted
from rs.core.scene import Scene
from rs.pipeline.loops import any_of, own_water, settle_alone, settle_near

Floats = NDArray[np.float64]
Flags = NDArray[np.uint16]
Bools = NDArray[np.bool_]

SWIR_CLEAR = 0.0215
"""Brightest shortwave-infrared reflectance (1.6 um) [1] of clear water (ACOLITE's default)."""

BLUE_WATER = 0.15
"""Water that is brighter in blue [1] is taken for cloud where nothing else tells clouds."""

CLOUD_MARGIN = 100.0
"""Clouds and their shadows are grown by this distance [m]."""

ADJACENT_PIXELS = 3
"""Water this close [px] to land bears the bit adjacent."""

AFLOAT = 100.0
"""Half side [m] of the square whose water, where it is more than half, makes the land in its middle doubtful."""

GLINT_ANGLE = 30.0
LOW_SUN_ZENITH = 70.0
METRES_PER_DEGREE = 111_320.0
SETTLED = Quality.CLOUD | Quality.CLOUD_SHADOW | Quality.CIRRUS | Quality.SNOW | Quality.SATURATED
"""Bits that leave the own water test nothing to decide."""

OWN_WATER = np.array([Quality.WATER, Quality.LAND, Quality.UNSURE, SETTLED | Quality.NODATA], np.uint16)
"""Bits as `own_water` takes them."""

CLOUD, SHADOW, WATER, LAND = (
    np.uint16(bit) for bit in (Quality.CLOUD, Quality.CLOUD_SHADOW, Quality.WATER, Quality.LAND)
)
NEAR = np.array([Quality.NODATA, CLOUD, SHADOW, WATER, Quality.ADJACENT, LAND, Quality.UNSURE], np.uint16)
"""Bits as `settle_near` takes them."""


@dataclass(frozen=True, slots=True)
class WaterTest:
    """The own water test: green against `other`, None where the bands are not held; with classes or without."""

    other: Band | None
    classes: bool

    @property
    def note(self) -> str:
        """What an item says about it."""
        index = "MNDWI" if self.other is Band.SWIR16 else "NDWI"
        if self.other is None:
            return "water bit: from the scene's own classification" if self.classes else "water bit: no band tells"
        own = f"{index} > 0 and blue < {BLUE_WATER}"
        if self.classes:
            return f"water bit: the scene's classification or {own}; where they differ the pixel is unsure"
        return f"water bit: {own}; the scene has no classification"


def water_test(scene: Scene) -> WaterTest:
    """How the water bit of a scene is decided."""
    classes = any(Quality.WATER in source.knows for source in scene.quality)
    for other in (Band.SWIR16, Band.NIR, Band.NIR08):
        if {Band.GREEN, Band.BLUE, other} <= set(scene.assets):
            return WaterTest(other, classes)
    return WaterTest(None, classes)


def quality_bands(scene: Scene) -> tuple[Band, ...]:
    """Bands that the quality bits of a scene need, whatever the products: they are shared by all."""
    test = water_test(scene)
    needed = [] if test.other is None else [Band.GREEN, Band.BLUE, test.other]
    # red tells an offset that was applied twice, whatever the products
    needed += [band for band in (Band.SWIR16, Band.RED) if band in scene.assets]
    if not _measured_known(scene) and not needed:
        needed = sorted(scene.assets)[:1]
    return tuple(dict.fromkeys(needed))


def _measured_known(scene: Scene) -> bool:
    return any(Quality.NODATA in source.knows for source in scene.quality)


def quality_grid(scene: Scene) -> Grid:
    """The grid of the shared quality bits: the finest of the scene's bands, the panchromatic one apart."""
    grids = [asset.grid for band, asset in scene.assets.items() if band is not Band.PAN]
    return min(grids or [a.grid for a in scene.assets.values()], key=lambda grid: grid.pixel_size)


def deciding_bands(scene: Scene) -> tuple[Band, ...]:
    """Bands whose reflectance decides quality bits; others are needed for what is counted, or for their no data."""
    if not _measured_known(scene):
        return quality_bands(scene)
    other = water_test(scene).other
    wanted = ([] if other is None else [Band.GREEN, Band.BLUE, other]) + [Band.SWIR16]
    return tuple(band for band in quality_bands(scene) if band in wanted)


def pixel_bits(scene: Scene, bands: Mapping[Band, Floats], sensor_flags: list[Flags]) -> Flags:
    """Quality bits [rows, cols] that a pixel decides alone, from sensor flags and reflectance."""
    shape = next(iter(bands.values())).shape if bands else sensor_flags[0].shape
    bits = sensor_flags[0].copy() if sensor_flags else np.zeros(shape, np.uint16)
    for flags in sensor_flags[1:]:
        bits |= flags
    if not _measured_known(scene):
        seen = [np.isfinite(bands[band]) for band in quality_bands(scene)]
        # where all bands saturate there is no value, and yet something was measured
        bits[~np.logical_or.reduce([*seen, has(bits, Quality.SATURATED)])] |= np.uint16(Quality.NODATA)
    _water(scene, bands, bits)
    known = np.array([Quality.NODATA, Quality.WATER, *_everywhere(scene), Quality.HIGH_SWIR], np.uint16)
    swir = bands.get(Band.SWIR16, np.empty((0, 0)))
    jitted(settle_alone)(bits, swir, SWIR_CLEAR, known)
    return bits


def _everywhere(scene: Scene) -> tuple[Quality, Quality]:
    """Bits that every measured pixel of a scene bears, and those that all its water bears."""
    low = scene.angles.sun_zenith is not None and scene.angles.sun_zenith > LOW_SUN_ZENITH
    unsure = Quality(0) if scene.cloud_state_known else Quality.UNSURE
    return unsure | (Quality.LOW_SUN if low else Quality(0)), Quality.GLINT if glint_risk(scene) else Quality(0)


def _water(scene: Scene, bands: Mapping[Band, Floats], bits: Flags) -> None:
    """The own test survives turbid water, which classifications take for land; a difference is unsure."""
    test = water_test(scene)
    if test.other is None:
        return
    rule = np.array([BLUE_WATER, float(test.classes)])
    jitted(own_water)(bits, bands[Band.GREEN], bands[Band.BLUE], bands[test.other], rule, OWN_WATER)


def glint_risk(scene: Scene) -> bool:
    """True where the mean geometry of the scene looks close to the mirror image of the sun."""
    a = scene.angles
    if a.sun_zenith is None or a.view_zenith is None:
        return False
    azimuth = 0.0 if a.sun_azimuth is None or a.view_azimuth is None else a.sun_azimuth - a.view_azimuth
    return glint_angle(Geometry(a.sun_zenith, a.view_zenith, azimuth)) < GLINT_ANGLE


@dataclass(frozen=True, slots=True)
class Reach:
    """How far [px] clouds are grown, land throws light, and water is looked for around land.

    `halo` is what a block needs of its neighbours.
    """

    cloud: int
    land: int
    water: int = 0

    @property
    def halo(self) -> int:
        """Pixels needed around a block."""
        return max(self.cloud, self.land, self.water)


def reach_of(grid: Grid) -> Reach:
    """Distances in pixels of a grid; a pixel wider than the margin grows nothing."""
    metres = grid.pixel_size * (1.0 if grid.pixel_size > 0.1 else METRES_PER_DEGREE)
    cloud, water = (min(FAR - 1, floor(reach / metres)) for reach in (CLOUD_MARGIN, AFLOAT))
    return Reach(cloud, ADJACENT_PIXELS, water)


def neighbour_bits(bits: Flags, reach: Reach) -> Flags:
    """Quality bits with clouds and shadows grown and water near land marked, on an array with its halo.

    Land amid water, which may be what floats there, is not called land: it is unsure, and neither of both.
    The outermost `reach.halo` pixels of the result are not to be used, unless the scene ends there.
    """
    near = np.zeros((4, *bits.shape), np.uint8)
    grown, within = jitted(grow), disk(reach.cloud)
    grown(bits, CLOUD, within, near[0])
    grown(bits, SHADOW, within, near[1])
    if jitted(any_of)(bits, WATER):
        grown(bits, LAND, disk(reach.land), near[2])
        if reach.water:
            jitted(mostly)(bits, WATER, reach.water, near[3])
    out = np.empty_like(bits)
    jitted(settle_near)(bits, near, NEAR, out)
    return out


def has(bits: Flags, bit: Quality) -> Bools:
    """Where any of the bits is set."""
    found: Bools = (bits & np.uint16(bit)) != 0
    return found
