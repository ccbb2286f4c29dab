"""A scene on the grid of a period: its bands as counts of their layers, blank where they do not count."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rs.algorithms.observations import calibrate, reject
from rs.core.bands import Band
from rs.core.composite import BLANK
from rs.core.grid import Block, Grid
from rs.core.jit import jitted
from rs.core.product import Layer, Product
from rs.core.scene import Asset, Scene
from rs.pipeline.flags import flaws_on
from rs.pipeline.load import unit_grid
from rs.pipeline.masks import METRES_PER_DEGREE
from rs.pipeline.period_masks import Mask, SceneMask
from rs.pipeline.period_tiles import Tiles
from rs.raster.blocks import Piece, read_piece, same_grid
from rs.raster.warp import Method, Warp

Counts = NDArray[np.int16]
Masks = dict[tuple[Grid, Block], Mask | None]
"""What is rejected on a block of a grid, for the bands that share both."""

COARSER = 1.5
"""Pixels of a target that are so many times as wide take the mean of what lies under them."""


class SceneOnGrid:
    """Bands of a scene on blocks of a target grid. Threads may share it.

    Where the target is the scene's own grid pixels are taken as they are, coarser bands by nearest neighbour. On
    another grid each band comes from its own pixels: bilinear, or the mean where the target is coarser. Masks are
    applied before, on the band's own pixels, so that no cloud is mixed in; a pixel of the target counts where the
    pixel under its centre does, in a mean where any below does.
    """

    def __init__(self, scene: Scene, product: Product, target: Grid, tiles: Tiles, flags: Tiles) -> None:
        self.scene, self.target, self._tiles = scene, target, tiles
        self._layers = {layer.name: layer for layer in product.layers}
        self._mask = SceneMask(scene, product.reject, flags)
        self._warps: dict[tuple[Grid, Method], Warp] = {}

    def own(self, bands: tuple[Band, ...]) -> bool:
        """Whether the target is the grid of the finest of the bands."""
        grid = unit_grid(self.scene, bands)
        return grid.crs == self.target.crs and same_grid(grid, self.target)

    def fill(self, bands: tuple[Band, ...], block: Block, cube: NDArray[np.int16], date: int) -> None:
        """Put bands of a block into a date of a cube [bands, dates, pixels], C-contiguous. Raises UnreadableRaster."""
        own = self.own(bands)
        masks: Masks = {}
        for k, band in enumerate(bands):
            asset = self.scene.assets[band]
            if own:
                self._taken(asset, self._layers[band.value], block, cube[k, date], masks)
            else:
                self._warped(asset, self._layers[band.value], block, cube[k, date], masks)

    def _taken(self, asset: Asset, layer: Layer, block: Block, out: Counts, masks: Masks) -> None:
        piece = read_piece(self._tiles.held, asset, self.target, block)
        raw, inside = piece.on(self.target, block)
        _counts(piece, raw, layer, out)
        if inside is not None:
            out[~inside.ravel()] = BLANK
        self._blank(piece, self.target, block, out, masks)

    def _warped(self, asset: Asset, layer: Layer, block: Block, out: Counts, masks: Masks) -> None:
        warp, made = self._warp(asset.grid), out.reshape(block.height, block.width)
        for part, window in warp.parts(block):
            row, col = part.row - block.row, part.col - block.col
            here = made[row : row + part.height, col : col + part.width]
            if window is None:
                here[:] = BLANK
            else:
                here[:] = warp.apply(self._masked(asset, layer, window, masks), window, part, (BLANK,))

    def _masked(self, asset: Asset, layer: Layer, window: Block, masks: Masks) -> Counts:
        """Counts of the layer on a window of the asset's own pixels [rows, cols]."""
        raw = self._tiles.read(asset, window)
        held = tuple((m, read_piece(self._tiles.held, m.asset, asset.grid, window)) for m in asset.masks)
        piece, out = Piece(asset, raw, window.row, window.col, held), np.empty(raw.size, np.int16)
        _counts(piece, raw, layer, out)
        self._blank(piece, asset.grid, window, out, masks)
        return out.reshape(raw.shape)

    def _warp(self, grid: Grid) -> Warp:
        method = Method.AVERAGE if _metres(self.target) >= COARSER * _metres(grid) else Method.BILINEAR
        if (grid, method) not in self._warps:
            self._warps[grid, method] = Warp(grid, self.target, method)
        return self._warps[grid, method]

    def _blank(self, piece: Piece, grid: Grid, block: Block, out: Counts, masks: Masks) -> None:
        if piece.masks:
            out[flaws_on(piece, grid, block).ravel() != 0] = BLANK
        if (grid, block) not in masks:
            masks[grid, block] = self._mask.rejected(grid, block)
        rejected = masks[grid, block]
        if rejected is not None:
            jitted(reject)(out, rejected.ravel(), np.int16(BLANK))


def _counts(piece: Piece, raw: NDArray[Any], layer: Layer, out: Counts) -> None:
    """Counts of a file as counts of a layer; blank where there is none or it lies outside of the layer's range."""
    asset = piece.asset
    slope, shift = asset.scale / layer.scale, (asset.offset - layer.offset) / layer.scale
    line = np.array([slope, shift, layer.count(layer.valid[0]), layer.count(layer.valid[1]), BLANK], np.float64)
    jitted(calibrate)(raw.ravel(), line, np.array(asset.nodata, np.float64), out)


def _metres(grid: Grid) -> float:
    return grid.pixel_size * (1.0 if grid.pixel_size > 0.1 else METRES_PER_DEGREE)
