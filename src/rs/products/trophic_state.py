"""Trophic state of lakes and reservoirs: TLI(chl,SD) of CNEMC 2001-090, with Carlson's two indices beside it."""

from __future__ import annotations

import numpy as np

from rs.algorithms.chlorophyll_blend import OUTSIDE, chlorophyll_blend
from rs.algorithms.three_bands import ThreeBandsAnd, red_is_plausible, secchi
from rs.algorithms.trophic import tli, tli_class, tsi_chlorophyll, tsi_secchi
from rs.core.bands import Quality
from rs.core.pixel import pixelwise
from rs.core.product import ClassValue, Family, Layer, Maturity, Product, Recipe, Resampling, Theme
from rs.core.scene import Reflectance

TSI_COLOURS = ("#1d2f6f", "#2f7fb5", "#7fc6b0", "#c7d96f", "#e2b33f", "#b5562e")


@pixelwise
def trophic_state(
    coastal: float, blue: float, green: float, red: float, rededge071: float, c: ThreeBandsAnd
) -> tuple[float, float, float, float]:
    """TLI(chl,SD), its class 1..5, Carlson's TSI(SD) and TSI(chl) [1] from rho_w [1].

    Chlorophyll a [mg m-3] is the blend of OCI and red edge, Secchi depth [m] is P3QAA's.
    """
    chl, _ = chlorophyll_blend(coastal, blue, green, red, rededge071, c)
    depth = secchi(blue / np.pi, green / np.pi, red / np.pi, c)
    index = tli(chl, depth)
    return index, tli_class(index), tsi_secchi(depth), tsi_chlorophyll(chl)


@pixelwise
def trophic_doubt(coastal: float, blue: float, green: float, red: float, rededge071: float, c: ThreeBandsAnd) -> float:
    """1 where chlorophyll lies outside its formula's range or red did not fit green, else 0."""
    _, quality = chlorophyll_blend(coastal, blue, green, red, rededge071, c)
    return 1.0 if quality >= OUTSIDE or red_is_plausible(green / np.pi, red / np.pi) == 0.0 else 0.0


PRODUCT = Product(
    name="trophic_state",
    version="1.0.0",
    title="Trophic state TLI(chl,SD)",
    title_zh="综合营养状态指数 TLI(叶绿素a,透明度)",
    description="How rich in nutrients a lake looks, from chlorophyll and Secchi depth of the same pixel.",
    family=Family.MARINE,
    themes=(Theme.ECOLOGY, Theme.NATURAL_RESOURCES, Theme.URBAN),
    reflectance=Reflectance.WATER_LEAVING,
    recipes=(
        Recipe(
            trophic_state, name="tli_chl_sd", low_confidence=trophic_doubt,
            title="TLI of two parameters: chlorophyll (OCI and red edge) and Secchi depth (P3QAA)",
        ),
    ),
    layers=(
        Layer(
            "trophic_state", "TLI(chl,SD)", "综合营养状态指数 TLI(叶绿素a,透明度)", "1", (0.0, 100.0), "uint16", 65535,
            scale=0.01, colours=("#1d4e89", "#2a9d8f", "#8ab17d", "#e9c46a", "#e76f51", "#8d1c31"), shown=(20.0, 80.0),
        ),
        Layer(
            "trophic_class", "Class of TLI(chl,SD)", "营养状态分级 TLI(叶绿素a,透明度)", "1", (1, 5), "uint8", 0,
            resampling=Resampling.NEAREST, overviews=Resampling.MODE,
            classes=(
                ClassValue(1, "oligotrophic", "poor (< 30)", "贫营养(<30)", "#2166ac"),
                ClassValue(2, "mesotrophic", "middle (30-50)", "中营养(30–50)", "#4dac8b"),
                ClassValue(3, "lightly_eutrophic", "light (50-60)", "轻度富营养(50–60)", "#e3d26f"),
                ClassValue(4, "moderately_eutrophic", "moderate (60-70)", "中度富营养(60–70)", "#e58a3c"),
                ClassValue(5, "hypereutrophic", "heavy (> 70)", "重度富营养(>70)", "#a4243b"),
            ),
        ),
        Layer(
            "tsi_secchi", "Carlson TSI(SD)", "卡尔森营养状态指数 TSI(透明度)", "1", (0.0, 120.0), "uint16", 65535,
            scale=0.01, colours=TSI_COLOURS, shown=(20.0, 90.0),
        ),
        Layer(
            "tsi_chlorophyll", "Carlson TSI(chl)", "卡尔森营养状态指数 TSI(叶绿素a)", "1", (0.0, 120.0), "uint16",
            65535, scale=0.01, colours=TSI_COLOURS, shown=(20.0, 90.0),
        ),
    ),
    require=Quality.WATER,
    sources=(
        "Method follows CNEMC 2001-090 for two of its five parameters, weights renormalised",
        "Carlson 1977, https://doi.org/10.4319/lo.1977.22.2.0361",
    ),
    limits=(
        "Lakes and reservoirs only; the index says nothing in rivers and in the sea.",
        "Two of the five parameters of TLI: phosphorus, nitrogen and oxygen demand can't be seen.",
        "Bears the errors of both inputs, which share their bands; sediment lowers Secchi depth without any algae: "
        "TSI(SD) far above TSI(chl) tells that.",
        "No Landsat recipe: its chlorophyll is no better than a constant guess.",
    ),
    maturity=Maturity.EXPERIMENTAL,
    evidence=("The published vectors of TLI and TSI, to half a count; no samples to compare with here",),
)  # fmt: skip
