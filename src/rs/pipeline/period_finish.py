"""Finishing a composite: COGs, pictures, lineage with every scene, or the reason why it stays empty."""

from __future__ import annotations

import os
from concurrent.futures import Executor
from typing import Any

from rs.core.failpoint import reach
from rs.core.period import Period
from rs.core.product import Layer
from rs.core.result import FileRecord, LayerStatistics, Outcome, Result, SkipClass, Skipped
from rs.core.scene import Scene
from rs.core.slot import canonical_json
from rs.pipeline import period_picture
from rs.pipeline.finish import gdal_statistics, software
from rs.pipeline.period_scan import PeriodScan
from rs.pipeline.written import bytes_file, raster_file
from rs.raster.footprint import valid_footprint


def finish_period(scan: PeriodScan, pool: Executor) -> Outcome:
    """Turn a complete pass into a result, or Skipped where no pixel of any date counts; layers side by side."""
    job, main = scan.job, scan.tallies.whole[scan.job.product.main.name]
    pixels = job.grid.shape.rows * job.grid.shape.cols
    if not main.valid:
        scan.discard()
        dates = len(job.period.acquisitions)
        reason = f"{job.product.name}: no clear pixel on {dates} dates of {pixels} pixels"
        return Skipped(job.product.name, job.period.id, job.slot, reason, SkipClass.EXPECTED)
    statistics = {name: tally.statistics() for name, tally in scan.tallies.whole.items() if tally.valid}
    files = list(pool.map(lambda layer: _raster(scan, layer, statistics.get(layer.name)), job.product.layers))
    if scan.flagged:
        name = f"{job.product.name}.flags.tif"
        files.append(raster_file(scan.folder, "flags", name, scan.flags, ("metadata", "quality")))
    notes = _notes(scan)
    files += [*_pictures(scan), _lineage(scan, notes)]
    reach("write.done")
    return Result(
        product=job.product, scene=job.period, grid=job.grid, recipe=job.composite.name, slot=job.slot, key=job.key,
        item_id=job.item_id, staging=scan.folder, files=tuple(files), statistics=statistics,
        valid_fraction=main.valid / pixels,
        clear_fraction=sum(scan.clear.values()) / (pixels * len(job.period.scenes)),
        footprint=valid_footprint(scan.coarse, job.grid), correction=job.period.correction, notes=notes,
        inputs=job.inputs, parameters=job.parameters, versions=software(),
    )  # fmt: skip


def _raster(scan: PeriodScan, layer: Layer, found: LayerStatistics | None) -> FileRecord:
    name = f"{scan.job.product.name}.{layer.name}.tif"
    told = gdal_statistics(found, layer)
    return raster_file(scan.folder, layer.name, name, scan.sinks[layer.name], ("data",), told)


def _notes(scan: PeriodScan) -> tuple[str, ...]:
    job, period = scan.job, scan.job.period
    dates, scenes = len(period.acquisitions), len(period.scenes)
    notes = [*period.notes, *job.notes, f"recipe: {job.composite.title}"]
    notes.append(
        f"{dates} dates of {scenes} scenes; scenes of one datatake are one date, the first with a clear pixel counts"
        if dates < scenes else f"{dates} dates, a scene each"
    )  # fmt: skip
    blind = [scene.id for scene in period.scenes if not scene.cloud_state_known]
    if blind:
        notes.append(f"cloud state unknown: no cloud mask is held of {', '.join(blind)}; clouds there count as clear")
    if not period.own_grid:
        notes.append("brought to this grid by bilinear interpolation, by the mean where it is coarser; masks before it")
    return tuple(notes)


def _pictures(scan: PeriodScan) -> list[FileRecord]:
    reach("write.picture")
    product, period = scan.job.product, scan.job.period
    paths = {x.name: os.path.join(scan.folder, f"{product.name}.{x.name}.tif") for x in product.layers}
    number = len(period.scenes)
    subtitle = f"{period.time.days}   {period.platform.name}   {number} scene{'s' if number > 1 else ''}"
    sheet = period_picture.quicklook(paths, product, subtitle, scan.job.grid)
    small = period_picture.thumbnail(paths, product)
    return [
        bytes_file(scan.folder, "quicklook", f"{product.name}.quicklook.png", sheet, "image/png", ("overview",)),
        bytes_file(scan.folder, "thumbnail", f"{product.name}.thumbnail.png", small, "image/png", ("thumbnail",)),
    ]


def _lineage(scan: PeriodScan, notes: tuple[str, ...]) -> FileRecord:
    reach("write.lineage")
    job = scan.job
    body = {
        "slot": job.slot, "key": job.key, "product": job.product.name, "version": job.product.version,
        "recipe": job.composite.name, "formulas": job.product.digest, "inputs": dict(job.inputs),
        "parameters": dict(job.parameters), "notes": list(notes), "period": job.period.id,
        "scenes": _scenes(job.period, scan),
        "grid": {"crs": job.grid.crs, "transform": list(job.grid.transform), "shape": list(job.grid.shape)},
    }  # fmt: skip
    name = f"{job.product.name}.lineage.json"
    return bytes_file(scan.folder, "lineage", name, canonical_json(body), "application/json", ("metadata",))


def _scenes(period: Period, scan: PeriodScan) -> list[dict[str, Any]]:
    """What each scene is, and how many of its pixels count."""
    return [_scene(scene) | {"clear_pixels": scan.clear[scene.id]} for scene in period.scenes]


def _scene(scene: Scene) -> dict[str, Any]:
    return {
        "id": scene.id, "platform": scene.platform.name, "datatake": scene.datatake, "tile": scene.tile,
        "start": scene.time.start.isoformat(), "end": scene.time.end.isoformat(), "baseline": scene.baseline,
        "correction": scene.correction.value, "licence": scene.licence, "attribution": scene.attribution,
    }  # fmt: skip
