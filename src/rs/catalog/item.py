"""STAC items of results. The same result gives the same bytes: no clock, no host, no run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from rs.catalog import schema
from rs.catalog.describe import asset_of
from rs.catalog.layout import attestation_name
from rs.core.period import Observation, Period
from rs.core.result import FileRecord, LayerStatistics, Result
from rs.core.scene import Grade, OpenMode, Scene
from rs.core.slot import unit_of

UP = "../.."
STAC_VERSION = "1.1.0"


def data_name(result: Result, file: FileRecord) -> PurePosixPath:
    """Place of a file below the site folder; the name bears the first 12 characters of its digest."""
    suffix = PurePosixPath(file.name).suffix
    folder = f"data/{result.product.name}/{result.slot}"
    if file.asset == "quality" and isinstance(result.scene, Scene):
        folder = f"data/quality/{unit_of(result.scene)}"
    return PurePosixPath(folder, f"{file.asset}.{file.digest[:12]}{suffix}")


def item_of(
    result: Result, open_mode: OpenMode = OpenMode.CLOSED, grade: Grade = Grade.GENERAL_1, *, signed: bool = False
) -> dict[str, Any]:
    """The STAC item of a result, with hrefs relative to items/PRODUCT/ID.json. signed: names its attestation."""
    assets = {file.asset: _asset(result, file) for file in result.files}
    if signed:
        # no digest: the attestation is over this item
        href = f"{UP}/{attestation_name(result.product.name, result.item_id)}"
        assets["attestation"] = {**asset_of(result.product, "attestation"), "href": href}
    properties = _properties(result)
    properties["rs:grade"] = Grade.strictest(result.scene.grade, grade).value
    properties["rs:open_mode"] = open_mode.value
    extensions = [schema.PROJECTION, schema.RASTER, schema.FILE, schema.PROCESSING, schema.CLASSIFICATION,
                  schema.VERSION, schema.PRODUCT, schema.SCIENTIFIC]  # fmt: skip
    for prefix, uri in (("view:", schema.VIEW), ("sat:", schema.SAT), ("grid:", schema.GRID), ("eo:", schema.EO)):
        if any(name.startswith(prefix) for name in properties):
            extensions.append(uri)
    from rs.raster.footprint import bbox_of

    footprint = dict(result.footprint)
    return {
        "type": "Feature",
        "stac_version": STAC_VERSION,
        "stac_extensions": sorted(extensions),
        "id": result.item_id,
        "collection": result.product.name,
        "geometry": footprint,
        "bbox": bbox_of(footprint),
        "properties": properties,
        "links": _links(result),
        "assets": assets,
    }


def item_bytes(item: Mapping[str, Any]) -> bytes:
    """The stored form of an item."""
    return json.dumps(item, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def stamp(when: datetime) -> str:
    """A time as RFC 3339 in UTC, to the millisecond where it has one."""
    text = f"{when:%Y-%m-%dT%H:%M:%S}"
    return text + (f".{when.microsecond // 1000:03d}Z" if when.microsecond else "Z")


def _properties(result: Result) -> dict[str, Any]:
    scene, product, grid = result.scene, result.product, result.grid
    found: dict[str, Any] = {
        "title": f"{product.title}, {_days(scene)}, {scene.tile or scene.id}",
        **_times(scene),
        "platform": scene.platform.name,
        **dict(scene.properties),
        "gsd": round(grid.pixel_size, 6),
        "license": scene.licence,
        "attribution": scene.attribution,
        "proj:code": grid.crs,
        "proj:shape": list(grid.shape),
        "proj:transform": list(grid.transform),
        "proj:bbox": list(grid.bounds),
        "processing:level": "L3",
        "processing:lineage": f"{product.title} {product.version} by recipe {result.recipe} from {_sources(scene)}",
        "processing:software": dict(result.versions),
        "version": product.version,
        "product:type": product.name,
        "sci:citation": product.sources[0],
        "rs:family": product.family.value,
        "rs:themes": [theme.value for theme in product.themes],
        "rs:maturity": product.maturity.value,
        "rs:scene": scene.id,
        "rs:slot": result.slot,
        "rs:key": result.key,
        "rs:recipe": result.recipe,
        "rs:reflectance": product.reflectance.value,
        "rs:correction": result.correction,
        "rs:valid_fraction": round(result.valid_fraction, 6),
        "rs:clear_fraction": round(result.clear_fraction, 6),
        "rs:cloud_state": "known" if scene.cloud_state_known else "unsure",
        "rs:notes": list(result.notes),
        "rs:limits": list(product.limits),
        "rs:inputs": dict(result.inputs),
    }
    if isinstance(scene, Period):
        found["rs:scenes"] = [one.id for one in scene.scenes]
    if product.main.name != product.name:
        found["rs:main"] = product.main.name
    if scene.baseline:
        found["rs:source_baseline"] = scene.baseline
    if result.cloud_fraction is not None:
        found["eo:cloud_cover"] = round(100 * result.cloud_fraction, 4)
    if scene.angles.sun_zenith is not None:
        found["view:sun_elevation"] = round(90 - scene.angles.sun_zenith, 6)
    if scene.angles.sun_azimuth is not None:
        found["view:sun_azimuth"] = round(scene.angles.sun_azimuth, 6)
    return found


def main_asset(item: Mapping[str, Any]) -> str:
    """Key of the asset that stands for an item in tables and pictures."""
    return str(item["properties"].get("rs:main", item["collection"]))


def _days(scene: Observation) -> str:
    """Day of a scene, or first and last day of a period."""
    return f"{scene.time.start:%Y-%m-%d}" if isinstance(scene, Scene) else scene.time.days


def _sources(scene: Observation) -> str:
    return f"scene {scene.id}" if isinstance(scene, Scene) else f"{len(scene.scenes)} scenes"


def _times(scene: Observation) -> dict[str, Any]:
    if scene.time.is_instant:
        return {"datetime": stamp(scene.time.start)}
    return {"datetime": None, "start_datetime": stamp(scene.time.start), "end_datetime": stamp(scene.time.end)}


def _asset(result: Result, file: FileRecord) -> dict[str, Any]:
    asset = asset_of(result.product, file.asset)
    asset |= {
        "href": f"{UP}/{data_name(result, file)}",
        "type": file.media_type,
        "roles": list(file.roles),
        "file:checksum": f"1220{file.digest}",
        "file:size": file.size,
    }
    found = result.statistics.get(file.asset)
    if found is not None:
        total = result.grid.shape.rows * result.grid.shape.cols
        asset["bands"][0]["statistics"] = _statistics(found, total)
        asset["rs:refused"] = {"below": found.below, "above": found.above, "not_a_number": found.invalid}
    if "bands" in asset:
        asset["bands"][0]["raster:spatial_resolution"] = round(result.grid.pixel_size, 6)
        asset["rs:content"] = f"1220{file.content}"
    counts = result.class_counts.get(file.asset)
    if counts:
        asset["rs:class_pixels"] = dict(counts)
    return asset


def _statistics(found: LayerStatistics, total: int) -> dict[str, float]:
    return {
        "minimum": _tidy(found.minimum),
        "maximum": _tidy(found.maximum),
        "mean": _tidy(found.mean),
        "stddev": _tidy(found.stddev),
        "count": found.count,
        "valid_percent": round(100 * found.count / total, 4),
    }


def _tidy(value: float) -> float:
    """Ten significant digits: the noise of binary fractions left out."""
    return float(f"{value:.10g}")


def _links(result: Result) -> list[dict[str, str]]:
    product, scene = result.product, result.scene
    collection = f"{UP}/index/{product.name}/collection.json"
    links = [
        {"rel": "root", "href": f"{UP}/index/catalog.json", "type": "application/json"},
        {"rel": "parent", "href": collection, "type": "application/json"},
        {"rel": "collection", "href": collection, "type": "application/json"},
    ]
    links += _derived_from(result)
    if scene.licence_url:
        links.append({"rel": "license", "href": scene.licence_url, "title": "Terms of the source data"})
    return links


def _derived_from(result: Result) -> list[dict[str, str]]:
    """Links to what the lineage says of each scene of a period."""
    if not isinstance(result.scene, Period):
        return []
    lineage = next(file for file in result.files if file.asset == "lineage")
    href = f"{UP}/{data_name(result, lineage)}"
    return [
        {"rel": "derived_from", "href": f"{href}#/scenes/{k}", "type": lineage.media_type, "title": scene.id}
        for k, scene in enumerate(result.scene.scenes)
    ]
