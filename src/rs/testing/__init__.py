"""Synthetic scenes in the genuine layout, whose pixels come from known values.

For tests, benchmarks and documents: a reader must give back what was put in. Nothing of the readers
is used here, so that an error of theirs can't hide in its own inverse.
"""

from rs.testing.coast import coast
from rs.testing.landsat import tar_product, write_landsat
from rs.testing.landsat_spec import LandsatSpec
from rs.testing.safe import write_safe, zip_product
from rs.testing.spec import SafeSpec
from rs.testing.world import World

__all__ = ["LandsatSpec", "SafeSpec", "World", "coast", "tar_product", "write_landsat", "write_safe", "zip_product"]
