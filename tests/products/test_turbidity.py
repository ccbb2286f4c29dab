"""Turbidity: the switch is continuous, saturated water is no value, doubt is where red loses its grip."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernels import recipe_of, run

from rs.algorithms.turbid_water import nechad
from rs.core.product import Flag
from rs.products import product
from rs.products.turbidity import DOGLIOTTI_2015, NIR_ONLY, RED_ONLY, Single, turbidity, turbidity_red
from rs.readers._landsat import PLATFORMS as LANDSAT
from rs.readers._sentinel2 import PLATFORMS as SENTINEL

TURBIDITY = product("turbidity")
OLI = Single(**LANDSAT["landsat-9"].coefficients["turbidity_red"])


@pytest.mark.parametrize("edge", [RED_ONLY, NIR_ONLY])
@given(nir=st.floats(0.0, 0.2))
def test_the_switch_has_no_step(edge: float, nir: float) -> None:
    below, above = (turbidity(edge + d, nir, DOGLIOTTI_2015) for d in (-1e-9, 1e-9))
    assert abs(above - below) < 1e-3


def test_each_side_uses_its_own_band() -> None:
    assert turbidity(0.03, 99.0, DOGLIOTTI_2015) == nechad(0.03, 228.1, 0.1641)
    assert turbidity(0.2, 0.05, DOGLIOTTI_2015) == nechad(0.05, 3078.9, 0.2112)


@given(rho=st.lists(st.floats(0.0, 0.168), min_size=2, max_size=8, unique=True))
def test_more_light_is_more_turbid(rho: list[float]) -> None:
    values = [turbidity_red(r, OLI) for r in sorted(rho)]
    assert all(a <= b for a, b in pairwise(values))


@pytest.mark.parametrize("rho", [0.1686, 0.17, 1.0, np.inf])
def test_saturated_reflectance_is_no_value(rho: float) -> None:
    assert np.isnan(nechad(rho, 235.32, 0.1686))
    assert np.isnan(nechad.compiled()(rho, 235.32, 0.1686))


def test_no_light_is_no_turbidity_and_darker_is_below_the_range() -> None:
    assert turbidity_red(0.0, OLI) == 0.0
    found = run(TURBIDITY, recipe_of(TURBIDITY, "turbidity_red"), LANDSAT["landsat-9"], [[[-0.01, 0.0]]])
    assert found.layers[0].tolist() == [[TURBIDITY.layers[0].nodata, 0]]
    assert found.flags.tolist() == [[Flag.OUT_OF_RANGE.bit, 0]]
    assert found.tally.tolist() == [[1, 0, 0]]


def test_red_alone_is_doubted_above_its_reach() -> None:
    red = np.array([[0.01, NIR_ONLY, np.nextafter(NIR_ONLY, 1), 0.12, 0.2]])
    found = run(TURBIDITY, recipe_of(TURBIDITY, "turbidity_red"), LANDSAT["landsat-9"], [red])
    low = Flag.LOW_CONFIDENCE.bit
    assert found.flags.tolist() == [[0, 0, low, low, low]]
    assert found.tally.tolist() == [[0, 0, 1]]


def test_the_switch_is_not_doubted() -> None:
    bands = [np.array([[0.01, 0.12]]), np.array([[0.001, 0.08]])]
    assert not run(TURBIDITY, TURBIDITY.recipes[0], SENTINEL["sentinel-2a"], bands).flags.any()


def test_coefficients_are_those_of_the_papers() -> None:
    assert tuple(DOGLIOTTI_2015) == (228.1, 0.1641, 3078.9, 0.2112)
    assert tuple(OLI) == (235.32, 0.1686)
    for platform in SENTINEL.values():
        assert tuple(platform.coefficients["turbidity"].values()) == tuple(DOGLIOTTI_2015)
