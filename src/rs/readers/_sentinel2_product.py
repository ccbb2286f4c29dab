"""Product metadata of Sentinel-2 (MTD_MSI*.xml and its forerunners): calibration, platform, file lists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from posixpath import basename
from typing import Any

from rs.core.scene import Platform
from rs.errors import BadInput, MissingPart
from rs.readers._documents import Document
from rs.readers._sentinel2 import BAND_IDS, PLATFORMS

OFFSETS_FROM = (4, 0)
"""First processing baseline whose metadata state an offset for every band."""

QUANTIFICATION = {
    "L1C": ("QUANTIFICATION_VALUE",),
    "L2A": ("BOA_QUANTIFICATION_VALUE", "L2A_BOA_QUANTIFICATION_VALUE"),
}
OFFSET = {"L1C": "RADIO_ADD_OFFSET", "L2A": "BOA_ADD_OFFSET"}
IMAGES = ("IMAGE_FILE", "IMAGE_ID", "IMAGE_FILE_2A", "IMAGE_ID_2A")
SPECIAL = ("NODATA", "SATURATED")


@dataclass(frozen=True, slots=True)
class Product:
    """What the product metadata state. reflectance = count * scale + offset of the band [1].

    nodata: counts without a measurement, saturated ones included. images: stems of the listed image
    files of one granule. rewritten: the files are no longer the JPEG 2000 of the provider.
    """

    name: str
    platform: Platform
    baseline: str
    datatake: str
    scale: float
    offsets: Mapping[str, float]
    nodata: tuple[float, ...]
    images: tuple[str, ...]
    rewritten: bool
    footprint: tuple[tuple[float, float], ...]
    properties: Mapping[str, Any]


def read_product(document: Document, level: str, tile: str) -> Product:
    """The facts of a product about one of its tiles. Raises MissingPart or BadInput naming file and tag."""
    baseline = document.text("PROCESSING_BASELINE")
    quantification = document.number(*QUANTIFICATION[level])
    if not 1 <= quantification <= 1e6:
        raise BadInput(f"tag {QUANTIFICATION[level][0]}: {quantification:g} cannot be", where=document.where)
    images, rewritten = _images(document, tile)
    datatake = document.part("Datatake").root.get("datatakeIdentifier", "")
    return Product(
        name=_name(document),
        platform=_platform(document),
        baseline=baseline,
        datatake=datatake,
        scale=1.0 / quantification,
        offsets={band: count / quantification for band, count in _offsets(document, level, baseline).items()},
        nodata=_special(document),
        images=images,
        rewritten=rewritten,
        footprint=_footprint(document),
        properties=_properties(document, datatake),
    )


def _name(document: Document) -> str:
    """Name of the product, "" where the metadata have none (first products of Level 2A)."""
    uri = document.found("PRODUCT_URI_2A") or document.found("PRODUCT_URI")
    return basename(uri).removesuffix(".SAFE")


def _platform(document: Document) -> Platform:
    name = document.text("SPACECRAFT_NAME").lower().replace("_", "-")
    if name not in PLATFORMS:
        raise BadInput(
            f"tag SPACECRAFT_NAME: {name} is not among {', '.join(PLATFORMS)}", where=document.where,
            remedy="A new satellite of the family is one line in rs/readers/_sentinel2.py",
        )  # fmt: skip
    return PLATFORMS[name]


def _offsets(document: Document, level: str, baseline: str) -> dict[str, float]:
    """Offset counts by band name. Before baseline 04.00 there are none, after it none may lack."""
    tag = OFFSET[level]
    stated: dict[str, float] = {}
    for element in document.all(tag):
        band = element.get("band_id", "")
        if not band.isdigit() or int(band) >= len(BAND_IDS):
            raise BadInput(f"tag {tag}: band_id {band!r} is unknown", where=document.where)
        stated[BAND_IDS[int(band)]] = document.as_number((element.text or "").strip(), tag)
    numbers = tuple(int(n) for n in re.findall(r"\d+", baseline)[:2])
    if not stated and numbers < OFFSETS_FROM:
        return dict.fromkeys(BAND_IDS, 0.0)
    lacking = [band for band in BAND_IDS if band not in stated and not (band == "B10" and level == "L2A")]
    if lacking:
        raise MissingPart(
            f"tag {tag} is missing for {', '.join(lacking)}; baseline {baseline} states it for every band",
            where=document.where, remedy="Fetch the metadata again; the offset is never guessed",
        )  # fmt: skip
    return stated


def _special(document: Document) -> tuple[float, ...]:
    """Counts without a measurement; 0 is one always, though the first products of Level 2A say 1."""
    found: dict[str, float] = {}
    for element in document.all("Special_Values"):
        part = Document(document.where, element)
        found[part.text("SPECIAL_VALUE_TEXT")] = part.number("SPECIAL_VALUE_INDEX")
    lacking = [name for name in SPECIAL if name not in found]
    if lacking:
        raise MissingPart(f"tag Special_Values: {', '.join(lacking)} is missing", where=document.where)
    return tuple(dict.fromkeys((0.0, *(found[name] for name in SPECIAL))))


def _images(document: Document, tile: str) -> tuple[tuple[str, ...], bool]:
    stems: dict[str, None] = {}
    rewritten = False
    for granule in document.all("Granule", "Granules"):
        if tile not in granule.get("granuleIdentifier", ""):
            continue
        rewritten = rewritten or granule.get("imageFormat", "JPEG2000") != "JPEG2000"
        for image in Document(document.where, granule).all(*IMAGES):
            stems[basename((image.text or "").strip())] = None
    if not stems:
        raise MissingPart(f"tag IMAGE_FILE: no image of tile {tile} is listed", where=document.where)
    return tuple(stems), rewritten


def _footprint(document: Document) -> tuple[tuple[float, float], ...]:
    """Corners (longitude, latitude) of the measured area [degrees]; heights in between are left out."""
    words = [document.as_number(word, "EXT_POS_LIST") for word in document.found("EXT_POS_LIST").split()]
    step = 3 if len(words) % 3 == 0 and words[:2] == words[-3:-1] else 2
    return tuple((lon, lat) for lat, lon in zip(words[::step], words[1::step], strict=False))


def _properties(document: Document, datatake: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "constellation": "sentinel-2",
        "instruments": ["msi"],
        "sat:relative_orbit": int(document.number("SENSING_ORBIT_NUMBER")),
        "sat:orbit_state": document.text("SENSING_ORBIT_DIRECTION").lower(),
    }
    absolute = re.search(r"_(\d{6})_N", datatake)
    if absolute:
        found["sat:absolute_orbit"] = int(absolute.group(1))
    return found
