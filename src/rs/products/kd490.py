"""Attenuation of blue light: KD2 in clear water, Lee et al. (2013) in turbid water, Wang et al. (2009) between."""

from __future__ import annotations

import numpy as np

from rs.algorithms.ocean_colour import polynomial
from rs.algorithms.three_bands import ThreeBandsAnd, attenuation_of_blue
from rs.core.bands import Quality
from rs.core.pixel import pixelfunc, pixelwise
from rs.core.product import Family, Layer, Maturity, Product, Recipe, Theme
from rs.core.scene import Reflectance

WATER = 0.0166
"""Attenuation of pure water at 490 nm [m-1]."""

KD2_HIGHEST = 6.4
"""Attenuation [m-1] above which l2gen does not believe KD2."""

KD2_TRUSTED = 0.5
"""Attenuation [m-1] above which KD2 is not to be trusted."""


@pixelfunc
def kd2(blue: float, green: float, c: ThreeBandsAnd) -> float:
    """Attenuation at 490 nm [m-1] from the blue-green ratio of Rrs or rho_w (NASA KD2; Mueller 2000).

    0.0166 + 10^polynomial(log10(blue / green)). NaN where a band is not positive and above 6.4.
    """
    if blue <= 0.0 or green <= 0.0:
        return np.nan
    x: float = np.log10(blue / green)
    value: float = WATER + 10.0 ** polynomial(x, c.a0, c.a1, c.a2, c.a3, c.a4)
    return value if value <= KD2_HIGHEST else np.nan


@pixelfunc
def turbid_share(blue: float, red: float) -> float:
    """Weight [0..1] of the turbid model from red over blue Rrs or rho_w (Wang et al. 2009: 0.2604 .. 0.4821)."""
    share = 4.512 * red / blue - 1.175
    return 0.0 if share < 0.0 else 1.0 if share > 1.0 else share


@pixelfunc
def kd490_of(blue: float, green: float, red: float, sun_zenith: float, c: ThreeBandsAnd) -> float:
    """Attenuation [m-1] of the blue band (480 to 492 nm) from rho_w [1]; sun_zenith [degrees]."""
    if blue <= 0.0 or green <= 0.0:
        return np.nan
    share = turbid_share(blue, red)
    if share <= 0.0:
        return kd2(blue, green, c)
    turbid = attenuation_of_blue(blue / np.pi, green / np.pi, red / np.pi, sun_zenith, c)
    return turbid if share >= 1.0 else (1.0 - share) * kd2(blue, green, c) + share * turbid


@pixelwise
def kd490(blue: float, green: float, red: float, sun_zenith: float, c: ThreeBandsAnd) -> float:
    """Attenuation [m-1] of downwelling light in the blue band from rho_w [1]; sun_zenith [degrees]."""
    return kd490_of(blue, green, red, sun_zenith, c)


@pixelwise
def kd490_overhead_sun(blue: float, green: float, red: float, c: ThreeBandsAnd) -> float:
    """Attenuation [m-1] of downwelling light in the blue band from rho_w [1], as if the sun stood overhead."""
    return kd490_of(blue, green, red, 0.0, c)


@pixelfunc
def strained(blue: float, green: float, red: float, c: ThreeBandsAnd) -> float:
    """1 where KD2 takes part above the attenuation that it was made for, else 0."""
    return 1.0 if kd2(blue, green, c) > KD2_TRUSTED and turbid_share(blue, red) < 1.0 else 0.0


@pixelwise
def kd490_doubt(blue: float, green: float, red: float, sun_zenith: float, c: ThreeBandsAnd) -> float:
    """1 where KD2 takes part above 0.5 m-1, else 0."""
    return strained(blue, green, red, c)


@pixelwise
def kd490_overhead_sun_doubt(blue: float, green: float, red: float, c: ThreeBandsAnd) -> float:
    """1 where KD2 takes part above 0.5 m-1, else 0."""
    return strained(blue, green, red, c)


PRODUCT = Product(
    name="kd490",
    version="1.0.0",
    title="Attenuation of light in water, Kd(490)",
    title_zh="漫衰减系数Kd(490)",
    description="How fast blue-green light fades with depth: small in clear, large in turbid or brown water.",
    family=Family.MARINE,
    themes=(Theme.ECOLOGY, Theme.NATURAL_RESOURCES),
    reflectance=Reflectance.WATER_LEAVING,
    recipes=(
        Recipe(
            kd490, name="kd2_lee2013", low_confidence=kd490_doubt,
            title="KD2 in clear water, Lee 2013 on P3QAA in turbid water, blended by red over blue",
        ),
        Recipe(
            kd490_overhead_sun, name="kd2_lee2013_overhead_sun", low_confidence=kd490_overhead_sun_doubt,
            title="KD2 and Lee 2013 as for the sun overhead (not stated): turbid water a fifth too low at 40 degrees",
        ),
    ),
    layers=(
        Layer(
            "kd490", "Kd(490)", "490 nm 漫衰减系数", "m-1", (0.01, 30.0), "uint16", 65535, scale=0.0005,
            colours=("#152c66", "#1f6aa5", "#4fb0b3", "#b7d89a", "#e8cf76", "#b9803f", "#5b3a1e"), shown=(0.01, 8.0),
        ),
    ),
    require=Quality.WATER,
    sources=(
        "Mueller 2000 with coefficients of 2009, https://oceancolor.gsfc.nasa.gov/reprocessing/r2009/kdv4/",
        "Lee et al. 2013, https://doi.org/10.1002/jgrc.20308",
        "Wang et al. 2009, https://doi.org/10.1029/2009JC005286",
        "Pitarch and Vanhellemont 2021, https://doi.org/10.1016/j.rse.2021.112667",
    ),
    limits=(
        "No in-situ attenuation to compare with here: experimental.",
        "KD2 of Sentinel-2 has the coefficients of MERIS (560 nm), that of Landsat 5, 7 and 9 those of Landsat 8.",
        "No value where blue is black, as in water brown with dissolved matter after level D.",
        "In turbid water it is the attenuation of the sensor's own blue band (479 to 492 nm), not brought to 490 nm.",
        "Low confidence where KD2 takes part above 0.5 m-1, as in brown water without sediment.",
    ),
    maturity=Maturity.EXPERIMENTAL,
    evidence=("The published vectors of KD2 and of Lee's form, to half a count",),
)  # fmt: skip
