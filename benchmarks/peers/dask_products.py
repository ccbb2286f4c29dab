"""The products as dask arrays from dask arrays of counts: shared by the peers that have dask inside.

Every product is one `map_blocks` over counts, which is what dask's best practices advise: few large tasks, no
chain of element-wise ones. The mask is one `map_overlap`, since clouds are grown over the edges of chunks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dask.array as da
import numpy as np
from numpy.typing import NDArray

from benchmarks import rules

Arrays = Mapping[str, Any]


def wide(array: Any, like: Any) -> Any:
    """An array of 20 m on the chunks of one of 10 m, each pixel twice both ways."""

    def repeated(block: NDArray[np.generic]) -> NDArray[np.generic]:
        return np.repeat(np.repeat(block, 2, axis=0), 2, axis=1)

    chunks = tuple(tuple(2 * n for n in sizes) for sizes in array.chunks)
    return da.map_blocks(repeated, array, dtype=array.dtype, chunks=chunks)[: like.shape[0], : like.shape[1]]


def clear(scl: Any, simple: bool = False) -> Any:
    """Pixels that products may use. simple: clouds as classified, not grown."""
    if simple:
        return da.map_blocks(lambda block: ~rules.UNCLEAR[block], scl, dtype=bool)
    # chunks narrower than the reach are joined on the way
    return da.map_overlap(rules.clear_of, scl, depth=rules.REACH, boundary="none", dtype=bool).rechunk(scl.chunks)


def ndvi(bands: Arrays, simple: bool = False) -> dict[str, Any]:
    """The masked NDVI. bands: red, nir of 10 m; scl of 10 or 20 m."""
    ok = clear(_fine(bands, "scl"), simple)
    return {"ndvi": da.map_blocks(rules.difference, bands["nir"], bands["red"], ok, dtype=np.int16)}


def eight(bands: Arrays, simple: bool = False) -> dict[str, Any]:
    """The eight products. bands: by common name, in chunks of 10 m and half as many pixels of 20 m.

    NAME@10 is a band of 20 m on the grid of 10 m where the loader brought it there; else it is widened here.
    simple: masks by the classification alone.
    """
    red, nir, green = (bands[name] for name in ("red", "nir", "green"))
    scl, nir08, swir16, swir22 = (_fine(bands, name) for name in ("scl", "nir08", "swir16", "swir22"))
    ok = clear(scl, simple)
    if simple:
        kinds = da.map_blocks(_kinds_of_class, scl, dtype=np.uint8)
    else:
        near = (scl, green, bands["blue"], swir16)
        kinds = da.map_overlap(_kinds, *near, depth=rules.REACH, boundary="none", dtype=np.uint8).rechunk(scl.chunks)
    water, afloat = (kinds == 1) & ok, (kinds != 2) & ok
    ok20 = ok[1::2, 1::2]

    def made(rule: Any, *inputs: Any, dtype: Any = np.int16) -> Any:
        return da.map_blocks(rule, *inputs, dtype=dtype)

    return {
        "ndvi": made(rules.difference, nir, red, ok),
        "evi2": made(rules.evi2, red, nir, ok),
        "ndmi": made(rules.difference, bands["nir08"], bands["swir16"], ok20),
        "nbr": made(rules.difference, bands["nir08"], bands["swir22"], ok20),
        "water_extent": made(rules.water_extent, green, swir16, ok, dtype=np.uint8),
        "turbidity": made(rules.turbidity, red, nir08, swir22, water, dtype=np.uint16),
        "suspended_matter": made(rules.suspended_matter, red, nir08, swir22, water, dtype=np.uint16),
        "floating_algae": made(rules.floating_algae, red, nir08, swir16, afloat),
    }


def _fine(bands: Arrays, name: str) -> Any:
    loaded = bands.get(f"{name}@10", bands[name])
    return loaded if loaded.shape == bands["red"].shape else wide(loaded, bands["red"])


def _kinds(scl: Any, green: Any, blue: Any, swir16: Any) -> NDArray[np.uint8]:
    """1 water, 2 land, 0 neither."""
    water, land = rules.water_and_land(scl, green, blue, swir16)
    return water.astype(np.uint8) + 2 * (land & ~water).astype(np.uint8)


def _kinds_of_class(scl: Any) -> NDArray[np.uint8]:
    return (scl == rules.WATER_CLASS).astype(np.uint8) + 2 * rules.LAND_CLASSES[scl].astype(np.uint8)


def masked(bands: Arrays, ok: Any, dtype: str = "float32") -> dict[str, Any]:
    """Bands of a date, NaN or 0 where it does not count."""
    names = list(bands)

    def together(*blocks: Any) -> NDArray[Any]:
        return np.stack(rules.masked(list(blocks[:-1]), blocks[-1], dtype))

    chunks = ((len(names),), *ok.chunks)
    cube = da.map_blocks(together, *(bands[name] for name in names), ok, dtype=dtype, new_axis=0, chunks=chunks)
    return {name: cube[k] for k, name in enumerate(names)}
