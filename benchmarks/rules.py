"""Masks and formulas of the products in plain numpy, for peers: what `rs` computes, written anew.

Counts in (0 is no data; reflectance = count / 10000 - 0.1), counts of the product out. Arithmetic is in
float32, as peers usually have it; the results differ from `rs` by rounding at most. Class masks follow the
scene classification of Sen2Cor and the rules in docs/products.md: clouds and their shadows are grown by 100 m,
water is the class or MNDWI > 0 with blue < 0.15, land amid water is not called land.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rs.readers import _sentinel2_coefficients

Counts = NDArray[np.uint16]
Classes = NDArray[np.uint8]
Bools = NDArray[np.bool_]
Stored = NDArray[np.int16] | NDArray[np.uint16] | NDArray[np.uint8]
Values = NDArray[np.float32]

REACH = 10
"""Pixels of 10 m that clouds are grown by, and that water is looked for around land."""

SHIFT = np.float32(1000.0)
"""Counts of reflectance 0."""

UNCLEAR = np.isin(np.arange(256), (0, 1, 2, 3, 8, 9, 10, 11))
GROWING = np.isin(np.arange(256), (3, 8, 9))
SETTLED = np.isin(np.arange(256), (0, 1, 3, 8, 9, 10, 11))
LAND_CLASSES = np.isin(np.arange(256), (4, 5))
WATER_CLASS = 6
BLUE_WATER = 2500
"""Counts of blue reflectance 0.15."""

INDEX_NODATA, WATER_NODATA, CLASS_NODATA = -32768, 65535, 255
DOUBT = np.float32(0.05)


def widened(array: NDArray[np.generic], shape: tuple[int, int]) -> NDArray[np.generic]:
    """An array of 20 m [rows, cols] on the pixels of 10 m, cut to a shape."""
    return np.repeat(np.repeat(array, 2, axis=0), 2, axis=1)[: shape[0], : shape[1]]


def grown(mask: Bools, radius: int = REACH) -> Bools:
    """Pixels within a disk of `radius` px around the mask: a running sum a row, rows put together."""
    if not mask.any():
        return mask
    rows, cols = mask.shape
    sums = np.zeros((rows, cols + 2 * radius + 1), np.uint16)
    np.cumsum(mask, axis=1, dtype=np.uint16, out=sums[:, radius + 1 : radius + 1 + cols])
    sums[:, radius + 1 + cols :] = sums[:, radius + cols : radius + 1 + cols]
    out = np.zeros_like(mask)
    for k in range(min(radius, rows - 1) + 1):
        width = int(np.sqrt(radius * radius - k * k))
        near = (
            sums[:, radius + width + 1 : radius + width + 1 + cols] != sums[:, radius - width : radius - width + cols]
        )
        out[k:] |= near[: rows - k]
        if k:
            out[:-k] |= near[k:]
    return out


def mostly(mask: Bools, radius: int = REACH) -> Bools:
    """Pixels whose square of 2 radius + 1 px a side is set by more than half."""
    if not mask.any():
        return mask
    side = 2 * radius + 1
    padded = np.pad(mask, radius + 1)[:, :-1]
    across = np.cumsum(padded, axis=1, dtype=np.uint16)
    across = across[:, side:] - across[:, :-side]
    down = np.cumsum(across, axis=0, dtype=np.uint16)
    found: Bools = (down[side:-1] - down[: -side - 1]) * np.uint32(2) > side * side
    return found


def clear_of(scl: Classes) -> Bools:
    """Pixels that products may use, from the classification on 10 m: edges within REACH are not to be used."""
    return ~(UNCLEAR[scl] | grown(GROWING[scl]))


def water_and_land(scl: Classes, green: Counts, blue: Counts, swir16: Counts) -> tuple[Bools, Bools]:
    """Water and land by the class and the own test, on 10 m; edges within REACH of land are not to be used."""
    told = (green != 0) & (blue != 0) & (swir16 != 0) & ~SETTLED[scl]
    wet = told & (green > swir16) & (blue < BLUE_WATER)
    classed = scl == WATER_CLASS
    water = classed | wet
    land = (LAND_CLASSES[scl] | (told & ~classed)) & ~wet
    return water, land & ~mostly(water)


def difference(a: Counts, b: Counts, ok: Bools) -> NDArray[np.int16]:
    """(a - b) / (a + b) of reflectances as counts of 1e-4."""
    x, y = a.astype(np.float32) - SHIFT, b.astype(np.float32) - SHIFT
    return _index(x - y, x + y, ok & (a != 0) & (b != 0), -1.0, 1.0)


def evi2(red: Counts, nir: Counts, ok: Bools) -> NDArray[np.int16]:
    """2.5 (nir - red) / (nir + 2.4 red + 1) as counts of 1e-4."""
    r, n = red.astype(np.float32) - SHIFT, nir.astype(np.float32) - SHIFT
    total = n + np.float32(2.4) * r + np.float32(10_000.0)
    return _index(np.float32(2.5) * (n - r), total, ok & (red != 0) & (nir != 0), -1.0, 1.0)


def _index(top: Values, bottom: Values, ok: Bools, low: float, high: float) -> NDArray[np.int16]:
    with np.errstate(divide="ignore", invalid="ignore"):
        value = top / bottom
    ok = ok & (bottom > 0) & (value >= low) & (value <= high)
    return np.where(ok, np.rint(value * np.float32(1e4)), INDEX_NODATA).astype(np.int16)


def water_extent(green: Counts, swir16: Counts, ok: Bools) -> NDArray[np.uint8]:
    """1 where MNDWI exceeds 0.05, 0 below -0.05, else 2."""
    g, s = green.astype(np.float32) - SHIFT, swir16.astype(np.float32) - SHIFT
    total = g + s
    with np.errstate(divide="ignore", invalid="ignore"):
        index = np.where(total > 0, (g - s) / total, np.float32(0.0))
    found = np.where(index > DOUBT, 1, np.where(index < -DOUBT, 0, 2))
    return np.where(ok & (green != 0) & (swir16 != 0), found, CLASS_NODATA).astype(np.uint8)


def _nechad(rho: Values, a: float, c: float) -> Values:
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.float32(a) * rho / (np.float32(1.0) - rho / np.float32(c))
    return np.where(rho < c, value, np.float32(np.nan))


def _leaving(band: Counts, swir22: Counts) -> Values:
    """Water-leaving reflectance [1]: less the residual at 2.2 um."""
    return (band.astype(np.float32) - swir22.astype(np.float32)) * np.float32(1e-4)


def _concentration(value: Values, ok: Bools, high: float) -> NDArray[np.uint16]:
    ok = ok & (value >= 0.0) & (value <= high)
    return np.where(ok, np.rint(value / np.float32(0.05)), WATER_NODATA).astype(np.uint16)


def turbidity(red: Counts, nir08: Counts, swir22: Counts, ok: Bools) -> NDArray[np.uint16]:
    """Turbidity in counts of 0.05 FNU (Dogliotti et al. 2015)."""
    c = _sentinel2_coefficients.COEFFICIENTS["sentinel-2b"]["turbidity"]
    r, n = _leaving(red, swir22), _leaving(nir08, swir22)
    by_red, by_nir = _nechad(r, c["red_a"], c["red_c"]), _nechad(n, c["nir_a"], c["nir_c"])
    share = (r - np.float32(0.05)) / np.float32(0.02)
    value = np.where(r < 0.05, by_red, np.where(r > 0.07, by_nir, (1 - share) * by_red + share * by_nir))
    return _concentration(value, ok & (red != 0) & (nir08 != 0) & (swir22 != 0), 1000.0)


def suspended_matter(red: Counts, nir08: Counts, swir22: Counts, ok: Bools) -> NDArray[np.uint16]:
    """Suspended matter in counts of 0.05 g m-3 (Nechad et al. 2010, Novoa et al. 2017)."""
    c = _sentinel2_coefficients.COEFFICIENTS["sentinel-2b"]["suspended_matter"]
    r, n = _leaving(red, swir22), _leaving(nir08, swir22)
    by_red, by_nir = _nechad(r, c["red_a"], c["red_c"]), _nechad(n, c["nir_a"], c["nir_c"])
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.log(np.float32(0.12) / r) / np.float32(np.log(0.12 / 0.08))
        mixed = share * by_red + (1 - share) * by_nir
    value = np.where(r <= 0.08, by_red, np.where(r >= 0.12, by_nir, mixed))
    return _concentration(value, ok & (red != 0) & (nir08 != 0) & (swir22 != 0), 3000.0)


def floating_algae(red: Counts, nir08: Counts, swir16: Counts, ok: Bools) -> NDArray[np.int16]:
    """FAI as counts of 1e-4 (Hu 2009)."""
    c = _sentinel2_coefficients.COEFFICIENTS["sentinel-2b"]["floating_algae"]
    slope = np.float32((c["nir_nm"] - c["red_nm"]) / (c["swir_nm"] - c["red_nm"]))
    r, n, s = (band.astype(np.float32) - SHIFT for band in (red, nir08, swir16))
    value = (n - (r + (s - r) * slope)) * np.float32(1e-4)
    ok = ok & (red != 0) & (nir08 != 0) & (swir16 != 0)
    return _index(value, np.ones_like(value), ok, -0.5, 1.0)


def masked(bands: list[Counts], ok: Bools, dtype: str = "float32") -> list[NDArray[np.generic]]:
    """Bands of a date, NaN (float32) or 0 (uint16) where one of them has no value or the pixel is not clear."""
    for band in bands:
        ok = ok & (band != 0)
    blank = np.nan if dtype == "float32" else 0
    return [np.where(ok, band, np.asarray(blank, dtype)).astype(dtype, copy=False) for band in bands]


def reflectance_counts(values: Values) -> NDArray[np.int16]:
    """Counts of files, NaN for none, as counts of 1e-4 of reflectance, halves to the even one."""
    return whole_counts(values - SHIFT)


def whole_counts(values: Values) -> NDArray[np.int16]:
    """Values as the nearest counts, halves to the even one; NaN is no data."""
    told = np.isfinite(values)
    return np.where(told, np.rint(np.where(told, values, 0)), INDEX_NODATA).astype(np.int16)


def reflectance_of(counts: Counts) -> NDArray[np.int16]:
    """Counts of files, 0 for none, as counts of 1e-4 of reflectance."""
    return np.where(counts == 0, INDEX_NODATA, counts.astype(np.int32) - 1000).astype(np.int16)


def deviation_counts(values: Values, scale: float) -> NDArray[np.uint16]:
    """A deviation as counts, 65535 for none."""
    told = np.isfinite(values)
    return np.where(told, np.rint(np.where(told, values, 0) * scale), WATER_NODATA).astype(np.uint16)
