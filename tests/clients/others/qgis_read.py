"""QGIS without a screen: each file as a raster layer, its pixels, what is said of them, and a picture, as JSON."""

import hashlib
import json
import os
import sys

import numpy as np
from qgis.core import Qgis, QgsApplication, QgsMapRendererSequentialJob, QgsMapSettings, QgsRasterLayer
from qgis.PyQt.QtCore import QSize

TYPES = {Qgis.Byte: "u1", Qgis.UInt16: "<u2", Qgis.Int16: "<i2", Qgis.UInt32: "<u4", Qgis.Int32: "<i4",
         Qgis.Float32: "<f4", Qgis.Float64: "<f8"}  # fmt: skip
PICTURE = 64


def counts_of(provider, extent, shape):
    """Counts of the first band [rows, cols] as float64. QGIS gives values; no data stays the count that it is."""
    block = provider.block(1, extent, shape[1], shape[0])
    values = np.frombuffer(block.data().data(), TYPES[block.dataType()]).reshape(shape)
    scale, offset = provider.bandScale(1), provider.bandOffset(1)
    counts = values if (scale, offset) == (1.0, 0.0) else np.rint((values.astype("f8") - offset) / scale)
    if provider.sourceHasNoDataValue(1):
        nodata = provider.sourceNoDataValue(1)
        counts = np.where(values == nodata, nodata, counts)
    return counts.astype("<f8")


def colours_of(layer):
    """How many colours a small picture of a layer has."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setExtent(layer.extent())
    settings.setOutputSize(QSize(PICTURE, PICTURE))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    return len({image.pixel(x, y) for x in range(PICTURE) for y in range(PICTURE)})


def facts_of(path):
    """What this reader says of a file."""
    layer = QgsRasterLayer(path, "layer", "gdal")
    if not layer.isValid():
        return {"error": layer.error().summary()}
    provider = layer.dataProvider()
    counts = counts_of(provider, layer.extent(), (layer.height(), layer.width()))
    return {
        "counts": [*counts.shape, hashlib.sha256(counts.tobytes()).hexdigest()],
        "nodata": provider.sourceNoDataValue(1) if provider.sourceHasNoDataValue(1) else None,
        "scale": provider.bandScale(1),
        "offset": provider.bandOffset(1),
        "crs": layer.crs().authid().split(":")[1],
        "pyramids": sum(one.exists for one in provider.buildPyramidList()),
        "colours": colours_of(layer),
    }


application = QgsApplication([], False)
application.initQgis()
found = {path: facts_of(path) for path in json.load(sys.stdin)}
json.dump({"version": Qgis.QGIS_VERSION, "files": found}, sys.stdout)
sys.stdout.flush()
# layers that Python still holds are gone before the application is: leaving in order may crash
os._exit(0)
