"""Correction: level D for water, level A from top of atmosphere, nothing where nothing is needed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scenes import write_item

from rs.algorithms.atmosphere import Geometry, clear_path
from rs.core.bands import Band
from rs.core.scene import Angles, Correction, Platform, Reflectance, Scene
from rs.pipeline.correct import brought_to, correctable, correction_bands, correction_level, correction_note
from rs.products import product
from rs.readers import open_scene

VALUES = {
    Band.BLUE: (0.06, 0.06, np.nan), Band.GREEN: (0.08, 0.08, np.nan), Band.RED: (0.05, 0.09, np.nan),
    Band.NIR08: (0.02, 0.3, np.nan), Band.SWIR16: (0.01, 0.2, np.nan), Band.SWIR22: (0.005, 0.15, np.nan),
}  # fmt: skip
ALGAE = (Band.RED, Band.NIR08, Band.SWIR16)


def block() -> dict[Band, NDArray[np.float64]]:
    """One row of pixels: wet, dry, not measured."""
    return {band: np.array([row]) for band, row in VALUES.items()}


@pytest.fixture
def made(tmp_path: Path) -> Scene:
    """A scene of land-corrected reflectance that holds these bands."""
    return open_scene(str(write_item(tmp_path, block())))


@pytest.fixture
def raw(made: Scene) -> Scene:
    """The same as if it were top-of-atmosphere reflectance under a stated sun."""
    return replace(made, reflectance=Reflectance.TOA, angles=Angles(sun_zenith=40, view_zenith=5))


def test_level_d_takes_the_residual_off_every_band(made: Scene) -> None:
    bands, turbidity = block(), product("turbidity")
    red, green = brought_to(turbidity, made, bands, (Band.RED, Band.GREEN))
    assert np.array_equal(red, bands[Band.RED] - bands[Band.SWIR22], equal_nan=True)
    assert np.array_equal(green, bands[Band.GREEN] - bands[Band.SWIR22], equal_nan=True)
    assert correction_bands(made, turbidity) == (Band.SWIR22,)
    assert correction_level(made, turbidity) is Correction.D_RESIDUAL_SWIR
    assert correction_note(made, turbidity).startswith("level D: ")


def test_land_products_take_surface_reflectance_as_it_is(made: Scene) -> None:
    bands, ndvi = block(), product("ndvi")
    assert brought_to(ndvi, made, bands, (Band.RED,))[0] is bands[Band.RED]
    assert correction_bands(made, ndvi) == ()
    assert correction_level(made, ndvi) is Correction.AS_DELIVERED
    assert correction_note(made, ndvi) == ""
    assert correctable(made, ndvi) == ""


def test_water_leaving_input_is_not_corrected_again(made: Scene) -> None:
    leaving, bands = replace(made, reflectance=Reflectance.WATER_LEAVING), block()
    assert brought_to(product("turbidity"), leaving, bands, (Band.RED,))[0] is bands[Band.RED]
    assert correctable(leaving, product("turbidity")) == ""
    assert correctable(leaving, product("ndvi")) == "it needs surface reflectance and the scene holds water_leaving"


@pytest.mark.parametrize("name", ["ndvi", "turbidity"])
def test_top_of_atmosphere_gives_neither_surface_nor_water_leaving_reflectance(raw: Scene, name: str) -> None:
    assert correctable(raw, product(name)).endswith("and the scene holds toa")


def test_top_of_atmosphere_less_gases_and_molecules_is_level_a(raw: Scene) -> None:
    """What goes up through the model comes down again; the red of dark water loses more than infrared."""
    algae, bands = product("floating_algae"), block()
    assert correctable(raw, algae) == ""
    assert correction_bands(raw, algae) == ()
    assert correction_level(raw, algae) is Correction.A_RAYLEIGH
    assert correction_note(raw, algae).startswith("level A: ")
    found = dict(zip(ALGAE, brought_to(algae, raw, bands, ALGAE), strict=True))
    for band, rho in found.items():
        path = clear_path(raw.platform.wavelengths[band.value], Geometry(40, 5, 0))
        gain, offset, albedo = path.inverse
        again = (rho / (1 - albedo * rho) - offset) / gain
        np.testing.assert_allclose(again, bands[band], rtol=1e-12)
    taken = {band: float(bands[band][0, 0] - rho[0, 0]) for band, rho in found.items()}
    assert taken[Band.RED] > taken[Band.NIR08] > abs(taken[Band.SWIR16])


def test_surface_reflectance_stands_in_for_rayleigh_corrected_and_says_so(made: Scene) -> None:
    algae, bands = product("floating_algae"), block()
    assert correctable(made, algae) == ""
    assert brought_to(algae, made, bands, ALGAE) == [bands[band] for band in ALGAE]
    assert correction_level(made, algae) is Correction.AS_DELIVERED
    assert "in place of Rayleigh-corrected" in correction_note(made, algae)


def test_level_a_needs_a_sun_and_wavelengths(raw: Scene) -> None:
    algae = product("floating_algae")
    assert "sun's zenith angle, which the scene does not state" in correctable(replace(raw, angles=Angles()), algae)
    bare = replace(raw, platform=Platform("other-1", "other"))
    assert "wavelengths of other-1, which no table states" in correctable(bare, algae)
