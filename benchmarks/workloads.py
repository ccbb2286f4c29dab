"""The workloads over one scene: which scene, who runs, what is compared, what is asked."""

from __future__ import annotations

import math
import os
from pathlib import Path

import rasterio
from pyproj import Transformer

from benchmarks.contestants import GEOMEDIANS, MEDIANS, WARPS, absent, floor, listed, ours, peers
from benchmarks.exact import share_off
from benchmarks.harness import Bar, Contestant, Field
from benchmarks.peers.files import FILES
from benchmarks.scenes import NDVI_BANDS, Cache

EIGHT = ("ndvi", "evi2", "ndmi", "nbr", "water_extent", "turbidity", "suspended_matter", "floating_algae")
RIOXARRAY = "rioxarray + dask"
DATES = 6
DATED = ("green", "red", "nir")
SHIFT = 1000
PARTS = ("decode", "arithmetic", "encode")


def w1(cache: Cache, size: int) -> Field:
    """Masked NDVI of a tile from red, nir and the classification."""
    scene, bands = cache.item(size, NDVI_BANDS), ("red", "nir", "scl")
    every = ours("rs produce ndvi, item with all bands", ("ndvi",), cache.item(size))
    every.note = "reads green, blue, swir16 too, for its quality file"
    field = [
        ours("rs produce ndvi", ("ndvi",), scene),
        every,
        *peers("W1", scene),
        *_parts("W1", scene, bands, ("ndvi",)),
    ]
    bars = (_against(RIOXARRAY, 0.50),)
    return Field(
        f"W1: masked NDVI, {size} x {size} px, GeoTIFF",
        field,
        ("ndvi",),
        cache.root / "out",
        bars,
        inputs=(scene.parent,),
    )


def w2(cache: Cache, size: int) -> Field:
    """Median of six dates."""
    title = f"W2: median of {DATES} dates, 3 bands, {size} x {size} px"
    lacking = absent("GDAL's programs", "no median over files in GDAL 3.6")
    return _composite(cache, size, "median", title, [*MEDIANS.items()], lacking, _against(RIOXARRAY, 0.45))


def w2_geomedian(cache: Cache, size: int) -> Field:
    """Geometric median of six dates."""
    title = f"W2: geomedian of {DATES} dates, 3 bands, {size} x {size} px"
    lacking = absent(
        "hdstats", "0.2.1 imports scipy.signal.cwt, which scipy no longer has; odc-algo calls its successor geomad"
    )
    return _composite(cache, size, "geomedian", title, [*GEOMEDIANS.items()], lacking, _against("odc-algo int", 0.5))


def _composite(
    cache: Cache, size: int, product: str, title: str, table: list[tuple[str, tuple[str, str, tuple[str, ...]]]],
    lacking: Contestant, bar: Bar,
) -> Field:  # fmt: skip
    scenes = cache.dates(size, DATES)
    words = os.pathsep.join(map(str, scenes))
    field = [ours(f"rs produce {product}", (product,), *scenes), *listed(dict(table), words), lacking]
    field += [floor("decode", words, *DATED, "scl"), floor("encode", "{out}", "{ours}", *DATED)]
    return Field(title, field, DATED, cache.root / "out", (bar,), inputs=tuple(scene.parent for scene in scenes))


def w3(cache: Cache, size: int) -> Field:
    """The red band of a tile in the next UTM zone, bilinear."""
    scene = cache.item(size, ("B04",))
    source = scene.with_name("B04.tif")
    grid = next_zone(source)
    field = [ours("rs produce median --grid", ("median",), scene, more=("--grid", grid))]
    field += [
        *listed(WARPS, f"{source}|{grid}"),
        floor("decode", scene, "red"),
        floor("encode", "{out}", "{ours}", "red"),
    ]

    def inspect(race: Field) -> list[str]:
        lines = []
        for one in race.contestants:
            path = race.made(one, "red") if one.ran else None
            if path is not None:
                off, most = share_off(source, path, race.shift if one is race.ours else 0)
                lines.append(
                    f"- {one.name}: {100 * off:.4f}% off by more than 1 DN against exact coordinates,"
                    f" at most {most:.2f} DN"
                )
        return lines

    title = f"W3: red of {size} x {size} px to the next UTM zone, bilinear"
    bars = (_against("gdalwarp -et 0.0001, scale 1, 2 steps", 0.45), Bar("wall / best peer", 0.45, _to_best))
    return Field(title, field, ("red",), cache.root / "out", bars, shift=SHIFT, inspect=inspect, inputs=(source,))


def next_zone(source: Path) -> str:
    """The grid of 10 m in the next UTM zone over a raster, as `--grid` takes it."""
    with rasterio.open(source) as file:
        crs, bounds = file.crs.to_epsg(), file.bounds
    way = Transformer.from_crs(crs, crs + 1, always_xy=True)
    west, south, east, north = way.transform_bounds(*bounds, densify_pts=101)
    low, high = (math.floor(v / 10) * 10 for v in (west, south)), (math.ceil(v / 10) * 10 for v in (east, north))
    return ",".join(map(str, (f"EPSG:{crs + 1}", 10, *low, *high)))


def w4(cache: Cache, size: int) -> Field:
    """Eight products from GeoTIFF."""
    scene = cache.item(size)
    field = [ours("rs produce, eight products", EIGHT, scene), *peers("W4", scene)]
    field += _parts("W4", scene, tuple(FILES), EIGHT)
    bars = (_against(RIOXARRAY, 0.32), _to_parts(1.6, PARTS), Bar("peak", 1500.0, lambda f: f.ours.peak_mb, " MB"))
    return Field(
        f"W4: eight products, {size} x {size} px, GeoTIFF",
        field,
        EIGHT,
        cache.root / "out",
        bars,
        inputs=(scene.parent,),
    )


def w5(cache: Cache, size: int) -> Field:
    """Eight products from a SAFE."""
    scene = cache.safe(size)
    field = [ours("rs produce, eight products", EIGHT, scene), *peers("W5", scene)]
    field.append(floor("decode", scene, *FILES))
    masks = floor("decode", scene, *(f"mask:{name}" for name in FILES if name != "scl"))
    masks.name = "flaw masks of the bands: decode"
    field.append(masks)
    bars = (Bar("wall / best peer", 0.68, _to_best), _to_parts(1.4, ("decode",)))
    return Field(
        f"W5: eight products, {size} x {size} px, SAFE (JPEG 2000)",
        field,
        EIGHT,
        cache.root / "out",
        bars,
        inputs=(scene,),
    )


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
