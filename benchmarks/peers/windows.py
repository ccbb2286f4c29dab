"""rasterio windows: one thread, windows of 1024 px (the tiles of the files), numpy, then copies by the COG driver.

As rasterio's "Windowed reading and writing" page has it: files stay open, windows on the tiles. The mask needs
neighbours, so the classification, green, blue and swir16 are read with a margin of 10 px; GDAL's block cache
(default size) keeps the tiles around. From JPEG 2000 GDAL's driver uses all cores by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.windows import Window

from benchmarks import rules
from benchmarks.peers.files import BANDS_20, DTYPES, FILES, NODATA, band_path, run, to_cog

SIDE = 1024
Arrays = dict[str, NDArray[Any]]


def _windows(rows: int, cols: int) -> Iterator[tuple[int, int, int, int]]:
    for row in range(0, rows, SIDE):
        for col in range(0, cols, SIDE):
            yield row, col, min(SIDE, rows - row), min(SIDE, cols - col)


class _Files:
    """Open bands, and temporary files of products."""

    def __init__(self, stack: ExitStack, scene: str, bands: tuple[str, ...]) -> None:
        self.bands = {name: stack.enter_context(rasterio.open(band_path(scene, name))) for name in bands}
        self.rows, self.cols = self.bands["red"].shape
        self._stack, self._outs = stack, dict[str, Any]()

    def read(self, name: str, place: tuple[int, int, int, int], margin: int = 0) -> NDArray[Any]:
        """A band on a window of 10 m with a margin, where the scene has one."""
        row, col, height, width = place
        top, left = max(0, row - margin), max(0, col - margin)
        bottom, right = min(self.rows, row + height + margin), min(self.cols, col + width + margin)
        if name not in BANDS_20:
            return self.bands[name].read(1, window=Window(left, top, right - left, bottom - top))
        window = Window(left // 2, top // 2, -(-right // 2) - left // 2, -(-bottom // 2) - top // 2)
        return rules.widened(self.bands[name].read(1, window=window), (bottom - top, right - left))

    def put(self, out: Path, name: str, pixels: NDArray[Any], row: int, col: int) -> None:
        """Write a block of a product, at its own pixel size."""
        if name not in self._outs:
            like = self.bands["nir08"] if name in ("ndmi", "nbr") else self.bands["red"]
            self._outs[name] = self._stack.enter_context(
                rasterio.open(
                    out / f"{name}.tmp.tif", "w", driver="GTiff", width=like.width, height=like.height, count=1,
                    dtype=DTYPES.get(name, "int16"), crs=like.crs, transform=like.transform, nodata=NODATA[name],
                    tiled=True, blockxsize=512, blockysize=512,
                )
            )  # fmt: skip
        height, width = pixels.shape
        self._outs[name].write(pixels, 1, window=Window(col, row, width, height))


def _cut(wide: NDArray[Any], place: tuple[int, int, int, int]) -> NDArray[Any]:
    row, col, height, width = place
    top, left = min(row, rules.REACH), min(col, rules.REACH)
    return wide[top : top + height, left : left + width]


def _ndvi(files: _Files, place: tuple[int, int, int, int]) -> Arrays:
    ok = _cut(rules.clear_of(files.read("scl", place, rules.REACH)), place)
    return {"ndvi": rules.difference(files.read("nir", place), files.read("red", place), ok)}


def _eight(files: _Files, place: tuple[int, int, int, int]) -> Arrays:
    wide = {name: files.read(name, place, rules.REACH) for name in ("scl", "green", "blue", "swir16")}
    ok = _cut(rules.clear_of(wide["scl"]), place)
    water, land = (_cut(a, place) for a in rules.water_and_land(*(wide[n] for n in ("scl", "green", "blue", "swir16"))))
    green, swir16 = _cut(wide["green"], place), _cut(wide["swir16"], place)
    red, nir, nir08, swir22 = (files.read(name, place) for name in ("red", "nir", "nir08", "swir22"))
    coarse = {"nir08": nir08[::2, ::2], "swir16": swir16[::2, ::2], "swir22": swir22[::2, ::2]}
    ok20 = ok[1::2, 1::2]
    return {
        "ndvi": rules.difference(nir, red, ok),
        "evi2": rules.evi2(red, nir, ok),
        "ndmi": rules.difference(coarse["nir08"], coarse["swir16"], ok20),
        "nbr": rules.difference(coarse["nir08"], coarse["swir22"], ok20),
        "water_extent": rules.water_extent(green, swir16, ok),
        "turbidity": rules.turbidity(red, nir08, swir22, ok & water),
        "suspended_matter": rules.suspended_matter(red, nir08, swir22, ok & water),
        "floating_algae": rules.floating_algae(red, nir08, swir16, ok & ~(land & ~water)),
    }


def _make(scene: str, out: Path, bands: tuple[str, ...], recipe: Any) -> None:
    names: Mapping[str, Any] = {}
    with ExitStack() as stack:
        files = _Files(stack, scene, bands)
        for place in _windows(files.rows, files.cols):
            names = recipe(files, place)
            for name, pixels in names.items():
                step = 2 if name in ("ndmi", "nbr") else 1
                files.put(out, name, np.ascontiguousarray(pixels), place[0] // step, place[1] // step)
    for name in names:
        to_cog(str(out / f"{name}.tmp.tif"), str(out / f"{name}.tif"), name)
        (out / f"{name}.tmp.tif").unlink()


def ndvi(scene: str, out: Path) -> None:
    """W1."""
    _make(scene, out, ("red", "nir", "scl"), _ndvi)


def eight(scene: str, out: Path) -> None:
    """W4 and W5."""
    _make(scene, out, tuple(FILES), _eight)


if __name__ == "__main__":
    run({"W1": ndvi, "W4": eight, "W5": eight})
