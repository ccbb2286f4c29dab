"""Debian's GDAL, in Debian's Python: its full check of each file, and every level as it decodes it, as JSON."""

import hashlib
import json
import sys

from osgeo import gdal
from osgeo_utils.samples.validate_cloud_optimized_geotiff import validate

gdal.UseExceptions()


def level_of(band):
    """Rows, columns and digest of the pixels of a band or an overview."""
    return [band.YSize, band.XSize, hashlib.sha256(bytes(band.ReadRaster())).hexdigest()]


def facts_of(path):
    """What this reader says of a file."""
    warnings, errors, _ = validate(path, full_check=True)
    dataset = gdal.Open(path)
    band = dataset.GetRasterBand(1)
    levels = [level_of(one) for one in (band, *(band.GetOverview(k) for k in range(band.GetOverviewCount())))]
    return {
        "complaints": [*errors, *warnings],
        "levels": levels,
        "nodata": band.GetNoDataValue(),
        "scale": 1.0 if band.GetScale() is None else band.GetScale(),
        "offset": 0.0 if band.GetOffset() is None else band.GetOffset(),
        "unit": band.GetUnitType(),
        "overviews": dataset.GetMetadataItem("OVR_RESAMPLING_ALG"),
        "crs": dataset.GetSpatialRef().GetAuthorityCode(None),
    }


files = json.load(sys.stdin)
json.dump({"version": gdal.__version__, "files": {path: facts_of(path) for path in files}}, sys.stdout)
