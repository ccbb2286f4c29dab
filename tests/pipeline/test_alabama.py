"""A real Level 1 scene through gases and Rayleigh: dark water stays near zero where it must."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rs.core.bands import NOT_CLEAR, Band, Quality
from rs.core.result import Result
from rs.pipeline.choose import Job, choose
from rs.pipeline.correct import brought_to
from rs.pipeline.load import read_band, read_flags
from rs.pipeline.masks import has, pixel_bits, quality_grid
from rs.pipeline.prepare import prepare
from rs.pipeline.produce import Unit, produce
from rs.products import product
from rs.raster.blocks import handles

pytestmark = pytest.mark.shared


def test_darkest_water_and_floating_algae(shared: Path, tmp_path: Path) -> None:
    scene, algae = prepare(str(shared / "data" / "landsat8_l1_alabama")), product("floating_algae")
    grid = quality_grid(scene)
    with handles() as held:
        bands = {band: read_band(held, asset, grid, grid.whole) for band, asset in scene.assets.items()}
        flags = [read_flags(held, source, grid, grid.whole) for source in scene.quality]
    bits = pixel_bits(scene, bands, flags)
    water = has(bits, Quality.WATER) & ~has(bits, NOT_CLEAR)
    assert water.sum() > 1000
    wanted = (Band.NIR08, Band.SWIR16, Band.SWIR22, Band.RED)
    dark = {}
    for band, rho in zip(wanted, brought_to(algae, scene, bands, wanted), strict=True):
        dark[band] = float(np.percentile(rho[water], 1))
        print(f"{band}: darkest 1 % of {water.sum()} water pixels {dark[band]:.4f}")
    assert all(-0.005 < dark[band] < 0.03 for band in (Band.NIR08, Band.SWIR16, Band.SWIR22))
    assert dark[Band.RED] < float(np.percentile(bands[Band.RED][water], 1)) - 0.005

    job = choose(scene, algae)
    assert isinstance(job, Job)
    (result,) = produce(Unit(scene, (job,), str(tmp_path)))
    assert isinstance(result, Result) and result.correction == "A"
    assert any(note.startswith("level A") for note in result.notes)
