"""The metadata of a granule of a Sentinel-2 product."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape

from rs.testing.safe_masks import Mask
from rs.testing.safe_names import Names
from rs.testing.safe_xml import HEAD, iso, tag
from rs.testing.spec import MSI, SafeSpec

NODES = 23
STEP = 5000
CONTENT = (
    "NODATA_PIXEL", "SATURATED_DEFECTIVE_PIXEL", "DARK_FEATURES", "CLOUD_SHADOW", "VEGETATION", "NOT_VEGETATED",
    "WATER", "UNCLASSIFIED", "MEDIUM_PROBA_CLOUDS", "HIGH_PROBA_CLOUDS", "THIN_CIRRUS", "SNOW_ICE",
)  # fmt: skip


def tile_xml(spec: SafeSpec, shares: Mapping[int, float], masks: Iterable[Mask]) -> str:
    """The metadata of the granule. shares [%] of the classes."""
    names, grid = Names(spec), spec.grid(10)
    crs, zone = grid.crs, grid.crs[-2:]
    hemisphere = "N" if crs.startswith("EPSG:326") else "S"
    general = tag("TILE_ID", names.tile_id, metadataLevel="Brief")
    general += tag("DATASTRIP_ID", names.datastrip_id, metadataLevel="Standard")
    general += tag("SENSING_TIME", iso(spec.sensed), metadataLevel="Standard")
    place = tag("HORIZONTAL_CS_NAME", f"WGS84 / UTM zone {zone}{hemisphere}") + tag("HORIZONTAL_CS_CODE", crs)
    for pixel in (10, 20, 60):
        side = spec.stated_size(pixel)
        place += tag("Size", tag("NROWS", side) + tag("NCOLS", side), resolution=pixel)
    for pixel in (10, 20, 60):
        corner = tag("ULX", f"{grid.transform.c:.0f}") + tag("ULY", f"{grid.transform.f:.0f}")
        place += tag("Geoposition", corner + tag("XDIM", pixel) + tag("YDIM", -pixel), resolution=pixel)
    content = tag("CLOUDY_PIXEL_PERCENTAGE", f"{sum(shares.get(k, 0.0) for k in (8, 9, 10)):.6f}")
    content += tag("DEGRADED_MSI_DATA_PERCENTAGE", "0")
    if spec.level == "L2A":
        content += "".join(tag(f"{name}_PERCENTAGE", f"{shares.get(k, 0.0):.6f}") for k, name in enumerate(CONTENT))
    listed = "".join(
        tag("MASK_FILENAME", escape(path.rsplit("/", 1)[-1] if names.old else path), **attributes)
        for path, attributes in ((mask.path, mask.attributes) for mask in masks)
    )
    quality = tag("Image_Content_QI", content) + tag("Pixel_Level_QI", listed, geometry="FULL_RESOLUTION")
    level = f"Level-{spec.level[1:]}"
    name = f"n1:{level}_Tile_ID"
    space = f"https://psd-14.sentinel2.eo.esa.int/PSD/S2_PDI_{level}_Tile_Metadata.xsd"
    return (
        f'{HEAD}<{name} xmlns:n1="{space}">\n'
        + tag("n1:General_Info", general)
        + tag("n1:Geometric_Info", tag("Tile_Geocoding", place, metadataLevel="Brief") + _angles(spec))
        + tag("n1:Quality_Indicators_Info", quality, metadataLevel="Standard")
        + f"</{name}>\n"
    )


def _angles(spec: SafeSpec) -> str:
    """Grids whose means are the stated angles: the sun rises a little to the south, two detectors see the tile."""
    middle = (NODES - 1) / 2
    zenith = [[spec.sun[0] + 0.03 * (middle - r) for _ in range(NODES)] for r in range(NODES)]
    azimuth = [[spec.sun[1] + 0.02 * (c - middle) for c in range(NODES)] for _ in range(NODES)]
    parts = tag("Sun_Angles_Grid", _table("Zenith", zenith) + _table("Azimuth", azimuth))
    parts += tag("Mean_Sun_Angle", tag("ZENITH_ANGLE", spec.sun[0]) + tag("AZIMUTH_ANGLE", spec.sun[1]))
    means = ""
    for band in MSI.values():
        for detector, columns in ((7, range(12)), (8, range(11, NODES))):
            seen = [[spec.view[0] if c in columns else math.nan for c in range(NODES)] for _ in range(NODES)]
            turned = [[spec.view[1] if c in columns else math.nan for c in range(NODES)] for _ in range(NODES)]
            tables = _table("Zenith", seen) + _table("Azimuth", turned)
            parts += tag("Viewing_Incidence_Angles_Grids", tables, bandId=band.number, detectorId=detector)
        mean = tag("ZENITH_ANGLE", spec.view[0]) + tag("AZIMUTH_ANGLE", spec.view[1])
        means += tag("Mean_Viewing_Incidence_Angle", mean, bandId=band.number)
    return tag("Tile_Angles", parts + tag("Mean_Viewing_Incidence_Angle_List", means), metadataLevel="Standard")


def _table(name: str, rows: list[list[float]]) -> str:
    lines = "".join(tag("VALUES", " ".join("NaN" if math.isnan(v) else f"{v:.6g}" for v in row)) for row in rows)
    steps = tag("COL_STEP", STEP, unit="m") + tag("ROW_STEP", STEP, unit="m")
    return tag(name, steps + tag("Values_List", lines))
