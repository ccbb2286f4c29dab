"""Who runs: our command with its defaults, peers that are installed, parts measured alone."""

from __future__ import annotations

import importlib.util
import shutil
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

PROGRAMS = ("gdal_calc.py", "gdal_proximity.py", "gdal_translate")
SIMPLE = "unequal masks: clouds as classified, not grown; water by class alone"


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
    """A peer in a process of its own."""
    name, needs = PEERS[module]
    lacking = [package for package in needs if not _importable(package)]
    if module == "gdal_tools":
        lacking = [program for program in PROGRAMS if shutil.which(program) is None]
    absent = f"{', '.join(lacking)} not installed" if lacking else ""
    words = [PYTHON, "-m", f"benchmarks.peers.{module}", work, str(scene), "{out}"]
    return Contestant(name, words, absent=absent)


def _importable(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except ModuleNotFoundError:
        return False


def floor(part: str, *words: object) -> Contestant:
    """A part of the work alone."""
    command = [PYTHON, "-m", f"benchmarks.floors.{part}", *map(str, words)]
    return Contestant(f"floor: {part}", command, Kind.FLOOR)
