"""Produced rasters agree with an independent calculation from the raw files, within half a count."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
import rasterio
from landsat import LC09
from numpy.typing import NDArray
from producing import counts_in, result_of, values_in
from rasterio.errors import NotGeoreferencedWarning

from rs.core.result import Outcome

Floats = NDArray[np.float64]
REJECTED = (0, 1, 2, 3, 8, 9, 10, 11)


def raw(path: Path, band: int | None = None) -> NDArray[np.float64]:
    """Counts of a file as numbers."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(path) as dataset:
            return np.asarray(dataset.read(band), np.float64)


def agree(found: Floats, meant: Floats, step: float) -> None:
    """The same pixels bear a value, and each lies within half a step."""
    assert np.array_equal(np.isnan(found), np.isnan(meant))
    assert np.nanmax(np.abs(found - meant)) <= step / 2 * (1 + 1e-9)


def nechad(rho: Floats, a: float, c: float) -> Floats:
    return np.where(rho < c, a * rho / (1 - rho / c), np.nan)


def parana_reflectance(scenes: Path) -> Floats:
    """Surface reflectance of the eleven bands B01 .. B8A, B11, B12."""
    counts = raw(scenes / "S2_parana_20230511" / "20230511.tif")
    return np.where(counts == 0, np.nan, counts * 1e-4 - 0.1)


def water_of(r: Floats) -> NDArray[np.bool_]:
    return np.asarray((r[2] > r[9]) & (r[1] < 0.15))


def test_ndvi_of_the_alps(alps: tuple[Path, dict[str, Outcome]]) -> None:
    folder, outcomes = alps
    red, nir, scl = (raw(folder / f"{name}.tif", 1) for name in ("B04", "B08", "SCL"))
    seen = ~np.isin(scl, REJECTED) & (red > 0) & (nir > 0)
    meant = np.where(seen, (nir - red) / np.where(seen, nir + red, 1), np.nan)
    found = values_in(result_of(outcomes["ndvi"]), "ndvi")
    agree(found, meant, 1e-4)
    median = {"20230815": 0.836, "20230818": 0.797}[folder.name.split("_")[2]]
    assert np.nanmedian(found[scl == 4]) == pytest.approx(median, abs=0.005)


def test_water_extent_of_the_alps(alps: tuple[Path, dict[str, Outcome]]) -> None:
    folder, outcomes = alps
    green, nir, scl = (raw(folder / f"{name}.tif", 1) for name in ("B03", "B08", "SCL"))
    seen = ~np.isin(scl, REJECTED) & (green > 0) & (nir > 0)
    green, nir = green * 1e-4, nir * 1e-4
    index = np.where(seen, (green - nir) / np.where(seen, green + nir, 1), np.nan)
    meant = np.where(np.isnan(index), 255, np.where(index > 0.05, 1, np.where(index < -0.05, 0, 2)))
    assert (counts_in(result_of(outcomes["water_extent"]), "water_extent") == meant).all()


def test_turbidity_of_the_parana(parana: dict[str, Outcome], scenes: Path) -> None:
    r = parana_reflectance(scenes)
    red, nir = r[3] - r[10], r[8] - r[10]
    share = np.clip((red - 0.05) / 0.02, 0, 1)
    low, high = nechad(red, 228.1, 0.1641), nechad(nir, 3078.9, 0.2112)
    meant = np.where(share == 0, low, np.where(share == 1, high, (1 - share) * low + share * high))
    meant[~water_of(r) | ~((meant >= 0) & (meant <= 1000))] = np.nan
    agree(values_in(result_of(parana["turbidity"]), "turbidity"), meant, 0.05)


def test_water_colour_of_the_parana(parana: dict[str, Outcome], scenes: Path) -> None:
    r = parana_reflectance(scenes)
    w = (r - r[10])[:5]
    weights = np.array([[11.756, 6.423, 53.696, 32.028, 0.529], [1.744, 22.289, 65.702, 16.808, 0.192],
                        [62.696, 31.101, 1.778, 0.015, 0.0]])  # fmt: skip
    xyz = np.tensordot(weights, w, 1)
    total = xyz.sum(0)
    with np.errstate(invalid="ignore", divide="ignore"):
        raw_hue = np.degrees(np.arctan2(xyz[1] / total - 1 / 3, xyz[0] / total - 1 / 3)) % 360
    meant = raw_hue + np.polyval([-68.76, 495.18, -1315.60, 1547.60, -748.36, 113.25], raw_hue / 100)
    meant[~water_of(r) | (total <= 0) | ~((meant >= 0) & (meant <= 360))] = np.nan
    found = values_in(result_of(parana["water_colour"]), "water_colour")
    brown = (raw_hue > 35) & (raw_hue < 230)
    assert brown[~np.isnan(found)].mean() > 0.99
    agree(np.where(brown, found, np.nan), np.where(brown, meant, np.nan), 0.01)


def test_turbidity_of_manaus_is_red_alone_and_doubted_where_bright(manaus: dict[str, Outcome], scenes: Path) -> None:
    def band(n: int) -> Floats:
        counts = raw(scenes / LC09 / f"{LC09}_SR_B{n}.TIF", 1)
        return np.where(counts == 0, np.nan, counts * 2.75e-5 - 0.2)

    red = band(4) - band(7)
    water = (band(3) > band(6)) & (band(2) < 0.15)
    value = nechad(red, 235.32, 0.1686)
    out = water & ~np.isnan(value) & ~((value >= 0) & (value <= 1000))
    result = result_of(manaus["turbidity"])
    assert result.recipe == "nechad2009_red"
    agree(values_in(result, "turbidity"), np.where(water & ~out, value, np.nan), 0.05)
    flags = counts_in(result, "flags")
    assert ((flags != 255) == water).all()
    assert ((flags[water] & 2 != 0) == (red[water] > 0.07)).all()
    assert ((flags[water] & 1 != 0) == out[water]).all()
    assert 0.3 < (flags[water] & 2 != 0).mean() < 0.4
