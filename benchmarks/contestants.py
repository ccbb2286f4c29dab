"""Who runs: our command with its defaults, peers that are installed, parts measured alone."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Mapping
from pathlib import Path

from benchmarks.harness import PYTHON, RS, Contestant, Kind

PEERS = {
    "rioxarray_dask": ("rioxarray + dask, one graph, tmp GTiff, COG copy", ("rioxarray", "dask")),
    "odc_stac": ("odc-stac + dask, write_cog", ("odc.stac", "odc.geo")),
    "stackstac_dask": ("stackstac + dask, tmp GTiff, COG copy", ("stackstac",)),
    "windows": ("rasterio windows, one thread, COG copy", ("rasterio",)),
    "gdal_tools": ("gdal_calc, gdal_translate to COG", ()),
}
"""Module, how it is called, packages that it needs."""

MEDIANS = {
    "rioxarray + dask nanmedian, tmp GTiff, COG copy": ("dates_rioxarray", "median", ("rioxarray", "bottleneck")),
    "rioxarray + dask + bottleneck, tmp GTiff, COG copy": ("dates_rioxarray", "median-bottleneck", ("bottleneck",)),
    "odc-stac + dask median, write_cog": ("dates_odc", "median", ("odc.stac", "odc.algo")),
    "rasterio windows, one thread, bottleneck, COG copy": ("dates_windows", "median", ("bottleneck",)),
}
GEOMEDIANS = {
    "odc-algo int_geomedian + dask, write_cog": ("dates_odc", "geomedian", ("odc.stac", "odc.algo")),
    "odc-algo geomedian_with_mads + dask, write_cog": ("dates_odc", "geomedian-mads", ("odc.stac", "odc.algo")),
}
WARPS = {
    "gdalwarp -et 0.0001, scale 1, 2 steps to COG": ("warp_gdal", "two-steps", ()),
    "gdalwarp -et 0.0001, scale 1, -of COG": ("warp_gdal", "cog", ()),
    "gdalwarp -et 0.001, scale 1, 2 steps": ("warp_gdal", "rough", ()),
    "gdalwarp, all defaults, 2 steps": ("warp_gdal", "default", ()),
    "rasterio WarpedVRT, tolerance 0.0001, COG copy": ("warp_python", "vrt", ("rasterio",)),
    "rasterio reproject in memory, COG": ("warp_python", "rasterio", ("rasterio",)),
    "rioxarray reproject, COG": ("warp_python", "rioxarray", ("rioxarray",)),
    "odc xr_reproject + dask, write_cog": ("warp_python", "odc", ("odc.geo",)),
}
"""By name: module, work, packages that it needs."""

PROGRAMS = ("gdalwarp", "gdal_translate")
CALC = ("gdal_calc.py", "gdal_proximity.py", "gdal_translate")
SIMPLE = "clouds as classified, not grown; water by class alone"


def ours(name: str, products: tuple[str, ...], *scenes: Path, more: tuple[str, ...] = ()) -> Contestant:
    """The ordinary command with its defaults."""
    words = [RS, "produce", ",".join(products), *map(str, scenes), "-o", "{out}", *more]
    return Contestant(name, words, Kind.OURS)


def peers(work: str, scene: Path) -> list[Contestant]:
    """Every peer of a workload; one that is not installed is named with the reason."""
    found = [peer(module, work, scene) for module in PEERS]
    if work in ("W1", "W4"):
        simple = peer("rioxarray_dask", f"{work}-simple", scene)
        simple.name, simple.note = "simple masks: rioxarray + dask", SIMPLE
        found.append(simple)
    return found


def peer(module: str, work: str, scene: Path) -> Contestant:
    """A peer of one scene."""
    name, needs = PEERS[module]
    return _peer(name, module, work, needs, str(scene))


def listed(peers: Mapping[str, tuple[str, str, tuple[str, ...]]], words: str) -> list[Contestant]:
    """Peers of a table above, each given the same words."""
    return [_peer(name, module, work, needs, words) for name, (module, work, needs) in peers.items()]


def _peer(name: str, module: str, work: str, needs: tuple[str, ...], words: str) -> Contestant:
    lacking = [package for package in needs if not _importable(package)]
    programs = {"gdal_tools": CALC, "warp_gdal": PROGRAMS}.get(module, ())
    lacking += [program for program in programs if shutil.which(program) is None]
    absent = f"{', '.join(lacking)} not installed" if lacking else ""
    return Contestant(name, [PYTHON, "-m", f"benchmarks.peers.{module}", work, words, "{out}"], absent=absent)


def absent(name: str, why: str) -> Contestant:
    """One that can't take part."""
    return Contestant(name, [], absent=why)


def _importable(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except ModuleNotFoundError:
        return False


def floor(part: str, *words: object) -> Contestant:
    """A part of the work alone."""
    command = [PYTHON, "-m", f"benchmarks.floors.{part}", *map(str, words)]
    return Contestant(f"floor: {part}", command, Kind.FLOOR)
