"""The compiled loops against numpy: values, bits, the own water test, sums."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from rs.core.bands import NOT_CLEAR, Quality
from rs.core.grid import Block, Grid, Shape, Transform
from rs.core.jit import jitted
from rs.core.scene import Asset, FlagRule, QualitySource
from rs.pipeline.buffers import Buffers
from rs.pipeline.flags import flags_on, translate
from rs.pipeline.load import calibrate, values_on
from rs.pipeline.loops import count_up, own_water
from rs.pipeline.masks import OWN_WATER
from rs.pipeline.scan import COUNTED
from rs.raster.blocks import Piece

SEEDS = st.integers(0, 10**6)
NUMBERS = st.floats(-0.1, 0.4) | st.sampled_from([np.nan, np.inf, 0.15, 0.0])
ALL_BITS = st.integers(0, 2**14 - 1)


@st.composite
def pieces(draw: st.DrawFn, kinds: tuple[str, ...]) -> tuple[Piece, Grid, Block]:
    """A whole file of 1 to 3 times the pixel size of a grid, shifted against it, and a block of the grid."""
    factor, dtype = draw(st.integers(1, 3)), draw(st.sampled_from(kinds))
    rows, cols, shift = draw(st.integers(2, 9)), draw(st.integers(2, 9)), draw(st.integers(-2, 2))
    counts = np.random.default_rng(draw(SEEDS)).integers(0, 9, (rows, cols)).astype(dtype)
    if dtype == "float32":
        counts[0, 0], counts[-1, -1] = np.nan, np.inf
    shape = Shape(rows * factor, cols * factor)
    grid = Grid("EPSG:32649", Transform(10.0, 0.0, 500_000.0, 0.0, -10.0, 2_500_000.0), shape)
    own = Transform(10.0 * factor, 0.0, 500_000.0 + 10.0 * shift, 0.0, -10.0 * factor, 2_500_000.0 - 10.0 * shift)
    asset = Asset("red", "", 1, Grid("EPSG:32649", own, Shape(rows, cols)), dtype, 0.0001, -0.1,
                  nodata=draw(st.sampled_from([(), (0.0,), (3.0, 5.0)])))  # fmt: skip
    top, left = draw(st.integers(0, shape.rows - 1)), draw(st.integers(0, shape.cols - 1))
    return Piece(asset, counts, 0, 0), grid, Block(top, left, shape.rows - top, shape.cols - left)


@given(made=pieces(("uint8", "uint16", "int16", "float32")))
def test_values_are_those_of_numpy(made: tuple[Piece, Grid, Block]) -> None:
    piece, grid, block = made
    counts, inside = piece.on(grid, block)
    expected = calibrate(piece.asset, counts)
    if inside is not None:
        expected[~inside] = np.nan
    out = np.full(expected.shape, 7.0)
    assert values_on(piece, grid, block, out) is out
    np.testing.assert_array_equal(out, expected)


@given(made=pieces(("uint8", "uint16", "int16")))
@settings(max_examples=60)
def test_bits_are_those_of_numpy(made: tuple[Piece, Grid, Block]) -> None:
    piece, grid, block = made
    rules = (FlagRule(1, 1, Quality.CLOUD), FlagRule(6, 4, Quality.WATER | Quality.SNOW), FlagRule(15, 8, Quality.LAND))
    source = QualitySource(piece.asset, rules, Quality.CLOUD)
    counts, inside = piece.on(grid, block)
    expected = translate(source, counts)
    if inside is not None:
        expected[~inside] = Quality.NODATA
    np.testing.assert_array_equal(flags_on(source, piece, grid, block, Quality.NODATA), expected)


@given(
    bits=hnp.arrays(np.uint16, (4, 5), elements=ALL_BITS), bands=hnp.arrays(float, (3, 4, 5), elements=NUMBERS),
    classes=st.booleans(),
)  # fmt: skip
def test_the_own_water_test_is_its_rule(bits: NDArray[np.uint16], bands: NDArray[np.float64], classes: bool) -> None:
    green, blue, other = bands
    free = np.isfinite(green + other + blue) & ((bits & OWN_WATER[3]) == 0)
    wet, classed = (green > other) & (blue < 0.15), (bits & np.uint16(Quality.WATER)) != 0
    expected = bits.copy()
    if classes:
        expected[free & (wet != classed)] |= np.uint16(Quality.UNSURE)
    expected[free & wet] |= np.uint16(Quality.WATER)
    expected[free & wet] &= ~np.uint16(Quality.LAND)
    expected[free & ~wet & ~classed] |= np.uint16(Quality.LAND)
    jitted(own_water)(bits, green, blue, other, np.array([0.15, float(classes)]), OWN_WATER)
    np.testing.assert_array_equal(bits, expected)


@pytest.mark.parametrize("has_red", [True, False])
@given(bits=hnp.arrays(np.uint16, (5, 7), elements=ALL_BITS), red=hnp.arrays(float, (5, 7), elements=NUMBERS))
@settings(max_examples=50)
def test_sums_are_those_of_numpy(bits: NDArray[np.uint16], red: NDArray[np.float64], has_red: bool) -> None:
    def bears(bit: Quality) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = (bits & np.uint16(bit)) != 0
        return found

    coarse, sums = np.zeros((5, 5), bool), np.zeros(6, np.int64)
    given_red = red if has_red else np.empty((0, 0))
    jitted(count_up)(bits, given_red, COUNTED, np.array([3, 4, 3]), coarse, sums)
    clear = ~bears(NOT_CLEAR)
    land = clear & bears(Quality.LAND)
    seen = [~bears(Quality.NODATA), clear, clear & bears(Quality.WATER), bears(Quality.CLOUD | Quality.CIRRUS)]
    seen += [land & np.isfinite(red), land & (red < 0)] if has_red else [land & False] * 2
    assert sums.tolist() == [int(part.sum()) for part in seen]
    expected = np.zeros((5, 5), bool)
    rows, cols = np.nonzero(seen[0])
    expected[(rows + 3) // 3, (cols + 4) // 3] = True
    np.testing.assert_array_equal(coarse, expected)


def test_a_buffer_is_kept_while_it_is_large_enough() -> None:
    buffers = Buffers()
    first = buffers.get("a", (4, 5), np.float64)
    first[:] = 1.0
    smaller = buffers.get("a", (2, 3), np.float64)
    assert smaller.base is first.base and smaller.flags.c_contiguous
    assert buffers.get("b", (4, 5), np.float64).base is not first.base
    assert buffers.get("a", (4, 5), np.uint8).dtype == np.uint8
    assert buffers.get("a", (9, 9), np.uint8).shape == (9, 9)
