"""MTL files of synthetic Landsat folders, in the groups of their collection, as txt, json and xml."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

from rs.core.bands import Band
from rs.testing.landsat_spec import RADIANCE, SR_OFFSET, SR_SCALE, ST_OFFSET, ST_SCALE, LandsatSpec

Group = dict[str, str | float | int]


def write_mtl(root: Path, spec: LandsatSpec, files: Mapping[str, str]) -> None:
    """Write the MTL in the forms that are wanted; before Collection 2 there is text only."""
    groups = _groups(spec, files)
    outer = "LANDSAT_METADATA_FILE" if spec.collection == 2 else "L1_METADATA_FILE"
    stem = root / f"{spec.product}_MTL"
    for form in spec.forms if spec.collection == 2 else ("txt",):
        text = {"txt": _odl, "json": _json, "xml": _xml}[form](outer, groups)
        Path(f"{stem}.{form}").write_text(text, encoding="utf-8")


def _groups(spec: LandsatSpec, files: Mapping[str, str]) -> dict[str, Group]:
    taken, place, sun = _taken(spec), _place(spec), _sun(spec)
    names: Group = dict(files)
    if spec.collection < 2:
        info: Group = {"ORIGIN": "synthetic", "LANDSAT_SCENE_ID": spec.product}
        if spec.collection == 1:
            info |= {"LANDSAT_PRODUCT_ID": spec.product, "COLLECTION_NUMBER": "01"}
        info["PROCESSING_SOFTWARE_VERSION"] = "LPGS_2.5.1"
        return {
            "METADATA_FILE_INFO": info,
            "PRODUCT_METADATA": {"DATA_TYPE": "L1TP" if spec.collection else "L1T"} | taken | place | names,
            "IMAGE_ATTRIBUTES": sun,
            "MIN_MAX_PIXEL_VALUE": _counts(spec),
            "RADIOMETRIC_RESCALING": _rescaling(spec),
            "TIRS_THERMAL_CONSTANTS": _constants(spec),
            "PROJECTION_PARAMETERS": {"MAP_PROJECTION": "UTM", "UTM_ZONE": 49, "GRID_CELL_SIZE_REFLECTIVE": spec.pixel},
        }
    level = "L2SP" if spec.level == "L2" else "L1TP"
    contents: Group = {"ORIGIN": "synthetic", "LANDSAT_PRODUCT_ID": spec.product, "PROCESSING_LEVEL": level}
    contents |= {"COLLECTION_NUMBER": "02", "COLLECTION_CATEGORY": "T1", "OUTPUT_FORMAT": "GEOTIFF"}
    projection: Group = {"MAP_PROJECTION": "UTM", "UTM_ZONE": 49, "GRID_CELL_SIZE_REFLECTIVE": spec.pixel}
    groups: dict[str, Group] = {
        "PRODUCT_CONTENTS": contents | names,
        "IMAGE_ATTRIBUTES": taken | sun,
        "PROJECTION_ATTRIBUTES": projection | place,
        f"LEVEL{spec.level[1]}_PROCESSING_RECORD": {"PROCESSING_SOFTWARE_VERSION": "LPGS_16.3.0"},
    }
    return groups | (_level_2(spec, files) if spec.level == "L2" else _level_1(spec))


def _taken(spec: LandsatSpec) -> Group:
    return {
        "SPACECRAFT_ID": spec.platform.upper().replace("-", "_"), "SENSOR_ID": spec.satellite.sensor,
        "WRS_PATH": spec.path, "WRS_ROW": spec.row, "DATE_ACQUIRED": f"{spec.sensed:%Y-%m-%d}",
        "SCENE_CENTER_TIME": f"{spec.sensed:%H:%M:%S.%f}0Z",
    }  # fmt: skip


def _sun(spec: LandsatSpec) -> Group:
    return {"SUN_AZIMUTH": spec.sun[1], "SUN_ELEVATION": spec.sun[0], "EARTH_SUN_DISTANCE": 0.9910, "ROLL_ANGLE": 0.0}


def _place(spec: LandsatSpec) -> Group:
    """Corners are the centres of the outer pixels."""
    left, bottom, right, top = spec.grid(Band.RED).bounds
    half = spec.pixel / 2
    rows, cols = spec.size
    return {
        "REFLECTIVE_LINES": rows, "REFLECTIVE_SAMPLES": cols,
        "CORNER_UL_PROJECTION_X_PRODUCT": left + half, "CORNER_UL_PROJECTION_Y_PRODUCT": top - half,
        "CORNER_LR_PROJECTION_X_PRODUCT": right - half, "CORNER_LR_PROJECTION_Y_PRODUCT": bottom + half,
    }  # fmt: skip


def _rescaling(spec: LandsatSpec) -> Group:
    group: Group = {}
    mult, add = RADIANCE[spec.satellite.highest]
    for number, band in spec.satellite.bands.items():
        if band is Band.THERMAL:
            group |= {f"RADIANCE_MULT_BAND_{number}": mult, f"RADIANCE_ADD_BAND_{number}": add}
        else:
            group[f"REFLECTANCE_MULT_BAND_{number}"] = spec.satellite.mult
            group[f"REFLECTANCE_ADD_BAND_{number}"] = spec.satellite.add
    return group


def _counts(spec: LandsatSpec) -> Group:
    found: Group = {}
    for number in spec.satellite.bands:
        found |= {f"QUANTIZE_CAL_MAX_BAND_{number}": spec.satellite.highest, f"QUANTIZE_CAL_MIN_BAND_{number}": 1}
    return found


def _constants(spec: LandsatSpec) -> Group:
    found: Group = {}
    for number, (k1, k2) in spec.satellite.constants.items():
        found |= {f"K1_CONSTANT_BAND_{number}": k1, f"K2_CONSTANT_BAND_{number}": k2}
    return found


def _level_1(spec: LandsatSpec) -> dict[str, Group]:
    return {
        "LEVEL1_MIN_MAX_PIXEL_VALUE": _counts(spec),
        "LEVEL1_RADIOMETRIC_RESCALING": _rescaling(spec),
        "LEVEL1_THERMAL_CONSTANTS": _constants(spec),
    }


def _level_2(spec: LandsatSpec, files: Mapping[str, str]) -> dict[str, Group]:
    surface: Group = {}
    for number in (tag.removeprefix("FILE_NAME_BAND_") for tag in files):
        if number.isdigit():
            surface |= {f"REFLECTANCE_MULT_BAND_{number}": SR_SCALE, f"REFLECTANCE_ADD_BAND_{number}": SR_OFFSET}
    thermal = spec.satellite.thermal
    warm: Group = {f"TEMPERATURE_MULT_BAND_{thermal}": ST_SCALE, f"TEMPERATURE_ADD_BAND_{thermal}": ST_OFFSET}
    return {"LEVEL2_SURFACE_REFLECTANCE_PARAMETERS": surface, "LEVEL2_SURFACE_TEMPERATURE_PARAMETERS": warm}


def _odl(outer: str, groups: Mapping[str, Group]) -> str:
    lines = [f"GROUP = {outer}"]
    for name, group in groups.items():
        stated = [
            f'    {tag} = "{v}"' if isinstance(v, str) and not _bare(tag) else f"    {tag} = {v}"
            for tag, v in group.items()
        ]
        lines += [f"  GROUP = {name}", *stated, f"  END_GROUP = {name}"]
    return "\n".join([*lines, f"END_GROUP = {outer}", "END", ""])


def _bare(tag: str) -> bool:
    """Dates and numbers with leading zeros stand without quotes."""
    return tag in ("DATE_ACQUIRED", "COLLECTION_NUMBER")


def _json(outer: str, groups: Mapping[str, Group]) -> str:
    text = {name: {tag: str(value) for tag, value in group.items()} for name, group in groups.items()}
    return json.dumps({outer: text}, indent=2)


def _xml(outer: str, groups: Mapping[str, Group]) -> str:
    body = "".join(
        f"  <{name}>\n{''.join(f'    <{t}>{escape(str(v))}</{t}>' + chr(10) for t, v in group.items())}  </{name}>\n"
        for name, group in groups.items()
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{outer}>\n{body}</{outer}>\n'
