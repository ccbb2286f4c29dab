"""Pixel formulas for tests: they divide by zero, take logarithms of negatives and call each other."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rs.core.pixel import pixelfunc, pixelwise

LIMIT = 0.25


class Gain(NamedTuple):
    """Coefficients of a formula: factor, shift."""

    factor: float
    shift: float


@pixelwise
def ratio(red: float, nir: float) -> float:
    """Ratio of two bands [1]."""
    return red / nir


@pixelwise
def logarithm(red: float) -> float:
    """Natural logarithm of a band [1]."""
    return float(np.log(red))


@pixelwise
def power(red: float, nir: float) -> float:
    """A band to the power of another [1]."""
    value: float = red**nir
    return value


@pixelfunc
def inner(x: float) -> float:
    """What others call [1]."""
    return x / (x - LIMIT)


@pixelwise
def outer(red: float, nir: float) -> float:
    """A formula that calls another one [1]."""
    return inner(red) + inner(nir)


@pixelwise
def pair(red: float, nir: float) -> tuple[float, float]:
    """Two values [1]."""
    return red / nir, inner(nir)


@pixelwise
def gained(red: float, c: Gain) -> float:
    """A band with coefficients [1]."""
    return red * c.factor + c.shift


@pixelwise
def sunny(red: float, sun_zenith: float, day_of_year: float) -> float:
    """A band over the cosine of the sun's zenith angle, after a day [1]."""
    return red / float(np.cos(np.radians(sun_zenith))) + day_of_year


@pixelwise
def bright(red: float, nir: float) -> float:
    """1 where red exceeds the limit."""
    return 1.0 if red > LIMIT else 0.0
