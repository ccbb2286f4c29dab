"""Published vectors: the plain formula, the compiled pass and the stored count give what was published."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from kernels import one_count, recipe_of
from vectors import Vector, close, vectors

from rs.algorithms.hue import forel_ule, hue_angle
from rs.algorithms.ratios import normalised_difference
from rs.algorithms.turbid_water import nechad
from rs.core.scene import Platform
from rs.products import product
from rs.products.turbidity import DOGLIOTTI_2015, Single, turbidity, turbidity_red
from rs.products.water_colour import Five, Four, water_colour_4, water_colour_5
from rs.readers._landsat import PLATFORMS as LANDSAT
from rs.readers._sentinel2 import PLATFORMS as SENTINEL

FIVE: Any = water_colour_5
FOUR: Any = water_colour_4
S2A, L8 = SENTINEL["sentinel-2a"], LANDSAT["landsat-8"]
NECHAD = vectors(
    "T_nechad2009_665", "SPM_nechad2010_665", "SPM_nechad2010_655", "SPM_nechad2010_865",
    "T_nechad2016_MSI_B4", "T_nechad2016_MSI_B8A",
)  # fmt: skip
INDICES = [(v, names) for f, names in {"NDVI": "NR", "NDWI": "GN", "MNDWI": "GS"}.items() for v in vectors(f)]


def stored(vector: Vector, name: str, recipe: str, platform: Platform, bands: list[float]) -> bool:
    """Whether the count that the compiled pass stores is the vector's value within half a count."""
    made = product(name)
    count = one_count(made, recipe_of(made, recipe), platform, bands)
    expected = vector.expected["hue"] if isinstance(vector.expected, dict) else vector.expected
    return bool(abs(made.layers[0].value(count) - expected) <= made.layers[0].scale / 2 * (1 + 1e-9))


@pytest.mark.parametrize("vector", vectors("dogliotti2015"), ids=str)
def test_turbidity_of_dogliotti(vector: Vector) -> None:
    red, nir = vector.inputs["rho_red"], vector.inputs["rho_nir"]
    assert close(turbidity(red, nir, DOGLIOTTI_2015), vector)
    assert close(turbidity.compiled()(red, nir, DOGLIOTTI_2015), vector)
    assert stored(vector, "turbidity", "turbidity", S2A, [red, nir])


@pytest.mark.parametrize("vector", NECHAD, ids=str)
def test_nechad_with_published_coefficients(vector: Vector) -> None:
    rho, a, c = (vector.inputs[name] for name in ("rho_w", "A", "C"))
    assert close(nechad(rho, a, c), vector)
    assert close(turbidity_red(rho, Single(a, c)), vector)
    assert close(turbidity_red.compiled()(rho, Single(a, c)), vector)
    assert stored(vector, "turbidity", "turbidity_red", Platform("x", "x", {"turbidity_red": {"a": a, "c": c}}), [rho])


@pytest.mark.parametrize("vector", vectors("hue_fui"), ids=str)
def test_hue_and_class_of_five_bands(vector: Vector) -> None:
    bands = [vector.inputs[f"R{nm}"] for nm in (443, 490, 560, 665, 705)]
    weights = Five(**S2A.coefficients["water_colour_5"])
    for form in (FIVE, FIVE.compiled()):
        hue, fui = form(*bands, weights)
        assert close(hue, vector, "hue")
        assert fui == vector.expected["FUI"]
    made = product("water_colour")
    assert stored(vector, "water_colour", "water_colour_5", S2A, bands)
    assert one_count(made, recipe_of(made, "water_colour_5"), S2A, bands, layer=1) == vector.expected["FUI"]


@pytest.mark.parametrize("vector", vectors("hue_fui_oli"), ids=str)
def test_hue_and_class_of_four_bands(vector: Vector) -> None:
    bands = [vector.inputs[f"R{nm}"] for nm in (443, 483, 561, 655)]
    weights = Four(**L8.coefficients["water_colour_4"])
    for form in (FOUR, FOUR.compiled()):
        hue, fui = form(*bands, weights)
        assert close(hue, vector, "hue")
        assert fui == vector.expected["FUI"]
    assert stored(vector, "water_colour", "water_colour_4", L8, bands)


@pytest.mark.parametrize("vector", vectors("hue_fui", "hue_fui_oli"), ids=str)
def test_hue_before_the_sensor_correction(vector: Vector) -> None:
    """x and y of the vectors give the raw hue angle."""
    x, y = vector.expected["x"], vector.expected["y"]
    assert close(hue_angle(x, y, 1 - x - y), vector, "hue_raw")
    assert forel_ule(vector.expected["hue"]) == vector.expected["FUI"]
    assert forel_ule.compiled()(vector.expected["hue"]) == vector.expected["FUI"]


@pytest.mark.parametrize("vector, names", INDICES, ids=lambda v: getattr(v, "formula", v))
def test_normalised_differences(vector: Vector, names: str) -> None:
    held = {key[0]: value for key, value in vector.inputs.items()}
    bands = [held[name] for name in names]
    assert close(normalised_difference(*bands), vector)
    assert close(normalised_difference.compiled()(*bands), vector)


@pytest.mark.parametrize("vector", vectors("NDVI"), ids=str)
def test_ndvi_as_stored(vector: Vector) -> None:
    assert stored(vector, "ndvi", "ndvi", S2A, [vector.inputs["R"], vector.inputs["N"]])


@pytest.mark.parametrize("vector", vectors("NDWI", "MNDWI"), ids=str)
def test_water_extent_has_the_sign_of_its_index(vector: Vector) -> None:
    """Land is negative in both published indices; CoastSat's inverted sign would call it water."""
    made = product("water_extent")
    green, infrared = vector.inputs["G"], float(vector.inputs.get("N") or vector.inputs["S1"])
    assert np.sign(vector.expected) == -1
    assert one_count(made, made.recipes[0], S2A, [green, infrared]) == 0
    assert one_count(made, made.recipes[0], S2A, [infrared, green]) == 1
