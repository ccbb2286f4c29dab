"""Pictures of a composite: in true colour where it has the bands, else of its main layer."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PIL import Image, ImageDraw

from rs.core.grid import Grid
from rs.core.product import Layer, Product
from rs.pipeline import picture
from rs.pipeline.picture import EMPTY, INK, MARGIN, Rgba

TRUE_COLOUR = ("red", "green", "blue")


def quicklook(paths: Mapping[str, str], product: Product, subtitle: str, grid: Grid) -> bytes:
    """PNG of layer files by name: picture, title, what is shown, scale bar; grey is no data."""
    title = f"{product.title} / {product.title_zh}"
    if not set(TRUE_COLOUR) <= set(paths):
        return picture.quicklook(paths[product.main.name], product.main, title, subtitle, grid)
    low, high = shown(product)

    def legend(page: Image.Image, draw: ImageDraw.ImageDraw, top: int, width: int) -> None:
        text = f"Red, green, blue: reflectance {low:g} to {high:g} / 红、绿、蓝光反射率"
        draw.text((MARGIN, top + 1), text, font=picture.font(13), fill=INK)
        picture.no_data(draw, MARGIN, top + 24)

    return picture.sheet(true_colour(paths, product, picture.QUICKLOOK_SIDE), (title, subtitle), grid, legend)


def thumbnail(paths: Mapping[str, str], product: Product) -> bytes:
    """PNG of layer files by name of at most 256 px a side; no data is transparent."""
    if not set(TRUE_COLOUR) <= set(paths):
        return picture.thumbnail(paths[product.main.name], product.main)
    pixels = true_colour(paths, product, picture.THUMBNAIL_SIDE)
    pixels[(pixels == np.array(EMPTY, np.uint8)).all(axis=-1)] = 0
    return picture.png(Image.fromarray(pixels))


def _layers(product: Product) -> list[Layer]:
    return [next(layer for layer in product.layers if layer.name == name) for name in TRUE_COLOUR]


def shown(product: Product) -> tuple[float, float]:
    """Reflectance [1] from black to full colour."""
    red = _layers(product)[0]
    return red.shown or red.valid


def true_colour(paths: Mapping[str, str], product: Product, side: int) -> Rgba:
    """RGBA [rows, cols, 4] of at most `side` px, each channel over the range that its layer shows."""
    layers = _layers(product)
    parts = [picture.sampled(paths[layer.name], layer, side) for layer in layers]
    channels = [picture.coloured(counts, layer)[..., 0] for counts, layer in zip(parts, layers, strict=True)]
    pixels = np.stack([*channels, np.full_like(channels[0], 255)], axis=-1)
    held = np.logical_and.reduce([counts != layer.nodata for counts, layer in zip(parts, layers, strict=True)])
    pixels[~held] = EMPTY
    return pixels
