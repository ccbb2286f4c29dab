"""Resampling against GDAL where GDAL is exact.

GDAL puts up with 0.125 px of error in coordinates, and rasterio has no say in it - but rows of five pixels or fewer it
transforms one pixel at a time. There nearest, bilinear and cubic make the same product, no-data rule included; halves
alone differ, which GDAL rounds up. Its average is over an upright box between two corners of a pixel: the same only
where grids are not turned against each other, and not at the edge of the source.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from rasterio.transform import Affine
from rasterio.warp import Resampling, reproject
from warping import FAMILIES, clear, exact, grid_at, warped

from rs.core.grid import Grid
from rs.raster.warp import Method, Warp

Array = NDArray[Any]
PLACE = (114.2, 30.4)
CENTRES = (Method.NEAREST, Method.BILINEAR, Method.CUBIC)


def by_gdal(counts: Array, source: Grid, target: Grid, method: Method) -> Array:
    out = np.zeros(target.shape, counts.dtype)
    reproject(
        counts, out, src_transform=Affine(*source.transform), src_crs=source.crs, src_nodata=0,
        dst_transform=Affine(*target.transform), dst_crs=target.crs, dst_nodata=0,
        resampling=Resampling[method.value], XSCALE=1, YSCALE=1,
    )  # fmt: skip
    return out


def noise(shape: tuple[int, int], seed: int, gaps: float) -> NDArray[np.uint16]:
    random = np.random.default_rng(seed)
    counts = random.integers(1, 10_000, shape).astype(np.uint16)
    counts[random.random(shape) < gaps] = 0
    return counts


@given(crs=st.sampled_from(FAMILIES[PLACE]), method=st.sampled_from(CENTRES), gaps=st.sampled_from([0.0, 0.05, 0.5]),
       shift=st.tuples(st.floats(-20, 20), st.floats(-0.4, 0.4)), ratio=st.sampled_from([0.6, 1.0, 2.5]),
       seed=st.integers(0, 10**6))  # fmt: skip
@settings(max_examples=20)
def test_the_product_is_that_of_exact_gdal(
    crs: str, method: Method, gaps: float, shift: tuple[float, float], ratio: float, seed: int
) -> None:
    source = grid_at(*PLACE, "EPSG:32649", (260, 240), 10.0, (0.0, 0.0))
    target = grid_at(*PLACE, crs, (200, 5), 10.0 * ratio, shift)
    counts = noise(source.shape, seed, gaps)
    # a place on the border of two pixels belongs to either, and at a centre cubic changes its pixels
    certain = clear(exact(source, target), 5e-6)
    made = warped(Warp(source, target, method), counts, (0.0,)).astype(int)[certain]
    theirs = by_gdal(counts, source, target, method).astype(int)[certain]
    assert ((made == 0) == (theirs == 0)).all()
    assert np.abs(made - theirs).max(initial=0) <= (method is not Method.NEAREST)
    assert (made != theirs).sum() <= (made.size if crs == source.crs else 3)


@pytest.mark.parametrize("ratio", [2.0, 2.5, 7.0])
def test_averages_of_grids_that_are_not_turned_are_those_of_gdal(ratio: float) -> None:
    source = grid_at(*PLACE, "EPSG:32649", (200, 200), 10.0, (0.0, 0.0))
    target = grid_at(*PLACE, "EPSG:32649", (18, 18), 10.0 * ratio, (0.03, -0.02))
    counts = noise(source.shape, 3, 0.2)
    made = warped(Warp(source, target, Method.AVERAGE), counts, (0.0,)).astype(int)
    theirs = by_gdal(counts, source, target, Method.AVERAGE).astype(int)
    assert (made > 0).all()
    assert np.abs(made - theirs).max() <= 1
