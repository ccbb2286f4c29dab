"""Bands of a STAC item: which asset holds which band, with every claim about scale and offset."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rs.core.bands import Band
from rs.readers._stac_hrefs import placed

SKIPPED_ROLES = {"visual", "overview", "thumbnail", "metadata"}
FLAG_FILES = ("scl", "qa_pixel")
SHARED = ("nodata", "raster:scale", "raster:offset", "eo:common_name", "eo:center_wavelength")
REDEDGE_KEYS = {"rededge1": Band.REDEDGE071, "rededge2": Band.REDEDGE075, "rededge3": Band.REDEDGE078}
THERMAL_NAMES = {"lwir", "lwir11", "lwir12"}


@dataclass(frozen=True, slots=True)
class BandClaim:
    """One band of one asset as the item describes it; `flags` names a flag file instead of a band."""

    key: str
    href: str
    local: bool
    index: int
    band: Band | None
    flags: str
    scale: float | None
    offsets: tuple[float, ...]
    nodata: float | None
    asset: Mapping[str, Any]


def band_claims(item: Mapping[str, Any], path: str, named: Mapping[str, Band]) -> Iterator[BandClaim]:
    """Every band and flag file that the item's assets describe, local or not, in the item's order.

    named: bands by the names that their provider gives them. Raises BadInput for an href that leads out.
    """
    root = os.path.dirname(path)
    for key, asset in item["assets"].items():
        if not isinstance(asset, dict) or not isinstance(asset.get("href"), str):
            continue
        roles = asset.get("roles")
        if isinstance(roles, list) and any(role in SKIPPED_ROLES for role in roles if isinstance(role, str)):
            continue
        for index, description in enumerate(_descriptions(asset), start=1):
            band, flags = _which(key, description, named)
            if band or flags:
                where, local = placed(asset["href"], root, path)
                yield BandClaim(
                    key, where, local, index, band, flags, _number(description, "scale"),
                    _offsets(description), _number(description, "nodata"), asset,
                )  # fmt: skip


def _descriptions(asset: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One dict a band, joined from `bands` (STAC 1.1), `eo:bands` and `raster:bands` (1.0)."""
    lists = [asset.get(name) for name in ("bands", "eo:bands", "raster:bands")]
    parts = [part if isinstance(part, list) else [] for part in lists]
    number = max([len(part) for part in parts] + [1])
    shared = {k: asset[k] for k in SHARED if k in asset}
    joined = []
    for k in range(number):
        one: dict[str, Any] = {"claims": []}
        for part in parts:
            if k < len(part) and isinstance(part[k], dict):
                one["claims"].append(part[k])
        if shared:
            one["claims"].append(shared)  # what a band says of itself comes first
        joined.append(one)
    return joined


def _which(key: str, description: Mapping[str, Any], named: Mapping[str, Band]) -> tuple[Band | None, str]:
    names = [key, *(str(c.get("name", "")) for c in description["claims"])]
    for name in names:
        if name.lower() in FLAG_FILES:
            return None, name.lower()
    for claim in description["claims"]:
        common = str(claim.get("eo:common_name") or claim.get("common_name"))
        if common == "rededge":
            return _rededge(key, claim, named), ""
        if common in THERMAL_NAMES:
            return Band.THERMAL, ""
        if common in Band._value2member_map_:
            return Band(common), ""
    for name in names:
        if name in named:
            return named[name], ""
        if name in Band._value2member_map_ and description["claims"]:
            return Band(name), ""
    return None, ""


def _rededge(key: str, claim: Mapping[str, Any], named: Mapping[str, Band]) -> Band | None:
    centre = claim.get("eo:center_wavelength") or claim.get("center_wavelength")
    if isinstance(centre, int | float):
        return Band.REDEDGE071 if centre < 0.72 else Band.REDEDGE075 if centre < 0.76 else Band.REDEDGE078
    return REDEDGE_KEYS.get(key) or named.get(str(claim.get("name")))


def _number(description: Mapping[str, Any], field: str) -> float | None:
    for claim in description["claims"]:
        value = claim.get(f"raster:{field}", claim.get(field))
        if value == "nan":
            return float("nan")
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
    return None


def _offsets(description: Mapping[str, Any]) -> tuple[float, ...]:
    found = [claim.get("raster:offset", claim.get("offset")) for claim in description["claims"]]
    return tuple(dict.fromkeys(float(v) for v in found if isinstance(v, int | float) and not isinstance(v, bool)))
