"""Gas and Rayleigh terms against numbers of independent code, and the inversion against itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rs.algorithms import atmosphere as a

RAYLEIGH = [
    (0.2360545301, a.Geometry(30, 5, 60), 0.09343524483, 0.8938868897, 0.8798950824, 0.1705265453),
    (0.09051854412, a.Geometry(30, 5, 60), 0.03587489709, 0.9565289974, 0.9503226302, 0.07700916475),
    (0.04507563431, a.Geometry(45, 25, 120), 0.01681856086, 0.9757339725, 0.9691106451, 0.04101168567),
]


@pytest.mark.parametrize(("tau", "geometry", "rho", "up", "down", "albedo"), RAYLEIGH)
def test_rayleigh_terms(tau: float, geometry: a.Geometry, rho: float, up: float, down: float, albedo: float) -> None:
    assert a.rayleigh_reflectance(tau, geometry) == pytest.approx(rho, abs=1e-9)
    assert a.scattering_transmittance(tau, geometry.view_zenith) == pytest.approx(up, abs=1e-9)
    assert a.scattering_transmittance(tau, geometry.sun_zenith) == pytest.approx(down, abs=1e-9)
    assert a.spherical_albedo(tau) == pytest.approx(albedo, abs=1e-9)


@pytest.mark.parametrize(
    ("wavelength", "tau"),
    [
        (0.443, 0.2360545301),
        (0.4927, 0.1525014895),
        (0.5598, 0.09051854412),
        (0.6646, 0.04507563431),
        (0.8647, 0.0155625988),
    ],
)
def test_optical_thickness(wavelength: float, tau: float) -> None:
    assert a.rayleigh_optical_thickness(wavelength) == pytest.approx(tau, abs=1e-10)
    assert a.rayleigh_optical_thickness(wavelength, 506.625) == pytest.approx(tau / 2, abs=1e-10)


def test_lambert_inversion() -> None:
    path = a.Path(gas=0.96, path=0.08, down=0.8, up=1.0, albedo=0.12)
    assert a.lambert_inversion(0.12, path) == pytest.approx(0.05587285821, abs=1e-10)


@given(
    st.floats(400, 2300), st.floats(0, 75), st.floats(0, 30), st.floats(-180, 180), st.floats(0, 0.6)
)  # fmt: skip
def test_inversion_undoes_the_forward_model(
    wavelength: float, sun: float, view: float, azimuth: float, rho: float
) -> None:
    path = a.clear_path(wavelength, a.Geometry(sun, view, azimuth))
    seen = path.gas * (path.path + path.down * path.up * rho / (1 - path.albedo * rho))
    assert a.lambert_inversion(seen, path) == pytest.approx(rho, abs=1e-9)
    assert 0 < path.gas <= 1 and 0 < path.down <= 1.0001 and path.path > 0


def test_glint_angle_of_the_mirror_image_is_zero() -> None:
    assert a.glint_angle(a.Geometry(30, 30, 180)) == pytest.approx(0, abs=1e-5)
    assert a.glint_angle(a.Geometry(60, 0, 0)) == pytest.approx(60)
