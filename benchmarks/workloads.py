"""The workloads: which scene, who runs, what is compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.harness import PYTHON, RS, Contestant, Field, Kind
from benchmarks.scenes import NDVI_BANDS, Cache

EIGHT = ("ndvi", "evi2", "ndmi", "nbr", "water_extent", "turbidity", "suspended_matter", "floating_algae")


def ours(name: str, products: tuple[str, ...], scene: Path) -> Contestant:
    """The ordinary command with its defaults."""
    return Contestant(name, [RS, "produce", ",".join(products), str(scene), "-o", "{out}"], Kind.OURS)


def peer(name: str, module: str, work: str, scene: Path) -> Contestant:
    """A peer in a process of its own."""
    return Contestant(name, [PYTHON, "-m", f"benchmarks.peers.{module}", work, str(scene), "{out}"])


def w1(cache: Cache, size: int) -> Field:
    """Masked NDVI of a tile from red, nir and the classification."""
    scene = cache.item(size, NDVI_BANDS)
    field = [ours("rs produce ndvi", ("ndvi",), scene)]
    field += _peers("W1", scene)
    return Field(f"W1: masked NDVI, {size} px", field, ("ndvi",), cache.root / "out")


def w4(cache: Cache, size: int) -> Field:
    """Eight products from GeoTIFF."""
    scene = cache.item(size)
    field = [ours("rs produce, eight products", EIGHT, scene), *_peers("W4", scene)]
    return Field(f"W4: eight products from GeoTIFF, {size} px", field, EIGHT, cache.root / "out")


def _peers(work: str, scene: Path) -> list[Contestant]:
    return [peer("rioxarray + dask, tmp GTiff, COG copy", "rioxarray_dask", work, scene)]


WORKLOADS: Mapping[str, Callable[[Cache, int], Field]] = {"W1": w1, "W4": w4}
