"""Angle bands of Landsat Level 1 of Collection 2: sun and view at every pixel, in hundredths of a degree."""

from __future__ import annotations

from rs.core.scene import Asset
from rs.raster.opening import open_raster
from rs.readers._grids import own_grid
from rs.readers._mtl import Mtl, file_of
from rs.readers._mtl_place import check_place

DEGREES = 0.01
"""Degrees a count (USGS LSDS-1822; the MTL does not state it)."""

ANGLES = {
    "sun_zenith": ("SZA", "FILE_NAME_ANGLE_SOLAR_ZENITH_BAND_4"),
    "sun_azimuth": ("SAA", "FILE_NAME_ANGLE_SOLAR_AZIMUTH_BAND_4"),
    "view_zenith": ("VZA", "FILE_NAME_ANGLE_SENSOR_ZENITH_BAND_4"),
    "view_azimuth": ("VAA", "FILE_NAME_ANGLE_SENSOR_AZIMUTH_BAND_4"),
}
"""Name of the angle in `Angles`: end of the file's name, tag of the MTL. USGS delivers those of band 4 alone."""


def angle_bands(mtl: Mtl, *groups: str) -> tuple[dict[str, Asset], tuple[str, ...]]:
    """Angle rasters that are held, and a note on what the reflectance rests on.

    Raises Contradiction where they lie elsewhere than the scene, UnreadableRaster for a damaged one.
    """
    found: dict[str, Asset] = {}
    for name, (short, tag) in ANGLES.items():
        href = file_of(mtl, mtl.listed[tag]) if mtl.listed.get(tag) else ""
        if href:
            grid, dtype = own_grid(href)
            found[name] = Asset(short, href, 1, grid, dtype, DEGREES, nodata=_fill(name, href))
    if not found:
        return {}, ()
    notes = check_place(mtl, {asset.href: asset.grid for asset in found.values()}, *groups)
    held = ", ".join(asset.name for asset in found.values())
    return found, (
        *notes,
        f"the reflectance rests on the sun's mean elevation, not on angles by pixel ({held} are held)",
    )


def _fill(name: str, href: str) -> tuple[float, ...]:
    """Counts that are no angle: what the file states, and 0 for the sun's zenith angle, which Landsat never sees.

    For the others 0 is an angle, due north or straight down, even where the file calls it no data: at nadir a
    line of pixels without angles would be cut out of every corrected scene.
    """
    with open_raster(href) as dataset:
        stated = dataset.nodatavals[0]
    fill = () if stated is None or stated == 0 or stated != stated else (float(stated),)
    return (0.0, *fill) if name == "sun_zenith" else fill
