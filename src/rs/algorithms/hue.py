"""Hue angle and Forel-Ule class of water."""

from __future__ import annotations

import numpy as np

from rs.core.pixel import pixelfunc


@pixelfunc
def hue_angle(x: float, y: float, z: float) -> float:
    """Hue angle [degrees, 0..360) of tristimulus values, about the white point (1/3, 1/3).

    van der Woerd and Wernand (2018). NaN where the sum is not positive.
    """
    total = x + y + z
    if total <= 0.0:
        return float("nan")
    angle: float = np.degrees(np.arctan2(y / total - 1.0 / 3.0, x / total - 1.0 / 3.0))
    return angle if angle >= 0.0 else angle + 360.0


@pixelfunc
def forel_ule(hue: float) -> float:
    """Forel-Ule class 1..21 of a hue angle [degrees] (Wernand et al., limits of 2015); NaN above 232."""
    if not hue <= 232.0:
        return float("nan")
    if hue > 163.084:
        return (
            1.0 if hue > 227.168 else 2.0 if hue > 220.977 else 3.0 if hue > 209.994 else 4.0 if hue > 190.779 else 5.0
        )
    if hue > 83.346:
        return 6.0 if hue > 132.999 else 7.0 if hue > 109.054 else 8.0 if hue > 94.037 else 9.0
    if hue > 56.435:
        return 10.0 if hue > 74.572 else 11.0 if hue > 67.957 else 12.0 if hue > 62.186 else 13.0
    if hue > 34.906:
        return 14.0 if hue > 50.665 else 15.0 if hue > 45.129 else 16.0 if hue > 39.769 else 17.0
    if hue > 30.439:
        return 18.0
    return 19.0 if hue > 26.337 else 20.0 if hue > 22.741 else 21.0
