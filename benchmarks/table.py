"""Tables in Markdown."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

import rasterio

from benchmarks.harness import Bar, Contestant, Field, Kind

PACKAGES = (
    "rs-pipeline", "numpy", "numba", "rasterio", "isal", "xarray", "dask", "rioxarray", "odc-stac", "odc-geo",
    "odc-algo", "stackstac", "bottleneck",
)  # fmt: skip

HEAD = (
    "| contestant | wall s, rounds | median | CPU s | peak MB | x best peer | x rs | CPU x rs"
    " | pixels off / validity % | |\n|---|---|---|---|---|---|---|---|---|---|"
)


def rows(field: Field) -> Iterator[str]:
    """The table of a race."""
    yield f"### {field.title}\n"
    yield HEAD
    best, reference = field.best_peer, field.ours
    for one in field.contestants:
        yield _row(one, best, reference)
    yield ""
    for bar in field.bars:
        yield _bar(bar, field)
    yield from field.lines
    yield ""


def _bar(bar: Bar, field: Field) -> str:
    try:
        value = bar.measure(field) if field.ours.ran else None
    except ZeroDivisionError:
        value = None
    if value is None:
        return f"- {bar.what}: not measured (bar {bar.limit:g}{bar.unit})"
    verdict = "met" if value <= bar.limit else "MISSED"
    return f"- {bar.what}: {value:.2f}{bar.unit}, bar {bar.limit:g}{bar.unit}: {verdict}"


def versions() -> str:
    """Machine and versions, one line."""
    held = []
    for name in PACKAGES:
        try:
            held.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            held.append(f"{name} absent")
    held.append(f"GDAL {rasterio.__gdal_version__} (wheel)")
    if shutil.which("gdalwarp"):
        told = subprocess.run(["gdalwarp", "--version"], capture_output=True, text=True, check=True).stdout
        held.append(told.split(",")[0] + " (gdal-bin)")
    load = os.getloadavg()[0]
    return f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f} at the start; " + ", ".join(
        held
    )


def _row(one: Contestant, best: Contestant | None, reference: Contestant) -> str:
    if not one.ran:
        return f"| {one.name} | | | | | | | | | absent: {one.absent} |"
    rounds = ", ".join(f"{run.wall:.2f}" for run in one.runs)
    ratio = f"{one.wall / best.wall:.2f}" if best else ""
    to_us = f"{one.wall / reference.wall:.2f} | {one.cpu / reference.cpu:.2f}" if reference.ran else " | "
    if one.kind is Kind.OURS:
        pixels, remark = "reference" if one is reference else "", one.note
    elif one.kind is Kind.FLOOR:
        pixels, remark = "", "a part alone"
    else:
        pixels, remark = (
            str(one.found or "not compared"),
            ("" if one.equal else f"unequal: {one.note or 'pixels differ'}"),
        )
    return (
        f"| {one.name} | {rounds} | {one.wall:.2f} | {one.cpu:.2f} | {one.peak_mb:.0f} | {ratio} | {to_us}"
        f" | {pixels} | {remark} |"
    )
