"""Finishing a pass: checks, COGs, pictures, lineage, digests, and the reasons of what stays empty."""

from __future__ import annotations

import os
import zlib
from concurrent.futures import Executor
from dataclasses import asdict
from functools import cache
from importlib.metadata import version

from rs.core.bands import Band
from rs.core.failpoint import reach
from rs.core.result import FileRecord, LayerStatistics, Outcome, Result, SkipClass, Skipped
from rs.core.scene import Reflectance
from rs.core.slot import canonical_json
from rs.errors import CheckFailed
from rs.pipeline import picture
from rs.pipeline.correct import correction_level, correction_note
from rs.pipeline.making import Making
from rs.pipeline.masks import water_test
from rs.pipeline.scan import Scan
from rs.pipeline.written import bytes_file, raster_file
from rs.raster.codec import codec_name
from rs.raster.footprint import valid_footprint

NEGATIVE_LIMIT = 0.20


def finish(scan: Scan, pool: Executor) -> list[Outcome]:
    """Turn a complete pass into results, or Skipped where a product holds no value; products side by side."""
    _check_negative(scan)
    filled = [m for m in scan.makings if m.tallies.whole[m.job.product.name].valid]
    empty = [m for m in scan.makings if not m.tallies.whole[m.job.product.name].valid]
    outcomes: list[Outcome] = []
    for making in empty:
        making.discard()
        reason = f"{making.job.product.name}: {_why_empty(scan, making)}"
        job = making.job
        outcomes.append(Skipped(job.product.name, scan.scene.id, job.slot, reason, SkipClass.EXPECTED))
    if not filled:
        scan.quality.discard()
        return outcomes
    footprint = valid_footprint(scan.coarse, scan.grid)
    quality = raster_file(scan.folder, "quality", "quality.tif", scan.quality, ("metadata", "quality"))
    results = list(pool.map(lambda making: _result(scan, making, quality, footprint), filled))
    reach("write.done")
    return outcomes + results


def _at(scan: Scan, name: str) -> str:
    return os.path.join(scan.folder, name)


def _check_negative(scan: Scan) -> None:
    """An offset applied twice shows as land that is negative in red."""
    sums, scene = scan.sums, scan.scene
    if scene.reflectance is not Reflectance.SURFACE or Band.RED not in scan.bands or sums.land < 100:
        return
    share = sums.negative / sums.land
    if share > NEGATIVE_LIMIT:
        raise CheckFailed(
            f"{share:.1%} of {sums.land} clear-land pixels are negative in red (limit {NEGATIVE_LIMIT:.0%}):"
            " the offset was probably applied twice",
            where=scene.path,
            remedy="Compare scale and offset of the metadata with the processing baseline",
        )


def _why_empty(scan: Scan, making: Making) -> str:
    sums, total = scan.sums, scan.grid.shape.rows * scan.grid.shape.cols
    if not sums.measured:
        return f"none of the {total} pixels is measured"
    if not sums.clear:
        return f"no clear pixel among {sums.measured} measured ones ({sums.cloudy / sums.measured:.1%} cloud)"
    if not making.allowed:
        return f"no water pixel among {sums.clear} clear ones" if not sums.water else "no pixel passes the quality mask"
    below, above, invalid = (int(v) for v in making.tallies.whole[making.job.product.name].refused)
    return f"no value in range among {making.allowed} pixels ({below} below, {above} above, {invalid} not a number)"


def _result(scan: Scan, making: Making, quality: FileRecord, footprint: dict[str, object]) -> Result:
    job, scene = making.job, scan.scene
    product = job.product
    files, statistics = [], {}
    for layer in product.layers:
        if making.tallies.whole[layer.name].valid:
            statistics[layer.name] = making.tallies.whole[layer.name].statistics()
        name = f"{product.name}.{layer.name}.tif"
        told = gdal_statistics(statistics.get(layer.name), layer)
        files.append(raster_file(scan.folder, layer.name, name, making.sinks[layer.name], ("data",), told))
    if making.flagged:
        name = f"{product.name}.flags.tif"
        files.append(raster_file(scan.folder, "flags", name, making.flags, ("metadata", "quality")))
    else:
        making.flags.discard()
    files.append(quality)
    files += _pictures(scan, making)
    main = making.tallies.whole[product.name]
    notes = _notes(scan, making)
    versions = software()
    files.append(_lineage(scan, making, notes))
    sums = scan.sums
    return Result(
        product=product, scene=scene, grid=job.grid, recipe=job.recipe.name, slot=job.slot, key=job.key,
        item_id=job.item_id, staging=scan.folder, files=tuple(files), statistics=statistics,
        valid_fraction=main.valid / (job.grid.shape.rows * job.grid.shape.cols),
        clear_fraction=sums.clear / sums.measured, footprint=footprint,
        correction=correction_level(scene, product).value, notes=notes, inputs=job.inputs,
        parameters=job.parameters, versions=versions,
        class_counts={
            layer.name: {c.name: making.tallies.whole[layer.name].classes().get(c.value, 0) for c in layer.classes}
            for layer in product.layers if layer.classes
        },
        cloud_fraction=sums.cloudy / sums.measured if scene.cloud_state_known else None,
    )  # fmt: skip


def gdal_statistics(found: LayerStatistics | None, layer: object) -> dict[str, float]:
    """Statistics of the stored counts, as GDAL's own tags have them."""
    from rs.core.product import Layer

    if found is None or not isinstance(layer, Layer):
        return {}
    raw = {"minimum": found.minimum, "maximum": found.maximum, "mean": found.mean}
    tags = {name: (value - layer.offset) / layer.scale for name, value in raw.items()}
    return {**tags, "stddev": found.stddev / abs(layer.scale)}


def _notes(scan: Scan, making: Making) -> tuple[str, ...]:
    scene, notes = scan.scene, [*scan.scene.notes]
    notes.append(f"recipe: {making.job.recipe.title}")
    notes += [note for note in (correction_note(scene, making.job.product), water_test(scene).note) if note]
    if not scene.cloud_state_known:
        notes.append("cloud state unknown: the scene holds no cloud mask; every pixel bears the bit unsure")
    return tuple(notes)


def _pictures(scan: Scan, making: Making) -> list[FileRecord]:
    reach("write.picture")
    product, folder = making.job.product, scan.folder
    layer = product.layers[0]
    source = _at(scan, f"{product.name}.{layer.name}.tif")
    subtitle = f"{scan.scene.time.days}   {scan.scene.platform.name}   {scan.scene.id}"
    sheet = picture.quicklook(source, layer, f"{product.title} / {product.title_zh}", subtitle, making.job.grid)
    small = picture.thumbnail(source, layer)
    return [
        bytes_file(folder, "quicklook", f"{product.name}.quicklook.png", sheet, "image/png", ("overview",)),
        bytes_file(folder, "thumbnail", f"{product.name}.thumbnail.png", small, "image/png", ("thumbnail",)),
    ]


def _lineage(scan: Scan, making: Making, notes: tuple[str, ...]) -> FileRecord:
    reach("write.lineage")
    job, scene = making.job, scan.scene
    body = {
        "slot": job.slot, "key": job.key, "product": job.product.name, "version": job.product.version,
        "recipe": job.recipe.name, "formulas": job.product.digest, "inputs": dict(job.inputs),
        "parameters": dict(job.parameters), "scene": scene.id, "notes": list(notes),
        "grid": {"crs": job.grid.crs, "transform": list(job.grid.transform), "shape": list(job.grid.shape)},
        "pixels": asdict(scan.sums),
    }  # fmt: skip
    name = f"{job.product.name}.lineage.json"
    return bytes_file(scan.folder, "lineage", name, canonical_json(body), "application/json", ("metadata",))


@cache
def software() -> dict[str, str]:
    """Versions of what numbers and bytes depend on; recorded, not part of the key."""
    import numba
    import numpy
    import rasterio

    return {
        "rs": version("rs-pipeline"), "numpy": numpy.__version__, "numba": numba.__version__,
        "rasterio": rasterio.__version__, "gdal": rasterio.__gdal_version__, **_deflate(),
    }  # fmt: skip


def _deflate() -> dict[str, str]:
    """The library that compresses tiles: another one makes other files of the same pixels."""
    library, _, _ = codec_name().partition(" ")
    return {"isal": version("isal")} if library == "isa-l" else {"zlib": zlib.ZLIB_RUNTIME_VERSION}
