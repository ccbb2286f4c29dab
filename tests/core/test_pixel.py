"""Pixel formulas: a plain call equals the compiled code, also where numbers end; they travel by name."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable
from typing import Any

import formulas
import numpy as np
import pytest
from formulas import Gain, gained, logarithm, outer, pair, power, ratio, sunny
from hypothesis import given
from hypothesis import strategies as st

from rs.core.pixel import PixelFunction, pixelwise

reals = st.floats(allow_nan=True, allow_infinity=True) | st.sampled_from([0.0, -0.0, 0.25, -1.0, 1e-320, 1e308])


def same(one: Any, other: Any) -> bool:
    """Equal to a few last places, NaN equal to NaN, infinities by their sign."""
    return bool(np.allclose(one, other, rtol=1e-12, atol=0, equal_nan=True))


@given(red=reals, nir=reals)
def test_ratio_is_exact(red: float, nir: float) -> None:
    plain, compiled = ratio(red, nir), ratio.compiled()(red, nir)
    assert np.array_equal(plain, compiled, equal_nan=True)


@pytest.mark.parametrize("formula", [outer, power, pair], ids=lambda f: f.__name__)
@given(red=reals, nir=reals)
def test_plain_equals_compiled(formula: PixelFunction[..., Any], red: float, nir: float) -> None:
    assert same(formula(red, nir), formula.compiled()(red, nir))


@given(red=reals)
def test_logarithm_plain_equals_compiled(red: float) -> None:
    assert same(logarithm(red), logarithm.compiled()(red))


@pytest.mark.parametrize(
    "call, expected",
    [
        (lambda f: f(ratio)(1, 0), math.inf),
        (lambda f: f(ratio)(-1.0, 0.0), -math.inf),
        (lambda f: f(ratio)(0.0, 0.0), math.nan),
        (lambda f: f(logarithm)(-1.0), math.nan),
        (lambda f: f(logarithm)(0.0), -math.inf),
        (lambda f: f(outer)(formulas.LIMIT, 0.5), math.inf),
    ],
)
@pytest.mark.parametrize("form", [lambda x: x, lambda x: x.compiled()], ids=["plain", "compiled"])
def test_where_numbers_end(call: Callable[[Any], float], expected: float, form: Any) -> None:
    assert np.array_equal(call(form), expected, equal_nan=True)


def test_coefficients_and_scalars_are_arguments_like_others() -> None:
    assert gained.arguments == ("red", "c")
    assert gained.coefficients is Gain
    assert ratio.coefficients is None
    assert sunny.arguments == ("red", "sun_zenith", "day_of_year")
    assert gained(0.5, Gain(2.0, 1.0)) == gained.compiled()(0.5, Gain(2.0, 1.0)) == 2.0


def test_coefficients_need_a_type() -> None:
    @pixelwise
    def bare(red, c):  # type: ignore[no-untyped-def]
        return red * c.factor

    with pytest.raises(TypeError, match="annotate the argument c"):
        _ = bare.coefficients


def test_only_plain_functions_are_taken() -> None:
    with pytest.raises(TypeError, match="plain function"):
        pixelwise(np.log)


def test_a_formula_travels_by_its_name() -> None:
    assert pickle.loads(pickle.dumps(ratio)) is ratio
    assert repr(ratio) == "<pixel formula formulas.ratio>"
    assert ratio.__doc__ == "Ratio of two bands [1]."


def test_compiled_is_made_once() -> None:
    assert ratio.compiled() is ratio.compiled()
