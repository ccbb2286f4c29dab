"""Applying a recipe: only pixels that may be seen reach the formula; sums are exact in any order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from formulas import gained, sunny
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from kernels import scene_on
from numpy.typing import NDArray

from rs.core.product import Layer, Recipe
from rs.core.scene import Platform
from rs.errors import DeclarationError
from rs.pipeline.apply import Tally, bind, coefficients, scalar
from rs.products import product
from rs.readers._sentinel2 import PLATFORMS

NDVI = product("ndvi")
SIGNED, SMALL = NDVI.layers[0], product("water_extent").layers[0]
WIDE = product("turbidity").layers[0]
BOUND = bind(NDVI, NDVI.recipes[0], scene_on(PLATFORMS["sentinel-2a"]))
reflectance = st.floats(-0.2, 1.2) | st.sampled_from([np.nan, np.inf, -np.inf, 0.0])
NOTHING = np.zeros(3, np.int64)


@given(
    red=hnp.arrays(float, (4, 5), elements=reflectance),
    nir=hnp.arrays(float, (4, 5), elements=reflectance),
    ok=hnp.arrays(bool, (4, 5)),
)
def test_masked_and_non_finite_pixels_leave_no_trace(
    red: NDArray[np.float64], nir: NDArray[np.float64], ok: NDArray[np.bool_]
) -> None:
    seen = ok & np.isfinite(red) & np.isfinite(nir)
    found = BOUND.counts(ok, [red, nir])
    assert (found.layers[0][~seen] == SIGNED.nodata).all()
    assert (found.flags[~seen] == 0).all()
    alone = BOUND.counts(np.ones(seen.sum(), bool)[None], [red[seen][None], nir[seen][None]])
    assert (found.layers[0][seen] == alone.layers[0][0]).all()
    assert (found.tally == alone.tally).all()
    refused = int((found.layers[0][seen] == SIGNED.nodata).sum())
    assert found.tally.sum() == refused


def test_below_above_and_not_a_number_are_counted_apart() -> None:
    red = np.array([[0.5, -0.1, -0.001, 0.1, 0.0, 0.2]])
    nir = np.array([[-0.1, 0.5, 0.01, 0.3, 0.0, -0.2]])
    found = BOUND.counts(np.ones(red.shape, bool), [red, nir])
    assert found.tally.tolist() == [[1, 2, 2]]
    assert found.flags.tolist() == [[1, 1, 1, 0, 0, 0]]
    assert found.layers[0].tolist() == [[*[SIGNED.nodata] * 3, 5000, SIGNED.nodata, SIGNED.nodata]]


def test_a_value_is_never_clipped_and_ends_belong_to_the_range() -> None:
    found = BOUND.counts(np.ones((1, 3), bool), [np.array([[0.0, 0.5, 0.5]]), np.array([[0.5, 0.0, -1e-9]])])
    assert found.layers[0].tolist() == [[10000, -10000, SIGNED.nodata]]


def test_arrays_of_any_layout_are_taken() -> None:
    red, nir = np.random.default_rng(0).uniform(0.1, 0.5, (2, 6, 8)).astype(np.float32)
    straight = BOUND.counts(np.ones((6, 8), bool), [red.astype(float), nir.astype(float)])
    turned = BOUND.counts(np.ones((8, 6), bool).T, [np.asfortranarray(red), nir[::-1][::-1]])
    assert (straight.layers[0] == turned.layers[0]).all()


@st.composite
def blocks(draw: st.DrawFn) -> tuple[Layer, list[NDArray[np.int64]]]:
    layer = draw(st.sampled_from([SIGNED, SMALL, WIDE]))
    low, high = (layer.count(v) for v in layer.valid)
    counts = st.integers(low, high) | st.just(layer.nodata)
    shapes = hnp.array_shapes(min_dims=2, max_dims=2, max_side=6)
    return layer, draw(st.lists(hnp.arrays(np.dtype(layer.dtype), shapes, elements=counts), min_size=1, max_size=5))


@given(made=blocks(), seed=st.randoms(use_true_random=False))
def test_statistics_equal_numpy_and_do_not_depend_on_order(made: tuple[Layer, list[NDArray[np.int64]]],
                                                           seed: object) -> None:  # fmt: skip
    layer, parts = made
    whole, merged = Tally(layer), Tally(layer)
    for part in parts:
        whole.add(part, NOTHING + 1)
    shuffled = list(parts)
    seed.shuffle(shuffled)  # type: ignore[attr-defined]
    for part in shuffled:
        one = Tally(layer)
        one.add(part, NOTHING + 1)
        merged.merge(one)
    counts = np.concatenate([part.ravel() for part in parts]).astype(np.int64)
    counts = counts[counts != layer.nodata]
    assert whole.valid == merged.valid == counts.size
    if not counts.size:
        with pytest.raises(ValueError, match="holds no value"):
            whole.statistics()
        return
    found = whole.statistics()
    assert found == merged.statistics()
    values = counts * layer.scale + layer.offset
    assert found.count == counts.size
    assert (found.minimum, found.maximum) == (values.min(), values.max())
    assert found.mean == pytest.approx(values.mean(), rel=1e-12, abs=1e-12)
    assert found.stddev == pytest.approx(values.std(), rel=1e-7, abs=1e-9)
    assert found.median == np.sort(values)[(counts.size - 1) // 2]
    assert (found.below, found.above, found.invalid) == (len(parts),) * 3
    present, number = np.unique(counts, return_counts=True)
    assert whole.classes() == dict(zip(present.tolist(), number.tolist(), strict=True))


def test_a_layer_with_an_offset_has_its_statistics_in_its_unit() -> None:
    tally = Tally(replace(WIDE, scale=0.5, offset=-10.0))
    tally.add(np.array([[0, 4, 8, WIDE.nodata]], np.uint16), NOTHING)
    found = tally.statistics()
    assert (found.minimum, found.maximum, found.mean, found.median) == (-10.0, -6.0, -8.0, -8.0)
    assert found.stddev == pytest.approx(np.std([-10.0, -8.0, -6.0]))


def test_scalars_come_from_the_scene() -> None:
    scene = scene_on(PLATFORMS["sentinel-2a"], sun_zenith=35.5)
    assert scalar(scene, "sun_zenith") == 35.5
    assert scalar(scene, "day_of_year") == 227.0
    with pytest.raises(KeyError, match="sun_zenith"):
        scalar(scene_on(PLATFORMS["sentinel-2a"], sun_zenith=None), "sun_zenith")
    assert bind(replace(NDVI), Recipe(sunny), scene).extras == (35.5, 227.0)


def test_coefficients_come_from_the_platform_or_the_recipe() -> None:
    scene = scene_on(Platform("made", "made", {"gained": {"factor": 2, "shift": 1}}))
    assert coefficients(NDVI, Recipe(gained), scene.platform) == (2.0, 1.0)
    own = Recipe(gained, coefficients={"other": {"factor": 3, "shift": 0}})
    assert coefficients(NDVI, own, Platform("other", "made")) == (3.0, 0.0)
    with pytest.raises(KeyError, match="gained"):
        coefficients(NDVI, own, Platform("third", "made"))
    with pytest.raises(DeclarationError, match="coefficients of gained for made do not fit"):
        coefficients(NDVI, Recipe(gained), Platform("made", "made", {"gained": {"factor": 2}}))
    assert coefficients(NDVI, NDVI.recipes[0], scene.platform) is None


def test_parameters_of_the_product_fill_coefficients_and_stand_above_them() -> None:
    bare = scene_on(Platform("bare", "made"))
    whole = replace(NDVI, parameters={"factor": 5, "shift": -1, "unused": 9})
    assert coefficients(whole, Recipe(gained), bare.platform) == (5.0, -1.0)
    half = replace(NDVI, parameters={"shift": -1})
    stated = scene_on(Platform("made", "made", {"gained": {"factor": 2, "shift": 1}}))
    assert coefficients(half, Recipe(gained), stated.platform) == (2.0, -1.0)
    with pytest.raises(KeyError, match="gained"):
        coefficients(half, Recipe(gained), bare.platform)
