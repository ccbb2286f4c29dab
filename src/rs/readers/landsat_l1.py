"""Landsat Level 1, folder or tar: top-of-atmosphere reflectance, Collection 2, Collection 1 and before.

The division by the sine of the sun's elevation (mean of the scene) goes into scale and offset.
"""

from __future__ import annotations

import math
import re

from rs.core.bands import Band
from rs.core.reader import Reader
from rs.core.scene import Correction, FlagRule, QualitySource, Reflectance, Scene
from rs.errors import BadInput
from rs.raster.footprint import grid_footprint
from rs.readers._documents import identifier
from rs.readers._landsat import (
    ATTRIBUTION,
    BQA_BEFORE_COLLECTIONS,
    BQA_BEFORE_KNOWS,
    PLATFORMS,
    Instrument,
    bqa_collection_1,
)
from rs.readers._landsat_angles import angle_bands
from rs.readers._landsat_scene import (
    Wanted,
    collection_2_masks,
    held_bands,
    mask,
    path_row,
    properties,
    satellite,
    sun_angles,
)
from rs.readers._mtl import Mtl, chosen_mtl, lost_mtl, mtl_files, read_mtl, scene_time
from rs.readers._places import is_packed

NAMED = re.compile(r"^(?!.*_L2S[PR]_).*_MTL\.(json|xml|txt)$")
BAND_FILE = re.compile(r"^(L[COTEM]0?\d(?!\w*_L2S[PR]_)\w+)_B\d+\.TIF$", re.IGNORECASE)
NAMED_TAR = re.compile(r"^L[COTEM]0?\d(?!\w*_L2S[PR]_)", re.IGNORECASE)
IMAGE, CONTENTS, PROJECTION = "IMAGE_ATTRIBUTES", "PRODUCT_CONTENTS", "PROJECTION_ATTRIBUTES"
OLD_FACTS, OLD_PLACE, OLD_INFO = "PRODUCT_METADATA", "PROJECTION_PARAMETERS", "METADATA_FILE_INFO"
FACTS = (IMAGE, OLD_FACTS)
PLACE = (PROJECTION, OLD_FACTS, OLD_PLACE)
RESCALING = ("LEVEL1_RADIOMETRIC_RESCALING", "RADIOMETRIC_RESCALING")
COUNTS = ("LEVEL1_MIN_MAX_PIXEL_VALUE", "MIN_MAX_PIXEL_VALUE")
PROCESSING = ("LEVEL1_PROCESSING_RECORD", OLD_INFO)
BQA = "FILE_NAME_BAND_QUALITY"
CONSTANTS = ("LEVEL1_THERMAL_CONSTANTS", "TIRS_THERMAL_CONSTANTS", "THERMAL_CONSTANTS")
NO_KELVIN = "the MTL states no thermal constants K1 and K2"


def matches(path: str) -> bool:
    """True for a folder or tar with a Level 1 MTL file, for such a file, and for Level 1 bands whose MTL is lost.

    A tar that can't be trusted counts by its name, so that opening it says why.
    """
    try:
        return bool(mtl_files(path, NAMED)) or bool(lost_mtl(path, BAND_FILE))
    except BadInput:
        return is_packed(path, NAMED_TAR)


def open_scene(path: str) -> Scene:
    """The scene of a folder or tar. Raises MissingPart, Contradiction or BadInput naming file and tag."""
    file = chosen_mtl(path, mtl_files(path, NAMED), lost_mtl(path, BAND_FILE))
    mtl = read_mtl(file, IMAGE)
    _check_level(mtl)
    platform, instrument = satellite(mtl, *FACTS)
    warm, no_heat, heat_notes = _heat(mtl, instrument)
    assets, missing, notes = held_bands(mtl, [*_bands(mtl, instrument), *warm], *PLACE)
    quality, quality_notes = _masks(mtl, instrument)
    angles, angle_notes = angle_bands(mtl, *PLACE)
    time, tile = scene_time(mtl, *FACTS), path_row(mtl, *FACTS)
    name = mtl.found("LANDSAT_PRODUCT_ID", CONTENTS, OLD_INFO) or mtl.text("LANDSAT_SCENE_ID", OLD_INFO)
    return Scene(
        id=identifier(name, mtl.path),
        path=path,
        platform=platform,
        time=time,
        footprint=grid_footprint(next(iter(assets.values())).grid),
        reflectance=Reflectance.TOA,
        correction=Correction.NONE,
        assets=assets,
        quality=quality,
        datatake=f"{time.start:%Y%m%dT%H%M%S}",
        tile=tile,
        baseline=mtl.found("PROCESSING_SOFTWARE_VERSION", *PROCESSING),
        angles=sun_angles(mtl, IMAGE),
        missing=missing | no_heat,
        licence="CC0-1.0",
        attribution=ATTRIBUTION,
        notes=tuple(dict.fromkeys((*notes, *quality_notes, *angle_notes, *heat_notes))),
        properties=properties(instrument, tile),
        metadata=(mtl.path,),
        angle_assets=angles,
    )


def _check_level(mtl: Mtl) -> None:
    level = mtl.found("PROCESSING_LEVEL", CONTENTS) or mtl.text("DATA_TYPE", OLD_FACTS)
    if not level.startswith("L1"):
        raise BadInput(
            f"tag PROCESSING_LEVEL: {level}; the name of the file does not say so", where=mtl.path,
            remedy="Keep the names that the files came with",
        )  # fmt: skip


def _bands(mtl: Mtl, instrument: Instrument) -> list[Wanted]:
    """Listed files of reflectance [1] at the top of the atmosphere: (M * count + A) / sin(sun elevation)."""
    elevation = mtl.number("SUN_ELEVATION", IMAGE)
    if not 0 < elevation <= 90:
        raise BadInput(f"tag SUN_ELEVATION: {elevation:g} degrees; there is no reflectance at night", where=mtl.path)
    sine = math.sin(math.radians(elevation))
    wanted = []
    for number, band in {**instrument.bands, **instrument.level1}.items():
        file = mtl.listed.get(f"FILE_NAME_BAND_{number}")
        if not file:
            continue
        scale = mtl.number(f"REFLECTANCE_MULT_BAND_{number}", *RESCALING) / sine
        offset = mtl.number(f"REFLECTANCE_ADD_BAND_{number}", *RESCALING) / sine
        brightest = mtl.number(f"QUANTIZE_CAL_MAX_BAND_{number}", *COUNTS)
        wanted.append(Wanted(band, f"B{number}", file, scale, offset, (0.0, brightest)))
    return wanted


def _heat(mtl: Mtl, instrument: Instrument) -> tuple[list[Wanted], dict[Band, str], tuple[str, ...]]:
    """The first thermal band that is listed, as brightness temperature at the sensor [K]; or why there is none.

    Of two bands or gains the first is less disturbed by stray light, or saturates later.
    """
    listed = [number for number in instrument.heat if f"FILE_NAME_BAND_{number}" in mtl.listed]
    if not listed:
        return [], {}, ()
    number = listed[0]
    if not mtl.found(f"K1_CONSTANT_BAND_{number}", *CONSTANTS):
        return [], {Band.THERMAL: NO_KELVIN}, (f"thermal bands {', '.join(listed)} are not read: {NO_KELVIN}",)
    k1, k2 = (mtl.number(f"{name}_CONSTANT_BAND_{number}", *CONSTANTS) for name in ("K1", "K2"))
    scale, offset = (mtl.number(f"RADIANCE_{name}_BAND_{number}", *RESCALING) for name in ("MULT", "ADD"))
    brightest = mtl.number(f"QUANTIZE_CAL_MAX_BAND_{number}", *COUNTS)
    file = mtl.listed[f"FILE_NAME_BAND_{number}"]
    band = Wanted(Band.THERMAL, f"B{number}", file, scale, offset, (0.0, brightest), (k1, k2))
    note = f"thermal is band {number}: brightness temperature at the sensor, not of the surface"
    return [band], {}, (note,)


def _masks(mtl: Mtl, instrument: Instrument) -> tuple[tuple[QualitySource, ...], tuple[str, ...]]:
    if CONTENTS in mtl.groups:
        return collection_2_masks(mtl, instrument)
    if BQA not in mtl.listed:
        return (), ("the MTL lists no quality file: the state of the sky is unknown",)
    rules: tuple[FlagRule, ...] = BQA_BEFORE_COLLECTIONS
    knows = BQA_BEFORE_KNOWS
    note = "BQA from before the collections: it knows no cloud shadow, and its water bits are not used"
    if mtl.found("COLLECTION_NUMBER", OLD_INFO):
        rules, knows = bqa_collection_1(instrument)
        note = "BQA of Collection 1: it tells water from land nowhere"
    source = mask(mtl, BQA, "BQA", rules, knows)
    if source is None:
        return (), (f"{mtl.listed[BQA]} is not in the folder: the state of the sky is unknown",)
    return (source,), (note,)


READER = Reader(
    name="landsat-l1",
    title="Landsat Level 1 of any collection, folder or tar",
    sensors=tuple(sorted({platform.sensor for platform in PLATFORMS.values()})),
    matches=matches,
    open_scene=open_scene,
    platforms=PLATFORMS,
    rank=9,
    evidence="real pixels",
)
