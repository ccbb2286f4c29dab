"""Atmosphere, first part: gases and molecules (Rayleigh), so that top-of-atmosphere gives rho_rc (level A)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Number = float | NDArray[np.float64]
"""One value, or one for each pixel [rows, cols]."""

STANDARD_PRESSURE = 1013.25
OZONE = 0.3
"""Ozone column [cm-atm] of the mean atmosphere."""

OZONE_ABSORPTION = {443: 0.0034, 490: 0.0217, 555: 0.0897, 645: 0.0715, 667: 0.0485, 705: 0.0192, 865: 0.0008}
"""Absorption of ozone [1 / cm-atm] by wavelength [nm]; between them linear, beyond them zero."""

POLARISATION = 0.958725775


@dataclass(frozen=True, slots=True)
class Geometry:
    """Angles of sun and view [degrees]; azimuth: difference of sun and view azimuth. Of a scene, or of each pixel."""

    sun_zenith: Number
    view_zenith: Number
    azimuth: Number


@dataclass(frozen=True, slots=True)
class Path:
    """What the clear atmosphere does to one band: gas and scattering transmittances, path reflectance, albedo [1]."""

    gas: Number
    path: Number
    down: Number
    up: Number
    albedo: float

    @property
    def inverse(self) -> tuple[Number, Number, float]:
        """(gain, offset, albedo): with a = rho_t * gain + offset, rho = a / (1 + albedo * a)."""
        both = self.down * self.up
        return 1.0 / (self.gas * both), -self.path / both, self.albedo


def rayleigh_optical_thickness(wavelength: float, pressure: float = STANDARD_PRESSURE) -> float:
    """Optical thickness of molecules [1] at a wavelength [um] and surface pressure [hPa] (Hansen and Travis 1974)."""
    w = wavelength**-2
    return 0.008569 * w * w * (1 + 0.0113 * w + 0.00013 * w * w) * pressure / STANDARD_PRESSURE


def pressure_at(height: float) -> float:
    """Pressure [hPa] at a height [m] of the standard atmosphere with a scale height of 8 km."""
    return STANDARD_PRESSURE * float(np.exp(-height / 8000.0))


def rayleigh_reflectance(tau: float, geometry: Geometry) -> Number:
    """Reflectance of molecules [1] seen from space over a black surface (6S polynomial, Vermote et al. 1997)."""
    mus, muv = (np.cos(np.radians(a)) for a in (geometry.sun_zenith, geometry.view_zenith))
    phi = np.radians(geometry.azimuth + 180.0)
    x = POLARISATION
    p1 = 1 + (3 * mus * mus - 1) * (3 * muv * muv - 1) * x / 8
    p2 = -0.75 * x * mus * muv * np.sqrt(1 - mus * mus) * np.sqrt(1 - muv * muv)
    p3 = 0.1875 * x * (1 - mus * mus) * (1 - muv * muv)
    pl = (1.0, mus + muv, mus * muv, mus**2 + muv**2, (mus * muv) ** 2)
    log = np.log(tau)
    f0 = _sum(pl, (0.33243832, 0.16285370, -0.30924818, -0.10324388, 0.11493334))
    f0 = f0 + log * _sum(pl, (-0.06777104, 0.001577425, -0.01240906, 0.03241678, -0.03503695))
    f1 = 0.19666292 - 0.05439061 * log
    f2 = 0.14545937 - 0.02910845 * log
    down, up = np.exp(-tau / mus), np.exp(-tau / muv)
    a = (1 - down * up) / (4 * (mus + muv))
    b = (1 - down) * (1 - up)
    terms = p1 * (a + b * f0) + 2 * p2 * (a + b * f1) * np.cos(phi) + 2 * p3 * (a + b * f2) * np.cos(2 * phi)
    return _plain(terms)


def _sum(terms: tuple[Any, ...], weights: tuple[float, ...]) -> Any:
    """Weighted sum in a fixed order: a matrix product would depend on how many pixels there are."""
    total = terms[0] * weights[0]
    for term, weight in zip(terms[1:], weights[1:], strict=True):
        total = total + term * weight
    return total


def _plain(value: Any) -> Number:
    """Arrays as they are, numbers as Python's."""
    return np.asarray(value, np.float64) if np.ndim(value) else float(value)


def spherical_albedo(tau: float) -> float:
    """Albedo of the molecular atmosphere [1] for light from below (6S)."""
    powers = tau ** np.arange(6)
    e1 = powers @ np.array([-0.57721566, 0.99999193, -0.24991055, 0.05519968, -0.00976004, 0.00107857]) - np.log(tau)
    e3 = (np.exp(-tau) * (1 - tau) + tau * tau * e1) / 2
    return float((3 * tau - e3 * (4 + 2 * tau) + 2 * np.exp(-tau)) / (4 + 3 * tau))


def scattering_transmittance(tau: float, zenith: Number) -> Number:
    """Total transmittance of molecules [1] along a zenith angle [degrees] (6S)."""
    mu = np.cos(np.radians(zenith))
    return _plain(((2 / 3 + mu) + (2 / 3 - mu) * np.exp(-tau / mu)) / (4 / 3 + tau))


def ozone_transmittance(wavelength: float, geometry: Geometry) -> Number:
    """Transmittance of ozone [1] down and up at a wavelength [nm]."""
    known = sorted(OZONE_ABSORPTION)
    k = np.interp(wavelength, known, [OZONE_ABSORPTION[w] for w in known], left=0.0, right=0.0)
    airmass = 1 / np.cos(np.radians(geometry.sun_zenith)) + 1 / np.cos(np.radians(geometry.view_zenith))
    return _plain(np.exp(-airmass * OZONE * k))


def clear_path(wavelength: float, geometry: Geometry, pressure: float = STANDARD_PRESSURE) -> Path:
    """What gas and molecules do to a band of a wavelength [nm]; per pixel where the geometry is."""
    tau = rayleigh_optical_thickness(wavelength / 1000.0, pressure)
    return Path(
        gas=ozone_transmittance(wavelength, geometry),
        path=rayleigh_reflectance(tau, geometry),
        down=scattering_transmittance(tau, geometry.sun_zenith),
        up=scattering_transmittance(tau, geometry.view_zenith),
        albedo=spherical_albedo(tau),
    )


def lambert_inversion(rho_t: Number, path: Path) -> Number:
    """Reflectance of a Lambertian surface [1] under the atmosphere, from top-of-atmosphere reflectance [1]."""
    gain, offset, albedo = path.inverse
    a = rho_t * gain + offset
    return a / (1 + albedo * a)


def glint_angle(geometry: Geometry) -> float:
    """Angle [degrees] between the view and the mirror image of the sun on flat water."""
    sun, view, azimuth = (np.radians(a) for a in (geometry.sun_zenith, geometry.view_zenith, geometry.azimuth))
    cosine = np.cos(sun) * np.cos(view) - np.sin(sun) * np.sin(view) * np.cos(azimuth)
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
