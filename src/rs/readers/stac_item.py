"""STAC items (1.0 and 1.1) beside local rasters: Sentinel-2 and Landsat surface reflectance."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Mapping
from typing import Any

from rs.core.reader import Reader
from rs.core.scene import Correction, Reflectance, Scene
from rs.errors import BadInput, MissingPart
from rs.readers._documents import MAX_JSON, identifier, read_json
from rs.readers._stac_assets import held_assets
from rs.readers._stac_place import angles_of, datatake_of, footprint_of, orbit_of
from rs.readers._stac_platform import FAMILIES, platform_of
from rs.readers._stac_time import time_of

TAKEN_OVER = (
    "constellation",
    "instruments",
    "grid:code",
    "sat:relative_orbit",
    "sat:orbit_state",
    "sat:absolute_orbit",
)
LEVELS = {
    "S2MSI2A": Reflectance.SURFACE, "L2A": Reflectance.SURFACE, "L2": Reflectance.SURFACE,
    "L2SP": Reflectance.SURFACE, "L2SR": Reflectance.SURFACE, "S2MSI1C": Reflectance.TOA,
    "L1C": Reflectance.TOA, "L1TP": Reflectance.TOA, "L1": Reflectance.TOA,
}  # fmt: skip


def matches(path: str) -> bool:
    """True for a STAC item of version 1.0 or 1.1, or a folder that holds exactly one."""
    return len(_items(path)) == 1


def _items(path: str) -> list[str]:
    candidates = [path] if os.path.isfile(path) else sorted(glob.glob(os.path.join(glob.escape(path), "*.json")))
    return [file for file in candidates if file.endswith(".json") and _is_item(file)]


def _is_item(file: str) -> bool:
    try:
        with open(file, "rb") as stream:
            text = stream.read(MAX_JSON)
    except OSError:
        return False
    return re.search(rb'"stac_version"\s*:\s*"1\.[01]', text) is not None


def open_scene(path: str) -> Scene:
    """The scene of an item. Raises BadInput and its kinds, naming file, field and remedy."""
    file = _items(path)[0]
    item = _item(file)
    properties = item["properties"]
    family, platform, notes = platform_of(item, file)
    assets, missing, quality, held_notes = held_assets(item, platform, file)
    if not assets:
        raise MissingPart(
            f"none of its bands is held ({len(missing)} are listed)", where=file,
            remedy="Copy the band files beside the item, under the names that it lists",
        )  # fmt: skip
    time, reflectance = time_of(properties, file), _reflectance(properties, file)
    return Scene(
        id=identifier(str(item["id"]), file),
        path=path,
        platform=platform,
        time=time,
        footprint=footprint_of(item, file),
        reflectance=reflectance,
        correction=Correction.NONE if reflectance is Reflectance.TOA else Correction.AS_DELIVERED,
        assets=assets,
        quality=quality,
        datatake=datatake_of(properties),
        tile=str(properties.get("grid:code", "")).removeprefix("MGRS-").removeprefix("WRS2-"),
        baseline=str(properties.get("s2:processing_baseline", "")),
        angles=angles_of(properties, file),
        missing=missing,
        licence=str(properties.get("license", "other")),
        licence_url=family.licence_url,
        attribution=str(properties.get("attribution") or family.attribution.format(year=time.start.year)),
        notes=tuple(dict.fromkeys(notes + held_notes)),
        properties={k: properties[k] for k in TAKEN_OVER if k in properties} | orbit_of(properties),
        metadata=(file,),
    )


def _item(file: str) -> dict[str, Any]:
    item = read_json(file)
    shaped = isinstance(item, dict) and isinstance(item.get("properties"), dict)
    if not shaped or not isinstance(item.get("assets"), dict) or not item.get("id"):
        raise BadInput("is not a STAC item: id, properties and assets are needed", where=file)
    return dict(item)


def _reflectance(properties: Mapping[str, Any], file: str) -> Reflectance:
    stated = properties.get("rs:reflectance")
    if isinstance(stated, str) and stated in Reflectance._value2member_map_:
        return Reflectance(stated)
    for field in ("s2:product_type", "processing:level", "landsat:correction"):
        if str(properties.get(field)) in LEVELS:
            return LEVELS[str(properties[field])]
    raise MissingPart(
        "no field says whether the pixels are top-of-atmosphere or surface reflectance", where=file,
        remedy="State processing:level (L1C, L2A ...)",
    )  # fmt: skip


READER = Reader(
    name="stac-item",
    title="STAC item 1.0 or 1.1 with local rasters",
    sensors=tuple(dict.fromkeys(platform.sensor for f in FAMILIES for platform in f.platforms.values())),
    matches=matches,
    open_scene=open_scene,
    platforms={name: platform for family in FAMILIES for name, platform in family.platforms.items()},
    evidence="real pixels",
)
