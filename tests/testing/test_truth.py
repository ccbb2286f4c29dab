"""A product of the made-up coast against the truth that it was made from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio

from rs.core.result import Result
from rs.pipeline.choose import Job, choose
from rs.pipeline.prepare import prepare
from rs.pipeline.produce import Unit, produce
from rs.products import products
from rs.testing import SafeSpec, coast, write_safe
from rs.testing.coast import turbidity_of
from rs.testing.world import CLOUD_MEDIUM, SHADOW, WATER, places


def test_turbidity_comes_back_through_the_whole_chain(tmp_path: Path) -> None:
    """Inverse formula, counts, JPEG 2000, reader, masks, level D, compiled recipe, quantised layer."""
    spec = SafeSpec(size=600, pixel=180.0)
    world = coast(spec.extent)
    scene = prepare(str(write_safe(tmp_path, world, spec)))
    job = choose(scene, products()["turbidity"])
    assert isinstance(job, Job)
    (result,) = produce(Unit(scene, (job,), str(tmp_path / "staging"), threads=2))
    assert isinstance(result, Result), result
    name = next(file.name for file in result.files if file.asset == "turbidity")
    with rasterio.open(next((tmp_path / "staging").rglob(Path(name).name))) as dataset:
        counts = dataset.read(1)
        found = np.where(counts == dataset.nodata, np.nan, counts * dataset.scales[0] + dataset.offsets[0])
    x, y = places(job.grid, job.grid.whole)
    truth, classes = turbidity_of(x / spec.extent[0], y / spec.extent[1]), world.classes(x, y)
    seen = np.isfinite(found)
    # classes are known to 20 m, so a pixel beside an edge may differ
    assert (seen & np.isin(classes, (0, SHADOW, CLOUD_MEDIUM))).sum() < 0.01 * seen.sum()
    water = seen & (classes == WATER)
    assert water.mean() > 0.3
    errors = np.abs(found[water] - truth[water])
    # the grain of the pixels is 0.0008 in reflectance: 0.2 FNU in red, 2.5 FNU in near infrared
    assert np.median(errors / truth[water]) < 0.05
    assert (errors < 0.3 + 0.1 * truth[water]).mean() > 0.97
    assert np.corrcoef(np.log(found[water]), np.log(truth[water]))[0, 1] > 0.99
