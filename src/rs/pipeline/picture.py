"""Pictures of a layer: quicklook with legend, thumbnail without. The same pixels give the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from rasterio.enums import Resampling as GdalResampling

from rs.core.grid import Grid
from rs.core.product import Layer

Rgba = NDArray[np.uint8]
Legend = Callable[[Image.Image, ImageDraw.ImageDraw, int, int], None]
"""Draws a legend on a page from a height on, within a width [px]."""

QUICKLOOK_SIDE = 900
QUICKLOOK_LEAST = 480
THUMBNAIL_SIDE = 256
MARGIN = 14
LEGEND_HEIGHT = 74
INK = (32, 38, 46, 255)
PAPER = (255, 255, 255, 255)
EMPTY = (226, 229, 233, 255)
EMPTY_COLOUR = "#e2e5e9"
NICE = (1, 2, 5)
PNG_LEVEL = 4
"""A third of the time of the default; the files are no larger."""


def quicklook(path: str, layer: Layer, title: str, subtitle: str, grid: Grid) -> bytes:
    """PNG of a layer file: picture, title, legend with unit, scale bar; grey is no data."""

    def legend(page: Image.Image, draw: ImageDraw.ImageDraw, top: int, width: int) -> None:
        if layer.classes:
            _class_legend(draw, layer, top)
        else:
            _ramp_legend(page, draw, layer, top, min(width // 2, 330))

    return sheet(coloured(sampled(path, layer, QUICKLOOK_SIDE), layer), (title, subtitle), grid, legend)


def sheet(pixels: Rgba, titles: tuple[str, str], grid: Grid, legend: Legend) -> bytes:
    """PNG of a picture [rows, cols, 4] with title and subtitle above, legend and scale bar below."""
    picture = enlarged(Image.fromarray(pixels))
    width = max(picture.width, 460)
    page = Image.new("RGBA", (width + 2 * MARGIN, picture.height + LEGEND_HEIGHT + 70), PAPER)
    page.paste(picture, (MARGIN + (width - picture.width) // 2, 58))
    draw = ImageDraw.Draw(page)
    draw.text((MARGIN, 10), titles[0], font=font(20), fill=INK)
    draw.text((MARGIN, 35), titles[1], font=font(13), fill=INK)
    top = picture.height + 68
    legend(page, draw, top, width)
    _scale_bar(draw, grid, picture.width, (MARGIN + width, top + 8))
    # nothing of the sheet is transparent
    return png(page.convert("RGB"))


def enlarged(picture: Image.Image) -> Image.Image:
    """A small picture with every pixel drawn as a square, large enough to look at."""
    factor = -(-QUICKLOOK_LEAST // max(picture.size))
    return picture.resize((picture.width * factor, picture.height * factor), Image.Resampling.NEAREST)


def thumbnail(path: str, layer: Layer) -> bytes:
    """PNG of a layer file of at most 256 px a side; no data is transparent."""
    pixels = coloured(sampled(path, layer, THUMBNAIL_SIDE), layer)
    pixels[(pixels == np.array(EMPTY, np.uint8)).all(axis=-1)] = 0
    return png(Image.fromarray(pixels))


def sampled(path: str, layer: Layer, side: int) -> NDArray[Any]:
    """Counts of a layer file decimated to at most `side` pixels by the layer's own method."""
    with rasterio.open(path, driver="GTiff") as dataset:
        factor = max(1.0, max(dataset.shape) / side)
        shape = tuple(max(1, round(n / factor)) for n in dataset.shape)
        method = GdalResampling.nearest if layer.classes else GdalResampling.average
        return np.asarray(dataset.read(1, out_shape=shape, resampling=method))


def coloured(counts: NDArray[Any], layer: Layer) -> Rgba:
    """RGBA [rows, cols, 4] of counts by the layer's classes or colour ramp."""
    if layer.classes:
        image = np.empty((*counts.shape, 4), np.uint8)
        image[:] = EMPTY
        for item in layer.classes:
            image[counts == item.value] = (*rgb(item.colour), 255)
        return image
    return _table(layer)[counts.astype(np.int64) - np.iinfo(layer.dtype).min]


def _table(layer: Layer) -> Rgba:
    """RGBA of every count of a layer, the lowest first."""
    counts = np.arange(np.iinfo(layer.dtype).min, np.iinfo(layer.dtype).max + 1)
    low, high = layer.shown or layer.valid
    values = counts * layer.scale + layer.offset
    table = ramp(layer, np.clip((values - low) / (high - low), 0, 1))
    table[counts == layer.nodata] = EMPTY
    return table


def ramp(layer: Layer, share: NDArray[np.float64]) -> Rgba:
    """RGBA [n, 4] of positions 0..1 along the layer's colours."""
    colours = np.array([rgb(c) for c in layer.colours or ("#202020", "#f0f0f0")], np.float64)
    at = np.linspace(0, 1, len(colours))
    channels = [np.interp(share, at, colours[:, k]) for k in range(3)]
    return np.stack([*channels, np.full_like(share, 255)], axis=-1).round().astype(np.uint8)


def rgb(colour: str) -> tuple[int, int, int]:
    """ "#rrggbb" as three numbers 0..255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _ramp_legend(page: Image.Image, draw: ImageDraw.ImageDraw, layer: Layer, top: int, width: int) -> None:
    row = ramp(layer, np.linspace(0, 1, width))
    bar = np.broadcast_to(row, (16, width, 4)).copy()
    page.paste(Image.fromarray(bar), (MARGIN, top))
    low, high = layer.shown or layer.valid
    for share in (0.0, 0.5, 1.0):
        text = f"{low + share * (high - low):g}"
        draw.text((MARGIN + share * width, top + 20), text, font=font(13), fill=INK, anchor="ma" if share else "la")
    unit = "" if layer.unit == "1" else f" [{layer.unit}]"
    draw.text((MARGIN, top + 38), f"{layer.title} / {layer.title_zh}{unit}", font=font(13), fill=INK)
    no_data(draw, MARGIN + width + 28, top)


def no_data(draw: ImageDraw.ImageDraw, left: int, top: int) -> None:
    """Draw what grey is."""
    draw.rectangle((left, top, left + 16, top + 16), fill=EMPTY)
    draw.text((left + 22, top + 1), "no data / 无数据", font=font(13), fill=INK)


def _class_legend(draw: ImageDraw.ImageDraw, layer: Layer, top: int) -> None:
    x = MARGIN
    shown = [(c.colour, f"{c.title} {c.title_zh}") for c in layer.classes] + [(EMPTY_COLOUR, "no data 无数据")]
    for colour, title in shown[:8]:
        draw.rectangle((x, top, x + 16, top + 16), fill=(*rgb(colour), 255), outline=INK)
        draw.text((x + 22, top + 1), title, font=font(13), fill=INK)
        x += 40 + int(draw.textlength(title, font=font(13)))
    draw.text((MARGIN, top + 30), f"{layer.title} / {layer.title_zh}", font=font(13), fill=INK)


def _scale_bar(draw: ImageDraw.ImageDraw, grid: Grid, pixels: int, right_top: tuple[int, int]) -> None:
    if not grid.crs.startswith(("EPSG:326", "EPSG:327")):
        return
    metres = grid.pixel_size * grid.shape.cols / pixels
    length = _nice(metres * pixels / 5)
    right, top = right_top
    left = right - round(length / metres)
    draw.rectangle((left, top, right, top + 4), fill=INK)
    text = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    draw.text(((left + right) / 2, top + 10), text, font=font(13), fill=INK, anchor="ma")


def _nice(length: float) -> float:
    power = 10 ** np.floor(np.log10(length))
    return float(max(n * power for n in NICE if n * power <= length))


def font(size: int) -> Any:
    """The font of legends at a size [px]: Latin and common Chinese characters."""
    return ImageFont.truetype(BytesIO(_font_bytes()), size, layout_engine=ImageFont.Layout.BASIC)


@cache
def _font_bytes() -> bytes:
    return (files("rs.pipeline") / "fonts" / "legend.otf").read_bytes()


def png(image: Image.Image) -> bytes:
    """An image as PNG."""
    buffer = BytesIO()
    image.save(buffer, "PNG", optimize=False, compress_level=PNG_LEVEL)
    return buffer.getvalue()
