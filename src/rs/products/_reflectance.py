"""Layers of reflectance that composites share."""

from __future__ import annotations

from collections.abc import Iterable

from rs.core.bands import Band
from rs.core.composite import BLANK
from rs.core.product import Layer

SCALE = 0.0001
"""Reflectance [1] of a count."""

VALID = (-0.3, 3.2)
"""Reflectance [1] that an observation may have: darker than black by correction, brighter than white by geometry."""

BANDS = (Band.BLUE, Band.GREEN, Band.RED, Band.NIR, Band.SWIR16, Band.SWIR22)
"""Bands that composites hold where all their scenes do."""

INSTEAD = {Band.NIR: Band.NIR08}
"""Bands that stand in, as on Landsat."""

_NAMES = {
    Band.BLUE: ("Blue", "蓝光", 0.3),
    Band.GREEN: ("Green", "绿光", 0.3),
    Band.RED: ("Red", "红光", 0.3),
    Band.NIR: ("Near-infrared", "近红外", 0.6),
    Band.SWIR16: ("Shortwave-infrared (1.6 um)", "1.6微米短波红外", 0.5),
    Band.SWIR22: ("Shortwave-infrared (2.2 um)", "2.2微米短波红外", 0.4),
    Band.NIR08: ("Narrow near-infrared", "窄近红外", 0.6),
}


def band_layers(bands: Iterable[Band] = _NAMES) -> tuple[Layer, ...]:
    """Layers of bands that composites may hold, in that order: int16, 1e-4 a count."""
    return tuple(
        Layer(
            band.value, f"{title} reflectance", f"{title_zh}反射率", "1", VALID, "int16", BLANK, scale=SCALE,
            colours=("#000000", "#ffffff"), shown=(0.0, bright),
        ) for band, (title, title_zh, bright) in ((band, _NAMES[band]) for band in bands)
    )  # fmt: skip


COUNT = Layer(
    "count", "Clear observations", "有效观测次数", "1", (0.0, 65534.0), "uint16", 65535,
    colours=("#f7fbff", "#6baed6", "#08306b"), shown=(0.0, 24.0),
)  # fmt: skip
"""Dates that count at a pixel; 0 where no band has a value."""
