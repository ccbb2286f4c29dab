"""Landsat Collection 2 Level 2, folder or tar: surface reflectance and temperature, MTL as txt, json or xml."""

from __future__ import annotations

import re

from rs.core.bands import Band
from rs.core.reader import Reader
from rs.core.scene import Correction, Reflectance, Scene
from rs.errors import BadInput
from rs.raster.footprint import grid_footprint
from rs.readers._documents import identifier
from rs.readers._landsat import ATTRIBUTION, PLATFORMS, Instrument
from rs.readers._landsat_scene import (
    Wanted,
    collection_2_masks,
    held_bands,
    path_row,
    properties,
    satellite,
    sun_angles,
)  # fmt: skip
from rs.readers._mtl import Mtl, chosen_mtl, lost_mtl, mtl_files, read_mtl, scene_time
from rs.readers._places import is_packed, name_of

NAMED = re.compile(r"_02_(T1|T2|RT)_MTL\.(json|xml|txt)$")
BAND_FILE = re.compile(r"^(L[COTEM]\d\d_L2S[PR]_\w+?_02_(?:T1|T2|RT))_S[RT]_B\d+\.TIF$", re.IGNORECASE)
NAMED_TAR = re.compile(r"^L[COTEM]\d\d_L2S[PR]_", re.IGNORECASE)
LEVEL_1 = re.compile(r"_L1\w\w_")
IMAGE, CONTENTS, PROJECTION = "IMAGE_ATTRIBUTES", "PRODUCT_CONTENTS", "PROJECTION_ATTRIBUTES"
REFLECTANCE, TEMPERATURE = "LEVEL2_SURFACE_REFLECTANCE_PARAMETERS", "LEVEL2_SURFACE_TEMPERATURE_PARAMETERS"
ST_QA = "FILE_NAME_QUALITY_L2_SURFACE_TEMPERATURE"
ST_QA_SCALE, ST_QA_FILL = 0.01, -9999.0
"""Uncertainty of the surface temperature [K a count] and its fill (USGS LSDS-1619; the MTL states neither)."""


def matches(path: str) -> bool:
    """True for a folder or tar with a Collection 2 Level 2 MTL file, for such a file, and for bands whose MTL is lost.

    A tar that can't be trusted counts by its name, so that opening it says why.
    """
    try:
        return bool(_files(path)) or bool(lost_mtl(path, BAND_FILE))
    except BadInput:
        return is_packed(path, NAMED_TAR)


def _files(path: str) -> list[str]:
    return [file for file in mtl_files(path, NAMED) if not LEVEL_1.search(name_of(file))]


def open_scene(path: str) -> Scene:
    """The scene of a folder or tar. Raises MissingPart, Contradiction or BadInput naming file and tag."""
    file = chosen_mtl(path, _files(path), lost_mtl(path, BAND_FILE))
    mtl = read_mtl(file, IMAGE, CONTENTS, PROJECTION)
    platform, instrument = satellite(mtl, IMAGE)
    level = mtl.text("PROCESSING_LEVEL", CONTENTS)
    if not level.startswith("L2"):
        raise BadInput(
            f"tag PROCESSING_LEVEL: {level}; the name of the file says Level 2", where=mtl.path,
            remedy="Keep the names that the files came with",
        )  # fmt: skip
    assets, missing, notes = held_bands(mtl, _bands(mtl, instrument), PROJECTION)
    quality, quality_notes = collection_2_masks(mtl, instrument)
    time, tile = scene_time(mtl, IMAGE), path_row(mtl, IMAGE)
    return Scene(
        id=identifier(mtl.text("LANDSAT_PRODUCT_ID", CONTENTS), mtl.path),
        path=path,
        platform=platform,
        time=time,
        footprint=grid_footprint(next(iter(assets.values())).grid),
        reflectance=Reflectance.SURFACE,
        correction=Correction.AS_DELIVERED,
        assets=assets,
        quality=quality,
        datatake=f"{time.start:%Y%m%dT%H%M%S}",
        tile=tile,
        baseline=mtl.found("PROCESSING_SOFTWARE_VERSION", "LEVEL2_PROCESSING_RECORD"),
        angles=sun_angles(mtl, IMAGE),
        missing=missing,
        licence="CC0-1.0",
        attribution=ATTRIBUTION,
        notes=tuple(dict.fromkeys((*notes, *quality_notes))),
        properties=properties(instrument, tile),
        metadata=(mtl.path,),
    )


def _bands(mtl: Mtl, instrument: Instrument) -> list[Wanted]:
    """Listed files of surface reflectance [1], surface temperature [K] and its uncertainty [K]."""
    wanted = []
    for number, band in instrument.bands.items():
        file = mtl.listed.get(f"FILE_NAME_BAND_{number}")
        if file:
            scale = mtl.number(f"REFLECTANCE_MULT_BAND_{number}", REFLECTANCE)
            offset = mtl.number(f"REFLECTANCE_ADD_BAND_{number}", REFLECTANCE)
            wanted.append(Wanted(band, f"SR_B{number}", file, scale, offset, (0.0,)))
    thermal = instrument.thermal
    file = mtl.listed.get(f"FILE_NAME_BAND_{thermal}")
    if file:
        scale = mtl.number(f"TEMPERATURE_MULT_BAND_{thermal}", TEMPERATURE)
        offset = mtl.number(f"TEMPERATURE_ADD_BAND_{thermal}", TEMPERATURE)
        wanted.append(Wanted(Band.THERMAL, thermal, file, scale, offset, (0.0,)))
    file = mtl.listed.get(ST_QA)
    if file:
        wanted.append(Wanted(Band.THERMAL_UNCERTAINTY, "ST_QA", file, ST_QA_SCALE, 0.0, (ST_QA_FILL,)))
    return wanted


READER = Reader(
    name="landsat-c2-l2",
    title="Landsat Collection 2 Level 2, folder or tar",
    sensors=tuple(sorted({platform.sensor for platform in PLATFORMS.values()})),
    matches=matches,
    open_scene=open_scene,
    platforms=PLATFORMS,
    rank=10,
    evidence="real pixels",
)
