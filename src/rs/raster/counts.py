"""Counts to numbers with NaN for no data, and back."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rs.errors import UsageError

Array = NDArray[Any]

KINDS = ("uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "float64")
"""What can be turned into floating point without loss."""


def float_kind(dtype: np.dtype[Any]) -> type[np.float32] | type[np.float64]:
    """The smallest floating point type that holds all counts of a dtype."""
    return np.float32 if dtype.itemsize <= 2 or dtype == np.float32 else np.float64


def values_of(counts: Array, nodata: tuple[float, ...]) -> Array:
    """Counts as floating point numbers, C-contiguous; NaN where a count is no data or not finite."""
    values = counts.astype(float_kind(counts.dtype), order="C")
    for code in nodata:
        np.copyto(values, np.nan, where=counts == _plain(code))
    if counts.dtype.kind == "f":
        np.copyto(values, np.nan, where=~np.isfinite(values))
    return values


def counts_of(values: Array, dtype: np.dtype[Any], nodata: tuple[float, ...]) -> Array:
    """Whole numbers as counts: the nearest of the dtype, and the first no-data count where they are NaN.

    A number that is a no-data count becomes the next count that is none. `values` is used up. Raises UsageError where
    something is NaN and an integer dtype has no no-data count.
    """
    if dtype.kind != "f":
        info = np.iinfo(dtype)
        np.clip(values, info.min, info.max, out=values)
    for code in nodata:
        same = values == values.dtype.type(code)
        if same.any():
            values[same] = _beside(code, dtype, nodata)
    return filled(values, np.isnan(values), nodata, dtype)


def filled(values: Array, missing: NDArray[np.bool_], nodata: tuple[float, ...], dtype: np.dtype[Any]) -> Array:
    """Values as counts, no data where `missing`. Raises UsageError where an integer dtype has no no-data count."""
    if missing.any():
        np.copyto(values, blank_of(dtype, nodata), where=missing)
    return values.astype(dtype, copy=False)


def blank_of(dtype: np.dtype[Any], nodata: tuple[float, ...]) -> float:
    """The count of no data. Raises UsageError where an integer dtype has none."""
    if nodata:
        return _plain(nodata[0])
    if dtype.kind == "f":
        return math.nan
    raise UsageError(f"pixels without value cannot be told in {dtype} without a no-data count",
                     remedy="State a no-data count, or choose a target that lies within the data")  # fmt: skip


def check_nodata(dtype: np.dtype[Any], nodata: tuple[float, ...]) -> None:
    """Raises UsageError for a dtype that is not supported or cannot hold the count of no data."""
    if dtype.name not in KINDS:
        raise UsageError(f"{dtype} is not supported", remedy=f"Use one of {', '.join(KINDS)}")
    if nodata and dtype.kind != "f" and not (
        float(nodata[0]).is_integer() and np.iinfo(dtype).min <= nodata[0] <= np.iinfo(dtype).max
    ):  # fmt: skip
        raise UsageError(f"{dtype} cannot hold the no-data count {nodata[0]}", remedy="State one that it can hold")


def _plain(code: float) -> float:
    return int(code) if float(code).is_integer() else code


def _beside(code: float, dtype: np.dtype[Any], nodata: tuple[float, ...]) -> float:
    """The next count above a no-data count that is none; below it where none is left above."""
    for towards in (math.inf, -math.inf):
        near = code
        while near in nodata and math.isfinite(near):
            step = math.copysign(1.0, towards)
            near = float(np.nextafter(dtype.type(near), dtype.type(towards))) if dtype.kind == "f" else near + step
        if math.isfinite(near) and (dtype.kind == "f" or np.iinfo(dtype).min <= near <= np.iinfo(dtype).max):
            return near
    raise UsageError(f"every count of {dtype} is no data", remedy="State fewer no-data counts")
