"""What is installed, what is in force, what is missing."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from rs.cli.settings import VARIABLES, settings

PINNED = {"fastapi": ("0.139", "0.151"), "sqlalchemy": ("0", "2.1"), "prefect": ("3.8.8", "3.9")}
SHOWN = ("rs-pipeline", "numpy", "numba", "rasterio", "xarray", "rioxarray", "dask", "distributed", "odc-geo",
         "pystac", "geopandas", "shapely", "pyproj", "prefect", "fastapi", "sqlalchemy", "pydantic")  # fmt: skip
DRIVERS = ("GTiff", "COG", "JP2OpenJPEG", "PNG")
FREE_BYTES = 2 * 2**30


def examine() -> dict[str, Any]:
    """Versions and checks; ok is False where something would not run."""
    import rasterio
    from rasterio.env import Env

    versions = {"python": platform.python_version(), **{name: _version(name) for name in SHOWN}}
    versions |= {
        "gdal": rasterio.__gdal_version__,
        "proj": rasterio.__proj_version__,
        "geos": rasterio.__geos_version__,
    }
    with Env() as env:
        drivers = set(env.drivers())
    checks = [*_pins(), *_drivers(drivers), *_places()]
    return {
        "ok": all(check["ok"] for check in checks), "versions": versions, "checks": checks,
        "limits": {"cores": os.cpu_count()}, "settings": VARIABLES,
    }  # fmt: skip


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


def _pins() -> Iterator[dict[str, Any]]:
    for name, (low, below) in PINNED.items():
        held = _version(name)
        good = held != "missing" and _parts(low) <= _parts(held) < _parts(below)
        yield {"what": f"{name} {held}", "ok": good, "remedy": f"pip install '{name}>={low},<{below}'"}


def _parts(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdigit())


def _drivers(held: set[str]) -> Iterator[dict[str, Any]]:
    for name in DRIVERS:
        yield {"what": f"GDAL driver {name}", "ok": name in held, "remedy": "use the wheel of rasterio"}


def _places() -> Iterator[dict[str, Any]]:
    from rs.core.jit import use_cache

    cache = settings().cache
    yield {
        "what": f"kernel cache {cache or 'off'}", "ok": cache is None or use_cache(cache),
        "remedy": "set RS_CACHE_DIR to a folder that can be written; without one every start compiles again",
    }  # fmt: skip
    free = shutil.disk_usage(".").free
    yield {"what": f"{free / 2**30:.1f} GiB free here", "ok": free > FREE_BYTES, "remedy": "make room on the disk"}
