"""A made-up coast: land, a river, turbid and clear sea, clouds with shadows, a wedge without data.

Water-leaving reflectance follows from a known turbidity, so that products can be held against it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rs.core.bands import Band
from rs.testing.world import (
    CIRRUS,
    CLOUD,
    CLOUD_MEDIUM,
    NODATA,
    SHADOW,
    SOIL,
    VEGETATION,
    WATER,
    Classes,
    Floats,
    World,
)

_VEIL = np.zeros(12)
_VEIL[[CLOUD, CLOUD_MEDIUM, CIRRUS]] = 0.9, 0.5, 0.08
"""Share of the view that cloud covers, by class."""

_LIGHT = np.ones(12)
_LIGHT[SHADOW] = 0.4
"""Share of the light that arrives, by class."""

RESIDUAL = 0.004
"""Glint and haze [1] left over water in every band of a land-corrected scene."""

LAND_K, SEA_K, CLOUD_K = 303.0, 297.0, 265.0

_TURBID = {
    Band.COASTAL: (600.0, 0.08), Band.BLUE: (450.0, 0.10), Band.GREEN: (200.0, 0.14), Band.RED: (228.1, 0.1641),
    Band.REDEDGE071: (300.0, 0.17), Band.REDEDGE075: (1500.0, 0.19), Band.REDEDGE078: (1900.0, 0.20),
    Band.NIR: (2500.0, 0.205), Band.NIR08: (3078.9, 0.2112), Band.NIR09: (4000.0, 0.20),
}  # fmt: skip
"""A and C of rho_w = T / (A + T / C); red and nir08 as published for turbidity (Dogliotti et al. 2015)."""

_CLEAR = {Band.COASTAL: 0.030, Band.BLUE: 0.024, Band.GREEN: 0.012}
_PLANT = {
    Band.COASTAL: 0.02, Band.BLUE: 0.025, Band.GREEN: 0.06, Band.RED: 0.03, Band.REDEDGE071: 0.09,
    Band.REDEDGE075: 0.28, Band.REDEDGE078: 0.36, Band.NIR: 0.40, Band.NIR08: 0.42, Band.NIR09: 0.42,
    Band.CIRRUS: 0.001, Band.SWIR16: 0.18, Band.SWIR22: 0.08, Band.PAN: 0.05,
}  # fmt: skip
_GROUND = {
    Band.COASTAL: 0.07, Band.BLUE: 0.09, Band.GREEN: 0.13, Band.RED: 0.18, Band.REDEDGE071: 0.20,
    Band.REDEDGE075: 0.22, Band.REDEDGE078: 0.24, Band.NIR: 0.26, Band.NIR08: 0.28, Band.NIR09: 0.28,
    Band.CIRRUS: 0.001, Band.SWIR16: 0.34, Band.SWIR22: 0.28, Band.PAN: 0.15,
}  # fmt: skip
_PATH = {
    Band.COASTAL: 0.115, Band.BLUE: 0.082, Band.GREEN: 0.047, Band.RED: 0.026, Band.REDEDGE071: 0.021,
    Band.REDEDGE075: 0.018, Band.REDEDGE078: 0.015, Band.NIR: 0.012, Band.NIR08: 0.011, Band.NIR09: 0.004,
    Band.SWIR16: 0.002, Band.SWIR22: 0.001, Band.PAN: 0.045,
}  # fmt: skip
"""What a clear sky adds at the top of the atmosphere [1]."""


def coast(extent: tuple[float, float], *, toa: bool = False, drift: tuple[float, float] = (0.0, 0.0)) -> World:
    """The coast over an extent (width, height) [m]; its shapes grow with it, its grain of 10 m does not.

    toa: with the light of the sky added, as Level 1 sees it. drift: how far clouds and shadows have moved
    (left, up) as shares of the extent, for several dates of one place.
    """
    last: list[Fields] = []

    def fields(x: Floats, y: Floats) -> Fields:
        if not last or not last[0].of(x, y):
            last[:] = [_fields(x, y, extent, drift)]
        return last[0]

    def values(band: Band, x: Floats, y: Floats) -> Floats:
        here = fields(x, y)
        surface = _surface(band, here)
        if band not in (Band.THERMAL, Band.THERMAL_UNCERTAINTY):
            surface += (_PATH.get(band, 0.0) if toa else 0.0) + _grain(band, x, y)
        surface[here.classes == NODATA] = np.nan
        return surface

    return World(values, lambda x, y: fields(x, y).classes)


@dataclass(frozen=True, slots=True)
class Fields:
    """What all bands of a block share: classes, turbidity [FNU], where water lies below, share of plants."""

    x: Floats
    y: Floats
    classes: Classes
    turbidity: Floats
    wet: NDArray[np.bool_]
    green: Floats

    def of(self, x: Floats, y: Floats) -> bool:
        """True where these are the fields of the places."""
        return np.array_equal(self.x, x) and np.array_equal(self.y, y)


def _fields(x: Floats, y: Floats, extent: tuple[float, float], drift: tuple[float, float]) -> Fields:
    u, v = x / extent[0], y / extent[1]
    wet = (u[None, :] > _shore(v)[:, None]) | _river(u, v)
    plants = _waves(u, v, 40.0, 0.8)
    return Fields(x, y, _classes(u, v, wet, plants, drift), turbidity_of(u, v), wet, 0.5 + 0.5 * plants)


def turbidity_of(u: Floats, v: Floats) -> Floats:
    """Turbidity [FNU] of the water at places in units of the extent: u to the right, v down; [rows, cols]."""
    away = u[None, :] - _shore(v)[:, None]
    plume = np.exp(-(((v - 0.35) / 0.12) ** 2))[:, None]
    sea = 1.5 + (20.0 + 300.0 * plume) * np.exp(-np.maximum(away, 0.0) / (0.03 + 0.09 * plume))
    return np.where(_river(u, v) & (away <= 0.0), 220.0, sea)


def _shore(v: Floats) -> Floats:
    return 0.42 + 0.06 * np.sin(7.0 * v) + 0.02 * np.sin(31.0 * v) + 0.006 * np.sin(97.0 * v)


def _river(u: Floats, v: Floats) -> NDArray[np.bool_]:
    middle = 0.35 + 0.05 * np.sin(11.0 * u) + 0.01 * np.sin(43.0 * u)
    return np.abs(v[:, None] - middle[None, :]) < 0.012


def _waves(u: Floats, v: Floats, turns: float, phase: float) -> Floats:
    """A smooth field in [-1, 1]: a few products of waves along both axes."""
    k = turns * np.array([1.0, 1.7, 2.9])
    rows = np.cos(np.outer(v, k * 1.3) + phase * np.array([1.0, 2.0, 3.0]))
    cols = np.sin(np.outer(k, u) + phase * np.array([[0.7], [1.9], [0.4]]))
    field: Floats = rows @ (cols * np.array([[0.5], [0.3], [0.2]]))
    return field


def _classes(
    u: Floats, v: Floats, wet: NDArray[np.bool_], plants: Floats, drift: tuple[float, float]
) -> Classes:  # fmt: skip
    left, up = u + drift[0], v + drift[1]
    classes = np.where(plants > 0.0, VEGETATION, SOIL).astype(np.uint8)
    classes[wet] = WATER
    classes[_clouds(left - 0.012, up + 0.018) > 0.55] = SHADOW
    thickness = _clouds(left, up)
    classes[_waves(left, up, 5.0, 4.4) > 0.62] = CIRRUS
    classes[thickness > 0.5] = CLOUD_MEDIUM
    classes[thickness > 0.6] = CLOUD
    classes[u[None, :] > 0.86 + 0.25 * (1.0 - v[:, None])] = NODATA
    return classes


def _clouds(u: Floats, v: Floats) -> Floats:
    return _waves(u, v, 13.0, 2.1)


def _surface(band: Band, here: Fields) -> Floats:
    classes = here.classes
    if band is Band.THERMAL_UNCERTAINTY:
        return np.where(classes == WATER, 0.6, 2.0) + np.where(classes >= CLOUD_MEDIUM, 4.0, 0.0)
    if band is Band.THERMAL:
        ground = np.where(classes == WATER, SEA_K + here.turbidity / 200.0, LAND_K)
        return np.where(classes >= CLOUD_MEDIUM, CLOUD_K, ground)
    land = here.green * (_PLANT[band] - _GROUND[band]) + _GROUND[band]
    ground = np.where(here.wet, _water(band, here.turbidity), land)
    ground *= _LIGHT[classes]
    veil = _VEIL[classes]
    ground *= 1.0 - veil
    return ground + veil * (0.02 if band is Band.CIRRUS else 0.7)


def _water(band: Band, turbidity: Floats) -> Floats:
    if band not in _TURBID:
        return np.full(turbidity.shape, RESIDUAL)
    a, c = _TURBID[band]
    return _CLEAR.get(band, 0.0) + turbidity / (a + turbidity / c) + RESIDUAL


def _grain(band: Band, x: Floats, y: Floats) -> Floats:
    """Noise of a pixel in [-0.0004, 0.0004], the same for the same place and band whatever the block."""
    col = (x // 10.0).astype(np.uint32) * np.uint32(2654435761)
    row = (y // 10.0).astype(np.uint32) * np.uint32(2246822519)
    mixed = (col[None, :] ^ row[:, None]) + np.uint32(sum(band.value.encode()) * 40503)
    mixed = (mixed ^ (mixed >> np.uint32(15))) * np.uint32(3266489917)
    return ((mixed >> np.uint32(8)) / np.float64(2**24) - 0.5) * 0.0008
