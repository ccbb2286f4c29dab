"""Masks and formulas of the eight products as plain loops for numba: counts in, counts out, float32 inside."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

U8, U16, I16 = NDArray[np.uint8], NDArray[np.uint16], NDArray[np.int16]
SHIFT, TEN, ONE = np.float32(1000.0), np.float32(1e4), np.float32(1.0)


def widen(coarse: Any, out: Any) -> None:
    """Each pixel twice both ways."""
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = coarse[i // 2, j // 2]


def lookup(classes: U8, table: U8, out: U8) -> None:
    """A value a class."""
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = table[classes[i, j]]


def kinds(scl: U8, green: U16, blue: U16, swir16: U16, tables: U8, water: U8, land: U8) -> None:
    """Water and land. tables: settled and land classes, [2, 256]."""
    for i in range(scl.shape[0]):
        for j in range(scl.shape[1]):
            g, b, s, c = green[i, j], blue[i, j], swir16[i, j], scl[i, j]
            told = g != 0 and b != 0 and s != 0 and tables[0, c] == 0
            wet = told and g > s and b < 2500
            water[i, j] = c == 6 or wet
            land[i, j] = (tables[1, c] != 0 or (told and c != 6)) and not wet


def allow(near: U8, unclear: U8, water: U8, land: U8, amid: U8, ok: U8) -> None:
    """Bits of what may see a pixel: 1 land products, 2 water, 4 what floats."""
    for i in range(ok.shape[0]):
        for j in range(ok.shape[1]):
            clear = near[i, j] == 0 and unclear[i, j] == 0
            dry = land[i, j] != 0 and amid[i, j] == 0 and water[i, j] == 0
            ok[i, j] = np.uint8(clear) | np.uint8(clear and water[i, j] != 0) << 1 | np.uint8(clear and not dry) << 2


def ratio(a: U16, b: U16, ok: U8, step: int, out: I16) -> None:
    """(a - b) / (a + b); step: pixels of `ok` a pixel, 1 or 2."""
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            x, y = np.float32(a[i, j]) - SHIFT, np.float32(b[i, j]) - SHIFT
            value = (x - y) / (x + y)
            good = ok[i * step + step - 1, j * step + step - 1] & 1 and a[i, j] != 0 and b[i, j] != 0
            good = good and x + y > 0 and abs(value) <= ONE
            out[i, j] = np.rint(value * TEN) if good else -32768


def evi2(red: U16, nir: U16, ok: U8, out: I16) -> None:
    """2.5 (nir - red) / (nir + 2.4 red + 1)."""
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            r, n = np.float32(red[i, j]) - SHIFT, np.float32(nir[i, j]) - SHIFT
            total = n + np.float32(2.4) * r + TEN
            value = np.float32(2.5) * (n - r) / total
            good = ok[i, j] & 1 and red[i, j] != 0 and nir[i, j] != 0 and total > 0 and abs(value) <= ONE
            out[i, j] = np.rint(value * TEN) if good else -32768


def extent(green: U16, swir16: U16, ok: U8, out: U8) -> None:
    """Water, dry, unsure."""
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            g, s = np.float32(green[i, j]) - SHIFT, np.float32(swir16[i, j]) - SHIFT
            value = (g - s) / (g + s) if g + s > 0 else np.float32(0)
            found = 1 if value > np.float32(0.05) else (0 if value < np.float32(-0.05) else 2)
            out[i, j] = found if ok[i, j] & 1 and green[i, j] != 0 and swir16[i, j] != 0 else 255


def matter(red: U16, nir08: U16, swir22: U16, ok: U8, c: Any, logarithmic: bool, out: U16) -> None:
    """Nechad's formula of two bands. c: a, c of red, a, c of near infrared, lower and upper bound of red, top."""
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = 65535
            if not (ok[i, j] & 2 and red[i, j] != 0 and nir08[i, j] != 0 and swir22[i, j] != 0):
                continue
            r = (np.float32(red[i, j]) - np.float32(swir22[i, j])) * np.float32(1e-4)
            n = (np.float32(nir08[i, j]) - np.float32(swir22[i, j])) * np.float32(1e-4)
            by_red = c[0] * r / (ONE - r / c[1]) if r < c[1] else np.float32(np.nan)
            by_nir = c[2] * n / (ONE - n / c[3]) if n < c[3] else np.float32(np.nan)
            if r <= c[4]:
                value = by_red
            elif r >= c[5]:
                value = by_nir
            else:
                w = np.log(c[5] / r) / np.log(c[5] / c[4]) if logarithmic else (c[5] - r) / (c[5] - c[4])
                value = w * by_red + (ONE - w) * by_nir
            if 0 <= value <= c[6]:
                out[i, j] = np.rint(value * np.float32(20.0))


def algae(red: U16, nir08: U16, swir16: U16, ok: U8, slope: float, out: I16) -> None:
    """FAI."""
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            r, n, s = (np.float32(red[i, j]) - SHIFT, np.float32(nir08[i, j]) - SHIFT, np.float32(swir16[i, j]) - SHIFT)
            value = n - (r + (s - r) * np.float32(slope))
            good = ok[i, j] & 4 and red[i, j] != 0 and nir08[i, j] != 0 and swir16[i, j] != 0
            out[i, j] = np.rint(value) if good and -5000 <= value <= 10000 else -32768


def mean2(fine: Any, nodata: int, out: Any) -> None:
    """Mean of 2 x 2 pixels that bear a value, for the next overview."""
    rows, cols = fine.shape
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            total, number = 0, 0
            for k in range(2 * i, min(2 * i + 2, rows)):
                for m in range(2 * j, min(2 * j + 2, cols)):
                    if fine[k, m] != nodata:
                        total += fine[k, m]
                        number += 1
            out[i, j] = np.rint(total / number) if number else nodata
