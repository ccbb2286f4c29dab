"""The workloads over one scene: which scene, who runs, what is compared, what is asked."""

from __future__ import annotations

from pathlib import Path

from benchmarks.contestants import floor, ours, peers
from benchmarks.harness import Bar, Contestant, Field
from benchmarks.peers.files import FILES
from benchmarks.scenes import NDVI_BANDS, Cache

EIGHT = ("ndvi", "evi2", "ndmi", "nbr", "water_extent", "turbidity", "suspended_matter", "floating_algae")
RIOXARRAY = "rioxarray + dask"
PARTS = ("decode", "arithmetic", "encode")


def w1(cache: Cache, size: int) -> Field:
    """Masked NDVI of a tile from red, nir and the classification."""
    scene, bands = cache.item(size, NDVI_BANDS), ("red", "nir", "scl")
    every = ours("rs produce ndvi, item with all bands", ("ndvi",), cache.item(size))
    every.note = "reads green, blue, swir16 too, for its quality file"
    field = [ours("rs produce ndvi", ("ndvi",), scene), every, *peers("W1", scene), *_parts("W1", scene, bands, ("ndvi",))]
    bars = (_against(RIOXARRAY, 0.50),)
    return Field(f"W1: masked NDVI, {size} x {size} px, GeoTIFF", field, ("ndvi",), cache.root / "out", bars)


def w4(cache: Cache, size: int) -> Field:
    """Eight products from GeoTIFF."""
    scene = cache.item(size)
    field = [ours("rs produce, eight products", EIGHT, scene), *peers("W4", scene)]
    field += _parts("W4", scene, tuple(FILES), EIGHT)
    bars = (_against(RIOXARRAY, 0.32), _to_parts(1.6, PARTS), Bar("peak", 1500.0, lambda f: f.ours.peak_mb, " MB"))
    return Field(f"W4: eight products, {size} x {size} px, GeoTIFF", field, EIGHT, cache.root / "out", bars)


def w5(cache: Cache, size: int) -> Field:
    """Eight products from a SAFE."""
    scene = cache.safe(size)
    field = [ours("rs produce, eight products", EIGHT, scene), *peers("W5", scene)]
    field.append(floor("decode", scene, *FILES))
    bars = (Bar("wall / best peer", 0.68, _to_best), _to_parts(1.4, ("decode",)))
    return Field(f"W5: eight products, {size} x {size} px, SAFE (JPEG 2000)", field, EIGHT, cache.root / "out", bars)


def _parts(work: str, scene: Path, bands: tuple[str, ...], products: tuple[str, ...]) -> list[Contestant]:
    return [
        floor("decode", scene, *bands), floor("arithmetic", work, scene),
        floor("encode", "{out}", "{ours}", *products),
    ]  # fmt: skip


def _against(name: str, limit: float) -> Bar:
    def measure(field: Field) -> float | None:
        other = field.named(name)
        return None if other is None else field.ours.wall / other.wall

    return Bar(f"wall / {name}", limit, measure)


def _to_best(field: Field) -> float | None:
    best = field.best_peer
    return None if best is None else field.ours.wall / best.wall


def _to_parts(limit: float, parts: tuple[str, ...]) -> Bar:
    def measure(field: Field) -> float | None:
        found = [field.named(f"floor: {part}") for part in parts]
        return None if None in found else field.ours.wall / sum(one.wall for one in found if one is not None)

    return Bar(f"wall / ({' + '.join(parts)} alone)", limit, measure)
