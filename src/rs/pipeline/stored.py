"""How layers, quality bits and flags are stored."""

from __future__ import annotations

from rs.core.grid import Grid
from rs.core.product import Layer, Resampling
from rs.pipeline.picture import rgb
from rs.raster.spec import RasterSpec

FLAG_NODATA = 255


def layer_spec(grid: Grid, layer: Layer) -> RasterSpec:
    """How a product layer is stored."""
    colours = {c.value: (*rgb(c.colour), 255) for c in layer.classes} or None
    return RasterSpec(
        grid, layer.dtype, layer.nodata, layer.scale, layer.offset, layer.unit, layer.title,
        layer.overviews, colours if layer.dtype == "uint8" else None,
    )  # fmt: skip


def quality_spec(grid: Grid) -> RasterSpec:
    """How the shared quality bits are stored; no count means no data, the bits say it."""
    return RasterSpec(grid, "uint16", None, 1.0, 0.0, "", "quality bits", Resampling.NEAREST)


def flags_spec(grid: Grid) -> RasterSpec:
    """How the flag bits of a product are stored."""
    return RasterSpec(grid, "uint8", FLAG_NODATA, 1.0, 0.0, "", "flag bits", Resampling.NEAREST)
