"""NDVI: equal to an independent package, NaN where it has no meaning, stored within half a count."""

from __future__ import annotations

import numpy as np
import pytest
import spyndex  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st
from kernels import recipe_of, run

from rs.products import product
from rs.products.ndvi import ndvi
from rs.readers._sentinel2 import PLATFORMS

NDVI = product("ndvi")
LAYER = NDVI.layers[0]
S2A = PLATFORMS["sentinel-2a"]
reflectance = st.floats(-0.2, 1.6)


def test_random_reflectances_agree_with_spyndex() -> None:
    random = np.random.default_rng(0)
    red, nir = random.uniform(0.001, 1.2, (2, 40, 50))
    theirs = np.asarray(spyndex.computeIndex("NDVI", params={"N": nir, "R": red}))
    plain = np.vectorize(ndvi)(red, nir)
    assert np.abs(plain - theirs).max() < 1e-6
    counts = run(NDVI, NDVI.recipes[0], S2A, [red, nir]).layers[0]
    assert np.abs(counts * LAYER.scale + LAYER.offset - theirs).max() <= LAYER.scale / 2 * (1 + 1e-6)


@given(red=reflectance, nir=reflectance)
def test_counts_follow_the_plain_formula(red: float, nir: float) -> None:
    value = ndvi(red, nir)
    found = run(NDVI, recipe_of(NDVI, "ndvi"), S2A, [red, nir])
    count, flag, tally = int(found.layers[0][0, 0]), int(found.flags[0, 0]), found.tally[0].tolist()
    if np.isnan(value):
        assert (count, flag, tally) == (LAYER.nodata, 0, [0, 0, 1])
    elif value < -1.0:
        assert (count, flag, tally) == (LAYER.nodata, 1, [1, 0, 0])
    elif value > 1.0:
        assert (count, flag, tally) == (LAYER.nodata, 1, [0, 1, 0])
    else:
        assert count == LAYER.count(value)
        assert (flag, tally) == (0, [0, 0, 0])


@pytest.mark.parametrize("red, nir", [(0.0, 0.0), (-0.1, 0.05), (-0.1, -0.2), (0.1, -0.1)])
def test_a_sum_that_is_not_positive_is_no_data(red: float, nir: float) -> None:
    assert np.isnan(ndvi(red, nir))
    assert np.isnan(ndvi.compiled()(red, nir))


@given(red=st.floats(0.001, 1.5), nir=st.floats(0.001, 1.5))
def test_it_is_in_range_and_turns_its_sign_with_the_bands(red: float, nir: float) -> None:
    assert -1.0 <= ndvi(red, nir) <= 1.0
    assert ndvi(red, nir) == -ndvi(nir, red)
