"""Assets of a STAC item that are held: place, calibration with every claim about the offset, flag files."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping
from typing import Any

from rs.core.bands import Band
from rs.core.grid import Shape
from rs.core.scene import ABSENT, Asset, Platform, QualitySource
from rs.errors import BadInput, Contradiction, MissingPart
from rs.raster.opening import open_raster, raster_grid
from rs.readers._grids import agreed
from rs.readers._stac_bands import BandClaim, band_claims
from rs.readers._stac_place import stated_grid
from rs.readers._stac_platform import band_names, flag_table

BOA_OFFSET = -0.1
FIRST_OFFSET_BASELINE = (4, 0)
Held = tuple[dict[Band, Asset], dict[Band, str], tuple[QualitySource, ...], list[str]]
"""Bands, why others are not held, flag files, notes."""


def held_assets(item: Mapping[str, Any], platform: Platform, file: str) -> Held:
    """What an item lists and what of it is there. Raises BadInput and its kinds, naming asset and field."""
    assets: dict[Band, Asset] = {}
    missing: dict[Band, str] = {}
    quality: dict[str, QualitySource] = {}
    notes: list[str] = []
    for claim in band_claims(item, file, band_names(platform)):
        if claim.local and os.path.exists(claim.href):
            if claim.band in assets or claim.flags in quality:
                continue
            asset, found = _asset(item, claim, file)
            notes += found
            if claim.band:
                assets[claim.band] = asset
            else:
                quality[claim.flags] = QualitySource(asset, *flag_table(claim.flags, platform))
        elif claim.band:
            missing.setdefault(claim.band, _why_missing(claim))
        elif claim.local:
            notes.append(f"{os.path.basename(claim.href)} is listed and not in the folder: no {claim.flags} mask")
    return assets, {b: why for b, why in missing.items() if b not in assets}, tuple(quality.values()), notes


def _why_missing(claim: BandClaim) -> str:
    if claim.local:
        return f"{os.path.basename(claim.href)} {ABSENT}"
    return f"listed as {claim.href.split('://')[0]} only, not held"


def _asset(item: Mapping[str, Any], claim: BandClaim, file: str) -> tuple[Asset, list[str]]:
    with open_raster(claim.href) as dataset:
        if claim.index > dataset.count:
            raise Contradiction(
                f"asset {claim.key}: band {claim.index} is described and the file has {dataset.count}", where=claim.href
            )
        own = raster_grid(claim.href, dataset)
        shape, dtype = Shape(*dataset.shape), str(dataset.dtypes[claim.index - 1])
        file_nodata, file_scale = dataset.nodatavals[claim.index - 1], dataset.scales[claim.index - 1]
        file_offset = dataset.offsets[claim.index - 1]
    stated = stated_grid(item["properties"], claim.asset, claim.key, file)
    grid, notes = agreed(claim.href, own, stated, shape, "the item")
    nodata = tuple(dict.fromkeys(v for v in (claim.nodata, file_nodata) if v is not None and v == v))
    if claim.flags:
        return Asset(claim.key, claim.href, claim.index, grid, dtype, nodata=nodata), notes
    scale = _scale(claim, file_scale, dtype, file)
    offset, rival, source = _offset(item["properties"], claim, file_offset)
    return Asset(claim.key, claim.href, claim.index, grid, dtype, scale, offset, rival, source, nodata), notes


def _scale(claim: BandClaim, in_file: float, dtype: str, file: str) -> float:
    scale = claim.scale if claim.scale is not None else in_file
    if not (math.isfinite(scale) and scale > 0):
        raise BadInput(f"asset {claim.key}: scale {scale:g} cannot be", where=file, remedy="Correct raster:scale")
    if scale == 1.0 and claim.scale is None and not dtype.startswith("float"):
        raise MissingPart(
            f"asset {claim.key}: no scale is stated for {dtype} counts", where=file,
            remedy="Add raster:scale and raster:offset to the band",
        )  # fmt: skip
    return scale


def _offset(properties: Mapping[str, Any], claim: BandClaim, in_file: float) -> tuple[float, float | None, str]:
    """The offset to test first (the lower), its rival, and who says what."""
    claims = dict.fromkeys(claim.offsets, "the item states offset {}")
    if in_file:
        claims.setdefault(in_file, "the file states offset {}")
    numbers = re.findall(r"\d+", str(properties.get("s2:processing_baseline", "")))
    baseline = (*(int(n) for n in numbers[:2]), 0, 0)[:2]
    applied = properties.get("earthsearch:boa_offset_applied")
    if applied is True:
        claims.setdefault(0.0, "earthsearch:boa_offset_applied says it is applied already")
    elif baseline >= FIRST_OFFSET_BASELINE:
        claims.setdefault(BOA_OFFSET, f"processing baseline {baseline[0]:02d}.{baseline[1]:02d} means offset {{}}")
        if not claim.offsets and not in_file:
            claims.setdefault(0.0, "the item states no offset")
    if not claims:
        return 0.0, None, ""
    values = sorted(claims)
    if len(values) == 1:
        return values[0], None, ""
    return values[0], values[-1], " and ".join(claims[v].format(f"{v:g}") for v in (values[0], values[-1]))
