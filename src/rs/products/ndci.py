"""Normalised difference chlorophyll index (Mishra and Mishra 2012)."""

from __future__ import annotations

from rs.algorithms.ratios import normalised_difference
from rs.algorithms.red_edge import mishra
from rs.core.bands import Quality
from rs.core.pixel import pixelwise
from rs.core.product import Family, Layer, Maturity, Product, Recipe, Theme
from rs.core.scene import Reflectance


@pixelwise
def ndci(red: float, rededge071: float) -> tuple[float, float]:
    """NDCI [1] and the chlorophyll a [mg m-3] it means, from rho_w [1] at 665 and 705 nm (Mishra and Mishra 2012).

    (red edge - red) / (red edge + red); NaN where the sum is not positive.
    """
    index = normalised_difference(rededge071, red)
    return index, mishra(index)


PRODUCT = Product(
    name="ndci",
    version="1.0.0",
    title="Chlorophyll index NDCI",
    title_zh="归一化叶绿素指数",
    description="Red edge against red in water: rises with algae in green and turbid water.",
    family=Family.MARINE,
    themes=(Theme.ECOLOGY, Theme.NATURAL_RESOURCES, Theme.EMERGENCY),
    reflectance=Reflectance.WATER_LEAVING,
    recipes=(Recipe(ndci, name="mishra2012", title="NDCI from red and red edge (705 nm)"),),
    layers=(
        Layer(
            "ndci", "NDCI", "归一化叶绿素指数", "1", (-1.0, 1.0), "int16", -32768, scale=0.0001,
            colours=("#20366f", "#3a7ca5", "#a7cfc0", "#edeac2", "#a9c34f", "#4f8f2f", "#1d4d1f"), shown=(-0.3, 0.5),
        ),
        Layer(
            "ndci_chlorophyll", "Chlorophyll a of NDCI", "NDCI 叶绿素a浓度", "mg m-3", (1.0, 200.0), "uint16", 65535,
            scale=0.005, colours=("#1d2f6f", "#2b6cb0", "#38b2ac", "#7bc96f", "#d7d75b", "#e8913a", "#a8322d"),
            shown=(1.0, 60.0),
        ),
    ),
    require=Quality.WATER,
    sources=("Mishra and Mishra 2012, https://doi.org/10.1016/j.rse.2011.10.016",),
    limits=(
        "Its chlorophyll was calibrated between 1 and 28 mg m-3; above that it extrapolates.",
        "In clear water both bands are dark and the index is noise; sediment moves it towards zero.",
        "Floating algae and shallow vegetation read as chlorophyll.",
        "Landsat has no red edge.",
    ),
    maturity=Maturity.EXPERIMENTAL,
    evidence=("spyndex 0.12: index equal to 1e-6; no samples to compare with here",),
)  # fmt: skip
